// SPDX-License-Identifier: Apache-2.0
#include "lib/base/notify_socket.hpp"

#include "lib/base/text.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace ups {
namespace {

std::string status_line(std::string_view text) {
    return "STATUS=" + printable(text) + "\n";
}

std::string monotonic_line() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    const std::int64_t usec = std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
    return "MONOTONIC_USEC=" + std::to_string(usec) + "\n";
}

}  // namespace

std::optional<Duration> parse_watchdog(const char* usec, const char* pid, int self) {
    if (usec == nullptr) return std::nullopt;
    if (pid != nullptr && parse_integer(pid) != std::int64_t{self}) return std::nullopt;
    const auto limit = parse_integer(usec);
    if (!limit || *limit <= 0) return std::nullopt;
    return std::chrono::microseconds(*limit);
}

Result<NotifySocket> NotifySocket::connect(const std::string& address) {
    sockaddr_un peer{};
    peer.sun_family = AF_UNIX;
    const bool known_form = address.starts_with('/') || address.starts_with('@');
    if (!known_form || address.size() < 2 || address.size() >= sizeof peer.sun_path)
        return fail(ErrorCode::invalid, "NOTIFY_SOCKET: not an address: " + printable(address));
    std::memcpy(peer.sun_path, address.data(), address.size());
    socklen_t size = sizeof peer;
    if (address.starts_with('@')) {
        // Abstract names are counted, not terminated.
        peer.sun_path[0] = '\0';
        size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size());
    }
    NotifySocket notify;
    notify.socket_.reset(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!notify.socket_) return fail_errno("NOTIFY_SOCKET", errno);
    if (::connect(notify.socket_.get(), reinterpret_cast<const sockaddr*>(&peer), size) < 0)
        return fail_errno("NOTIFY_SOCKET " + printable(address), errno);
    return notify;
}

NotifySocket NotifySocket::from_environment() {
    const char* address = std::getenv("NOTIFY_SOCKET");
    NotifySocket notify;
    if (address != nullptr) {
        if (auto connected = connect(address)) notify = std::move(*connected);
    }
    notify.watchdog_limit_ =
        parse_watchdog(std::getenv("WATCHDOG_USEC"), std::getenv("WATCHDOG_PID"), ::getpid());
    if (!notify.is_active()) notify.watchdog_limit_.reset();
    ::unsetenv("NOTIFY_SOCKET");
    ::unsetenv("WATCHDOG_USEC");
    ::unsetenv("WATCHDOG_PID");
    return notify;
}

void NotifySocket::ready(std::string_view status) const {
    send("READY=1\n" + status_line(status));
}

void NotifySocket::reloading() const {
    send("RELOADING=1\n" + monotonic_line());
}

void NotifySocket::stopping() const {
    send("STOPPING=1\n");
}

void NotifySocket::status(std::string_view text) const {
    send(status_line(text));
}

void NotifySocket::watchdog() const {
    send("WATCHDOG=1\n");
}

void NotifySocket::send(const std::string& text) const {
    if (!socket_) return;
    // Best effort: a manager that does not listen is its own problem, and we must not block on it.
    while (::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL) < 0 && errno == EINTR) {
    }
}

}  // namespace ups
