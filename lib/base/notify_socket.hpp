// SPDX-License-Identifier: Apache-2.0
/// Telling the service manager how we are: the sd_notify(3) datagrams, without libsystemd.
///
///     datagram = *( NAME "=" value LF )
#pragma once

#include "lib/base/clock.hpp"
#include "lib/base/fd.hpp"
#include "lib/base/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ups {

/// One connected datagram socket; without a service manager every call does nothing.
class NotifySocket {
  public:
    /// Nobody listens.
    NotifySocket() noexcept = default;
    /// Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID and removes them, so that children are
    /// not mistaken for us. Connects now: chroot and sandbox come later.
    [[nodiscard]] static NotifySocket from_environment();
    /// For `address` as in NOTIFY_SOCKET: a path, or "@name" for an abstract socket. Fails with
    /// `invalid` (neither, or too long) or `io`.
    [[nodiscard]] static Result<NotifySocket> connect(const std::string& address);

    [[nodiscard]] bool is_active() const noexcept { return static_cast<bool>(socket_); }
    /// Start-up or reload is complete; `status` is shown to people.
    void ready(std::string_view status) const;
    /// A reload began; `ready` ends it.
    void reloading() const;
    void stopping() const;
    void status(std::string_view text) const;
    /// The loop is alive.
    void watchdog() const;
    /// How long the manager waits between two `watchdog` calls before it acts; call at half of it.
    /// Nothing if it does not watch us.
    [[nodiscard]] std::optional<Duration> watchdog_limit() const noexcept {
        return watchdog_limit_;
    }

  private:
    void send(const std::string& text) const;
    Fd socket_;
    std::optional<Duration> watchdog_limit_;
};

/// The limit that WATCHDOG_USEC and WATCHDOG_PID (may be null) give a process with id `self`.
[[nodiscard]] std::optional<Duration> parse_watchdog(const char* usec, const char* pid, int self);

}  // namespace ups
