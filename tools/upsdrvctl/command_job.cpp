// SPDX-License-Identifier: Apache-2.0
#include "tools/upsdrvctl/command_job.hpp"

#include "lib/base/text.hpp"
#include "tools/upsdrvctl/driver_program.hpp"

#include <string>

namespace ups::upsdrvctl {
namespace {
/// A driver reads its configuration and may open its device anew before it answers.
constexpr Duration kCommandLimit = std::chrono::seconds(15);
}  // namespace

CommandJob::CommandJob(const Context& context, const conf::UpsSection& ups)
    : context_(context), ups_(ups) {}

void CommandJob::begin() {
    if (context_.options.dry_run) return call_program();
    const auto running = find_running(context_, ups_);
    if (!running) {
        context_.console.say("UPS [" + printable(ups_.name) + "]: " + running.error().text);
        return finish(Outcome::failed);
    }
    if (maker_of(running->pid()) == Maker::stock) return call_program();
    const std::string command = "driver." + std::string(command_word(context_.options.command));
    dialog_ = std::make_unique<Dialog>(context_.loop, context_.socket_path(ups_), command,
                                       kCommandLimit,
                                       [this](const DialogResult& result) { on_talk(result); });
}

void CommandJob::call_program() {
    call_ = std::make_unique<StartJob>(context_, ups_, Purpose::command);
    call_->on_finish([this](Outcome outcome) { finish(outcome); });
    call_->begin();
}

void CommandJob::on_talk(const DialogResult& result) {
    if (result.outcome == 0) return finish(Outcome::done);
    std::string text = "UPS [" + printable(ups_.name) + "]: ";
    if (!result.connected)
        text += result.problem;
    else if (result.outcome)
        text += "the driver refused (" + std::to_string(*result.outcome) + ")";
    else
        text += "the driver did not answer";
    context_.console.say(text);
    finish(Outcome::failed);
}

}  // namespace ups::upsdrvctl
