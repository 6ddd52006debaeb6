// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/remote_courier.hpp"

#include <cerrno>
#include <sys/socket.h>

namespace ups::upsmon {

void RemoteCourier::deliver(const Message& message) {
    send(to_packet(message));
}

void RemoteCourier::run(const RuleCommand& command) {
    if (const auto packet = to_packet(command)) return send(*packet);
    logger_.error("rule.dropped", "the command of rule " + command.rule + " is too long");
}

void RemoteCourier::reload() {
    send(kReloadPacket);
}

void RemoteCourier::send(std::string_view packet) {
    if (::send(channel_.get(), packet.data(), packet.size(), MSG_NOSIGNAL | MSG_DONTWAIT) >= 0)
        return;
    logger_.error("notify.dropped", "a notification or command cannot be handed over: " +
                                        fail_errno("send", errno).error().text);
}

CourierDesk::CourierDesk(Loop& loop, Fd channel, Courier& courier,
                         std::move_only_function<void()> on_reload,
                         std::move_only_function<void()> on_end)
    : channel_(std::move(channel)), courier_(courier), on_reload_(std::move(on_reload)),
      on_end_(std::move(on_end)),
      watch_(loop, channel_.get(), Interest::read, [this](Interest) { on_readable(); }) {}

void CourierDesk::serve(Waker& waker) {
    waker_ = &waker;
    waker.on_end([this](const WakeEnd& end) {
        const std::string packet = to_packet(end);
        // A worker that is gone has nobody to tell.
        (void)!::send(channel_.get(), packet.data(), packet.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    });
}

void CourierDesk::on_readable() {
    const ssize_t got = ::recv(channel_.get(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
        watch_.want(Interest::none);
        return on_end_();
    }
    const std::string_view packet(buffer_.data(), static_cast<std::size_t>(got));
    if (packet == kReloadPacket) return on_reload_();
    if (const auto order = wake_order_from_packet(packet))
        return waker_ != nullptr ? waker_->wake(*order) : void();
    if (const auto command = command_from_packet(packet)) return courier_.run(*command);
    if (const auto message = from_packet(packet)) courier_.deliver(*message);
}

}  // namespace ups::upsmon
