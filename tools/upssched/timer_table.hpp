// SPDX-License-Identifier: Apache-2.0
/// The timers of a host and what requests do to them. No I/O; time comes in as arguments.
#pragma once

#include "lib/base/clock.hpp"
#include "tools/upssched/protocol.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ups::upssched {

/// A run of CMDSCRIPT.
struct Job {
    std::string argument;
    /// What it is told about the notification. A shared timer has the distinct types and UPSes of all that
    /// joined, separated by commas. Nothing: an old peer, the environment of the daemon's start holds.
    std::optional<Cause> cause;
    bool operator==(const Job&) const = default;
};

class TimerTable {
  public:
    static constexpr std::size_t kMaxTimers = 1024;
    /// Notifications that a shared timer remembers; further ones join without a trace.
    static constexpr std::size_t kMaxJoined = 64;

    struct Outcome {
        std::string reply;       ///< lines with LF
        std::optional<Job> job;  ///< to be run at once
    };
    /// Does what a line asks.
    [[nodiscard]] Outcome handle(std::string_view line, Instant now);

    /// When `on_time` is to be called; nothing without timers.
    [[nodiscard]] std::optional<Instant> deadline() const;
    /// Takes out the timers whose time has come, earliest first, in order of starting where equal.
    [[nodiscard]] std::vector<Job> on_time(Instant now);
    [[nodiscard]] bool is_empty() const noexcept { return timers_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return timers_.size(); }

  private:
    struct Timer {
        std::string name;
        Instant deadline;
        std::vector<Cause> causes;
        bool shared = false;
    };
    bool join(const Request& request);
    Outcome start(const Request& request, Instant now);
    Outcome cancel(const Request& request);
    [[nodiscard]] std::string list(Instant now) const;
    static std::optional<Cause> summary(const Timer& timer);

    std::vector<Timer> timers_;  // in order of starting
};

}  // namespace ups::upssched
