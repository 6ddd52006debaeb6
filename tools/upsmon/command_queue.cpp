// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/command_queue.hpp"

#include "lib/base/text.hpp"

#include <utility>

namespace ups::upsmon {

CommandQueue::CommandQueue(Loop& loop, std::string ups)
    : ups_(std::move(ups)), progress_(loop, [this] { ask_progress(); }), loop_(loop) {}

void CommandQueue::attach(client::Connection& connection) {
    connection_ = &connection;
    tracking_ = Tracking::unknown;
}

void CommandQueue::detach(const std::string& why) {
    connection_ = nullptr;
    progress_.stop();
    // A handler may push again: that is refused by itself.
    for (Waiting& one : std::exchange(waiting_, {}))
        one.done(fail(ErrorCode::closed, why));
}

void CommandQueue::push(UpsOrder order, Done done) {
    if (connection_ == nullptr) return done(fail(ErrorCode::closed, "no connection to its server"));
    if (waiting_.size() == kMaxWaiting)
        return done(fail(ErrorCode::busy, "too many commands are waiting"));
    waiting_.push_back({std::move(order), std::move(done)});
    if (waiting_.size() == 1) next();
}

void CommandQueue::next() {
    if (connection_ == nullptr || waiting_.empty()) return;
    UpsOrder& order = waiting_.front().order;
    if (!order.outlet) return start_tracking();
    const auto command = plan::switch_command(*order.outlet);
    if (!command) return ask(client::list({"VAR", ups_}), &CommandQueue::take_variables);
    order.command = *command;
    start_tracking();
}

void CommandQueue::take_variables(const client::Reply& reply) {
    UpsOrder& order = waiting_.front().order;
    const auto command = plan::switch_command(*order.outlet, reply.rows);
    if (!command)
        return finish(fail(ErrorCode::not_found, "it has no outlet or group of outlets named " +
                                                     printable(order.outlet->outlet)));
    order.command = *command;
    start_tracking();
}

void CommandQueue::start_tracking() {
    if (tracking_ != Tracking::unknown) return send();
    connection_->ask(client::command({"SET", "TRACKING", "ON"}), [this](const Answer& answer) {
        if (!answer && answer.error().is_fatal()) return;
        tracking_ = answer ? Tracking::on : Tracking::off;
        send();
    });
}

void CommandQueue::send() {
    const UpsOrder& order = waiting_.front().order;
    ask(order.parameter.empty()
            ? client::command({"INSTCMD", ups_, order.command})
            : client::command({"INSTCMD", ups_, order.command, order.parameter}),
        &CommandQueue::take_sent);
}

void CommandQueue::take_sent(const client::Reply& reply) {
    if (!iequals(reply.word(), "TRACKING") || reply.word(1).empty())
        return finish(waiting_.front().order.command);
    tracking_id_ = reply.word(1);
    give_up_ = loop_.now() + kTrackingLimit;
    ask_progress();
}

void CommandQueue::ask_progress() {
    ask(client::get_tracking(tracking_id_), &CommandQueue::take_progress);
}

void CommandQueue::take_progress(const client::Reply& reply) {
    if (!iequals(reply.word(), "PENDING")) return finish(waiting_.front().order.command);
    if (loop_.now() >= give_up_)
        return finish(fail(ErrorCode::timeout, waiting_.front().order.command +
                                                   ": the driver does not say how it ended"));
    progress_.start(kTrackingPeriod);
}

void CommandQueue::ask(const client::Request& request, Taker taker) {
    connection_->ask(request, [this, taker](const Answer& answer) {
        if (answer) return (this->*taker)(*answer);
        // `detach` follows the end of a connection, and refuses.
        if (answer.error().is_fatal()) return;
        const std::string& command = waiting_.front().order.command;
        finish(fail(ErrorCode::refused,
                    (command.empty() ? "" : command + ": ") + printable(answer.error().text)));
    });
}

void CommandQueue::finish(const Result<std::string>& outcome) {
    Done done = std::move(waiting_.front().done);
    const Result<std::string> kept = outcome;
    waiting_.pop_front();
    next();
    done(kept);
}

}  // namespace ups::upsmon
