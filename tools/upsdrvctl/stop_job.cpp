// SPDX-License-Identifier: Apache-2.0
#include "tools/upsdrvctl/stop_job.hpp"

#include "lib/base/text.hpp"

#include <csignal>
#include <unistd.h>
#include <utility>

namespace ups::upsdrvctl {

StopJob::StopJob(const Context& context, const conf::UpsSection& ups)
    : context_(context), ups_(ups), timer_(context.loop, [this] { on_time(); }) {}

void StopJob::begin() {
    context_.console.debug(1, "Stopping UPS: " + ups_.name);
    auto running = find_running(context_, ups_);
    if (!running) return ask_to_exit(running.error().text);
    if (context_.options.dry_run) {
        context_.console.debug(2, "would stop pid " + std::to_string(running->pid()));
        return finish(Outcome::done);
    }
    terminate(std::move(*running));
}

void StopJob::terminate(ProcessHandle process) {
    const auto sent = process.signal(SIGTERM);
    if (!sent && sent.error().code == ErrorCode::not_found) return end_well();
    if (!sent) return ask_to_exit(sent.error().text);
    context_.console.debug(2, "sent SIGTERM to pid " + std::to_string(process.pid()));
    process_.emplace(std::move(process));
    wait_for_end();
}

void StopJob::wait_for_end() {
    watch_ = std::make_unique<IoWatch>(context_.loop, process_->fd(), Interest::read,
                                       [this](Interest) { end_well(); });
    timer_.start(kStopLimit);
}

void StopJob::ask_to_exit(std::string why) {
    const std::string path = context_.socket_path(ups_);
    if (!is_listening(path) || context_.options.dry_run) return end_badly(why);
    dialog_ = std::make_unique<Dialog>(
        context_.loop, path, "driver.exit", kTalkLimit,
        [this, reason = std::move(why)](const DialogResult& result) { on_talk(result, reason); });
}

void StopJob::on_talk(const DialogResult& result, const std::string& why) {
    if (!result.connected) return end_badly(why + "; " + result.problem);
    const bool obeys = result.outcome == 0;
    if (!result.listener) return obeys ? end_well() : end_badly(why);
    auto process = ProcessHandle::open(*result.listener);
    if (!process) return end_well();  // gone meanwhile
    // Looked at through the pid after the handle was opened, so the answer is about this process.
    if (!may_drive(context_, ups_, process->pid())) return end_badly(why);
    if (!obeys && !process->signal(SIGTERM)) return end_badly(why);
    process_.emplace(std::move(*process));
    wait_for_end();
}

void StopJob::on_time() {
    if (!killed_ && process_->signal(SIGKILL)) {
        killed_ = true;
        context_.console.say("UPS [" + printable(ups_.name) + "]: driver did not stop, killed");
        return timer_.start(kStopLimit);
    }
    end_badly("pid " + std::to_string(process_->pid()) + " does not end");
}

void StopJob::end_well() {
    watch_.reset();
    timer_.stop();
    if (killed_) ::unlink(context_.pid_path(ups_).c_str());  // it had no chance to do so itself
    finish(Outcome::done);
}

void StopJob::end_badly(const std::string& text) {
    watch_.reset();
    timer_.stop();
    context_.console.say("UPS [" + printable(ups_.name) + "]: " + text);
    finish(Outcome::failed);
}

}  // namespace ups::upsdrvctl
