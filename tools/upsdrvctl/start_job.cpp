// SPDX-License-Identifier: Apache-2.0
#include "tools/upsdrvctl/start_job.hpp"

#include "lib/base/text.hpp"

#include <csignal>
#include <string>
#include <unistd.h>

namespace ups::upsdrvctl {
namespace {
constexpr Duration kPidPause = std::chrono::milliseconds(10);
constexpr unsigned kMostPidLooks = 100;

std::string announcement(Purpose purpose, const std::string& name) {
    switch (purpose) {
    case Purpose::start:
    case Purpose::supervise:
        return "Starting UPS: " + name;
    case Purpose::power_off:
        return "Shutdown UPS: " + name;
    case Purpose::command:
        return "Telling UPS: " + name;
    }
    return name;
}

std::string joined(const std::vector<std::string>& call) {
    std::string text;
    for (const std::string& word : call)
        text += (text.empty() ? "" : " ") + word;
    return text;
}
}  // namespace

StartJob::StartJob(const Context& context, const conf::UpsSection& ups, Purpose purpose)
    : context_(context), ups_(ups), purpose_(purpose),
      attempts_left_(purpose == Purpose::command ? 1 : ups.max_retry),
      timer_(context.loop, [this] { on_time(); }),
      pid_timer_(context.loop, [this] { await_pid_file(); }) {}

void StartJob::begin() {
    context_.console.debug(1, announcement(purpose_, ups_.name));
    const auto program = find_driver(context_, ups_);
    if (!program) {
        context_.console.say("UPS [" + printable(ups_.name) + "]: " + program.error().text);
        return finish(Outcome::failed);
    }
    if (purpose_ == Purpose::power_off && program->maker == Maker::stock &&
        context_.options.after_cut != AfterCut::as_configured)
        context_.console.say("UPS [" + printable(ups_.name) +
                             "]: a stock driver, which powers off in its own way");
    call_ = driver_call(context_, *program, ups_, purpose_);
    attempt();
}

void StartJob::attempt() {
    if (purpose_ == Purpose::start)
        context_.console.debug(2, std::to_string(attempts_left_) + " remaining attempts");
    context_.console.debug(2, "exec:  " + joined(call_));
    if (context_.options.dry_run) return finish(Outcome::done);
    auto child = Child::start(context_.loop, call_, [this](Ending ending) { on_end(ending); });
    if (!child) {
        context_.console.say(child.error().text);
        return finish(Outcome::failed);
    }
    child_ = std::move(*child);
    --attempts_left_;
    if (purpose_ != Purpose::start || waits()) {
        if (context_.options.ground != Ground::foreground) timer_.start(ups_.max_start_delay);
    } else {
        over_ = true;
        finish(Outcome::done);
    }
}

/// Whether the driver's way to the background is waited for.
bool StartJob::waits() const {
    return !ups_.nowait || context_.environment.ignore_nowait ||
           context_.options.ground == Ground::foreground;
}

void StartJob::on_end(Ending ending) {
    child_.reset();
    timer_.stop();
    if (over_) return;
    if (cancelled_ && ending.signal == SIGTERM) return succeed();
    if (ending.is_clean()) return purpose_ == Purpose::start ? await_pid_file() : succeed();
    context_.console.say("UPS [" + printable(ups_.name) + "]: driver failed to " +
                         (purpose_ == Purpose::power_off ? "shut down" : "start") + " (" +
                         ending.to_text() + ")");
    if (attempts_left_ == 0) {
        over_ = true;
        return finish(Outcome::failed);
    }
    timer_.start(ups_.retry_delay);
}

void StartJob::succeed() {
    over_ = true;
    finish(Outcome::done);
}

void StartJob::await_pid_file() {
    const bool stays = context_.options.ground == Ground::foreground;
    const bool has_file = ::access(context_.pid_path(ups_).c_str(), F_OK) == 0;
    if (stays || !has_file || ++pid_looks_ > kMostPidLooks || find_running(context_, ups_))
        return succeed();
    pid_timer_.start(kPidPause);
}

void StartJob::on_time() {
    if (!child_) return attempt();
    over_ = true;
    context_.console.say("UPS [" + printable(ups_.name) + "]: not ready after " +
                         std::to_string(ups_.max_start_delay.count()) + " s, left alone");
    finish(Outcome::failed);
}

void StartJob::cancel() {
    cancelled_ = true;
    attempts_left_ = 0;
    if (child_) return child_->signal(SIGTERM);
    if (!timer_.armed()) return;
    timer_.stop();
    over_ = true;
    finish(Outcome::failed);
}

}  // namespace ups::upsdrvctl
