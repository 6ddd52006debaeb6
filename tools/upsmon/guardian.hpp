// SPDX-License-Identifier: Apache-2.0
/// What has the right to shut this host down: the privileged parent, or in a single process that process
/// itself.
///
/// Two verbs, notes and signs of life go to the parent, each one byte, without any argument: command and
/// path are those that the parent read at its start.
#pragma once

#include "lib/base/fd.hpp"
#include "lib/base/log.hpp"
#include "lib/event/loop.hpp"
#include "tools/upsmon/child_runner.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace ups::upsmon {

enum class Verb : char {
    write_flag = 'F',  ///< write POWERDOWNFLAG
    shut_down = 'S',   ///< run SHUTDOWNCMD; the parent answers with the same when it runs
    remember = 'M',    ///< a shutdown stands: tell the next worker if this one dies
    forget = 'm',      ///< no shutdown stands any more
    ready = 'r',       ///< the worker serves
    recovered = 'c',   ///< the recovery plan is through: the next worker need not begin it
    alive = 'a',       ///< the worker's loop turns
};
/// Nothing for a byte that is none of them.
[[nodiscard]] std::optional<Verb> verb_of(char byte) noexcept;

/// How often a worker says that it lives: often enough that a hung one is replaced before a service manager
/// with this limit (none: nobody else looks) would end all of us, and what is known with us.
[[nodiscard]] Duration life_sign_period(std::optional<Duration> watchdog_limit) noexcept;
/// A worker that was silent for so many periods hangs.
inline constexpr unsigned kSilentPeriods = 4;
/// Before its first word it may take longer.
inline constexpr unsigned kSilentPeriodsAtStart = 12;

class Guardian {
  public:
    virtual ~Guardian() = default;
    virtual void write_flag() = 0;
    virtual void shut_down() = 0;
    virtual void remember(bool is_standing) = 0;
    virtual void recovered() = 0;
    /// Calls `task` once what `shut_down` asks for was begun, as far as that was possible: maybe at once, and
    /// never if the privileged side is dead.
    virtual void when_given(std::move_only_function<void()> task) = 0;
};

/// What only the privileged side does, with everything fixed when it is made.
class ShutdownHands final : public Guardian {
  public:
    /// Looks at the flag: one of an earlier shutdown is removed, and one that is not ours disables it
    /// with an error in the log.
    ShutdownHands(Loop& loop, std::string command, std::string flag, const Logger& logger);

    void write_flag() override;
    void shut_down() override;
    void remember(bool is_standing) override { is_standing_ = is_standing; }
    void recovered() override { needs_recovery_ = false; }
    void when_given(std::move_only_function<void()> task) override { task(); }

    [[nodiscard]] bool is_standing() const noexcept { return is_standing_; }
    /// SHUTDOWNCMD was run.
    [[nodiscard]] bool is_given() const noexcept { return is_given_; }
    /// The flag was set when this was made, so this host went down with its UPS, and the recovery plan is
    /// not through yet.
    [[nodiscard]] bool needs_recovery() const noexcept { return needs_recovery_; }
    /// SHUTDOWNCMD runs.
    [[nodiscard]] bool is_busy() const noexcept { return !runner_.is_idle(); }
    [[nodiscard]] ChildRunner& runner() noexcept { return runner_; }

  private:
    std::string command_;
    std::string flag_;
    Logger logger_;
    ChildRunner runner_;
    bool is_standing_ = false;
    bool needs_recovery_ = false;
    bool is_given_ = false;
};

/// The worker's end of the line to its parent.
class ParentLine final : public Guardian {
  public:
    /// `channel`: a SOCK_SEQPACKET socket. `on_death` is called once when the parent is gone.
    ParentLine(Loop& loop, Fd channel, std::move_only_function<void()> on_death);

    void write_flag() override { send(Verb::write_flag); }
    void shut_down() override { send(Verb::shut_down); }
    void remember(bool is_standing) override { send(is_standing ? Verb::remember : Verb::forget); }
    void recovered() override { send(Verb::recovered); }
    void when_given(std::move_only_function<void()> task) override;
    void tell_ready() { send(Verb::ready); }
    /// Left out where the parent does not read: what counts must find room.
    void tell_alive();

  private:
    void send(Verb verb);
    [[nodiscard]] bool try_to_send(Verb verb);
    void on_ready(Interest ready);

    Fd channel_;
    std::deque<Verb> waiting_;  // for a parent that reads again
    std::move_only_function<void()> on_death_;
    std::move_only_function<void()> on_given_;
    bool is_given_ = false;
    std::unique_ptr<IoWatch> watch_;
};

}  // namespace ups::upsmon
