// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/wakers.hpp"

#include "tools/upsmon/recovery/wake_packet.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>

namespace ups::upsmon {
namespace {

Result<void> send_wake_packet(const conf::WakeStep& step) {
    const auto packet = recovery::wake_packet(step.target);
    if (!packet) return fail(ErrorCode::invalid, step.target + " is no hardware address");
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(recovery::kWakePort);
    to.sin_addr.s_addr = htonl(INADDR_BROADCAST);
    if (!step.broadcast.empty() && ::inet_pton(AF_INET, step.broadcast.c_str(), &to.sin_addr) != 1)
        return fail(ErrorCode::invalid, step.broadcast + " is no address");
    const Fd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!fd) return fail_errno("socket", errno);
    const int yes = 1;
    if (::setsockopt(fd.get(), SOL_SOCKET, SO_BROADCAST, &yes, sizeof yes) < 0)
        return fail_errno("SO_BROADCAST", errno);
    // sockaddr is how the system's interface is written.
    const auto* address = reinterpret_cast<const sockaddr*>(&to);
    if (::sendto(fd.get(), packet->data(), packet->size(), MSG_DONTWAIT, address, sizeof to) < 0)
        return fail_errno("the Wake-on-LAN packet cannot be sent", errno);
    return {};
}

std::string end_of(int status) {
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
    if (WIFEXITED(status))
        return "the command ended with status " + std::to_string(WEXITSTATUS(status));
    return "the command was ended";
}

}  // namespace

void LocalWaker::wake(const WakeOrder& order) {
    const auto step = std::ranges::find(steps_, order.step, &conf::WakeStep::name);
    if (step == steps_.end())
        return tell({order.ticket, "there is no such step in the configuration"});
    if (step->kind == conf::WakeKind::lan) {
        const auto sent = send_wake_packet(*step);
        return tell({order.ticket, sent ? std::string() : sent.error().text});
    }
    if (step->kind != conf::WakeKind::command)
        return tell({order.ticket, "an outlet is switched by its server"});
    runner_.run({"WAKE " + step->name,
                 {"/bin/sh", "-c", step->target},
                 {{"NOTIFYTYPE", "WAKE"}},
                 {},
                 step->timeout},
                [this, ticket = order.ticket](int status) { tell({ticket, end_of(status)}); });
}

RemoteWaker::RemoteWaker(Loop& loop, Fd line)
    : line_(std::move(line)),
      watch_(loop, line_.get(), Interest::read, [this](Interest) { on_readable(); }) {}

void RemoteWaker::wake(const WakeOrder& order) {
    const std::string packet = to_packet(order);
    if (::send(line_.get(), packet.data(), packet.size(), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
        tell({order.ticket, fail_errno("it cannot be handed over", errno).error().text});
}

void RemoteWaker::on_readable() {
    const ssize_t got = ::recv(line_.get(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) return watch_.want(Interest::none);
    const std::string_view packet(buffer_.data(), static_cast<std::size_t>(got));
    if (const auto end = wake_end_from_packet(packet)) tell(*end);
}

}  // namespace ups::upsmon
