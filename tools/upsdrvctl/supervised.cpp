// SPDX-License-Identifier: Apache-2.0
#include "tools/upsdrvctl/supervised.hpp"

#include "lib/base/file.hpp"
#include "lib/base/text.hpp"
#include "tools/upsdrvctl/stop_job.hpp"

#include <csignal>
#include <unistd.h>
#include <utility>

namespace ups::upsdrvctl {
namespace {
/// A driver that fails for ever is mentioned at first, then now and then.
constexpr unsigned kSayFirst = 3;
constexpr unsigned kSayEvery = 10;
}  // namespace

Supervised::Supervised(const Context& context, conf::UpsSection ups,
                       std::move_only_function<void()> on_change)
    : context_(context), ups_(std::move(ups)), on_change_(std::move(on_change)),
      timer_(context.loop, [this] { on_time(); }) {}

void Supervised::say(const std::string& text) const {
    context_.console.say("UPS [" + printable(ups_.name) + "]: " + text);
}

void Supervised::enter(State state) {
    state_ = state;
    on_change_();
}

void Supervised::start() {
    if (state_ != State::queued && state_ != State::resting) return;
    launch();
}

/// Asks a driver that runs already (left by a supervisor that was killed, or started by hand) to
/// leave; its end continues the launch.
bool Supervised::evict() {
    auto running = find_running(context_, ups_);
    if (!running || !running->signal(SIGTERM)) return false;
    say("pid " + std::to_string(running->pid()) + " drives it already and is replaced");
    const int fd = running->fd();
    predecessor_.reset(new Predecessor{
        std::move(*running),
        {context_.loop, fd, Interest::read, [this](Interest) { succeed_predecessor(); }}});
    timer_.start(kStopLimit);
    return true;
}

void Supervised::succeed_predecessor() {
    timer_.stop();
    predecessor_.reset();
    launch();
}

void Supervised::launch() {
    state_ = State::starting;
    policy_.started(context_.loop.now());
    killed_ = false;
    if (evict()) return;
    const auto program = find_driver(context_, ups_);
    if (!program) return retry(program.error().text);
    maker_ = program->maker;
    auto child = Child::start(context_.loop,
                              driver_call(context_, *program, ups_, Purpose::supervise),
                              [this](Ending ending) { on_end(ending); });
    if (!child) return retry(child.error().text);
    child_ = std::move(*child);
    timer_.start(ups_.max_start_delay);
}

void Supervised::check_ready(const std::set<std::string>& listening) {
    if (state_ != State::starting || !child_ || !listening.contains(context_.socket_path(ups_))) return;
    timer_.stop();
    write_pid_file();
    settled_ = true;
    say("driver " + ups_.driver + " runs, pid " + std::to_string(child_->pid()));
    enter(State::running);
}

void Supervised::on_end(Ending ending) {
    const State before = state_;
    child_.reset();
    timer_.stop();
    remove_pid_file();
    if (before == State::stopping) {
        if (!next_) return enter(State::over);
        ups_ = std::move(*next_);
        next_.reset();
        policy_ = RestartPolicy();
        return enter(State::queued);
    }
    // Some stock drivers end with status 0 when they cannot start, so that proves nothing before they
    // are ready.
    const bool asked = ending.is_clean() || ending.signal == SIGTERM;
    if (asked && (before == State::running || maker_ == Maker::ours)) {
        settled_ = true;
        say("driver was stopped; it stays so until it is started or the configuration is reloaded");
        return enter(State::resting);
    }
    retry("driver ended (" + ending.to_text() + ")");
}

void Supervised::retry(const std::string& why) {
    const Duration pause = policy_.ended(context_.loop.now());
    const unsigned failures = policy_.failures();
    settled_ = true;
    if (failures <= kSayFirst || failures % kSayEvery == 0)
        say(why + ", next start in " +
            std::to_string(std::chrono::duration_cast<std::chrono::seconds>(pause).count()) + " s" +
            (failures > 1 ? ", failure " + std::to_string(failures) : ""));
    timer_.start(pause);
    enter(State::waiting);
}

void Supervised::on_time() {
    switch (state_) {
    case State::waiting: return enter(State::queued);
    case State::starting:
        if (predecessor_) return (void)predecessor_->process.signal(SIGKILL);
        // Slow, but alive: it may still come up.
        settled_ = true;
        say("driver is not ready after " + std::to_string(ups_.max_start_delay.count()) + " s");
        return on_change_();
    case State::stopping:
        if (killed_ || !child_) return;
        killed_ = true;
        say("driver did not stop, killed");
        return child_->signal(SIGKILL);
    case State::queued:
    case State::running:
    case State::resting:
    case State::over: return;
    }
}

void Supervised::stop() {
    next_.reset();
    timer_.stop();
    predecessor_.reset();
    if (!child_) {
        state_ = State::over;
        return;
    }
    if (state_ == State::stopping && killed_) return;
    state_ = State::stopping;
    child_->signal(SIGTERM);
    timer_.start(kStopLimit);
}

void Supervised::replace(conf::UpsSection ups) {
    stop();
    if (state_ == State::stopping) {
        next_ = std::move(ups);
        return;
    }
    ups_ = std::move(ups);
    policy_ = RestartPolicy();
    state_ = State::queued;
}

/// Stock drivers in the foreground write no pid file; tools look for one.
void Supervised::write_pid_file() {
    if (find_running(context_, ups_)) return;
    std::string path = context_.pid_path(ups_);
    const std::string text = std::to_string(child_->pid()) + "\n";
    if (const auto written = write_file_atomic(path, text, 0644); !written)
        return context_.console.debug(1, written.error().text);
    pid_file_ = std::move(path);
}

void Supervised::remove_pid_file() {
    if (pid_file_.empty()) return;
    ::unlink(pid_file_.c_str());
    pid_file_.clear();
}

}  // namespace ups::upsdrvctl
