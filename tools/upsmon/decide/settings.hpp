// SPDX-License-Identifier: Apache-2.0
/// What the decisions of upsmon depend on: plain values, filled from upsmon.conf by the program.
/// Defaults are those of the incumbent unless said otherwise.
#pragma once

#include "lib/base/clock.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ups::upsmon {

enum class Role : std::uint8_t { primary, secondary };

/// Why nothing is known of a UPS at the moment.
enum class Loss : std::uint8_t {
    server,   ///< the server refuses connections or closed ours
    network,  ///< no route, or no answer in time
    driver,   ///< ERR DRIVER-NOT-CONNECTED, or the status word WAIT: no dump yet
    stale,    ///< ERR DATA-STALE, EVENT STALE, an empty status, or the status word NOCOMM
    silence,  ///< nobody said anything for two polls: found by the machine itself
};
inline constexpr std::size_t kLosses = 5;

/// What a loss of contact says about the supply behind it.
enum class LossMeaning : std::uint8_t {
    last_state,  ///< judge by what was known last, as the incumbent does (its table is in
                 ///< criticality.cpp). For a secondary this is the specification's "may shut down":
                 ///< primary lost while on battery, so down after DEADTIME; on mains, so carry on
    fine,        ///< says nothing: only a forced shutdown seen before still counts
    dead,        ///< as last_state, and anything unreachable for DEADTIME is dead, mains or not
};

/// How long a lost UPS that was calibrating, bypassed, off or in alarm still counts as supplying.
enum class LossPatience : std::uint8_t {
    dead_time,  ///< until DEADTIME after the last good reading: one missed answer decides nothing
    at_once,    ///< not at all, as the incumbent
};

/// What to do about a forced shutdown that stood already when a UPS was seen first, on mains.
enum class StaleFsd : std::uint8_t {
    /// It is probably left over from the shutdown this host comes back from: a primary takes it back
    /// (`FSD ups CLEAR`); nobody obeys it unless the UPS goes on battery or the server leaves.
    doubt,
    obey,  ///< shut down again, as the incumbent
};

/// Until when a shutdown may be called off if its causes have gone.
enum class CallOff : std::uint8_t {
    never,
    /// Until the first secondary has logged out: from then on the outlets have to be cycled, or that
    /// host would stay off.
    until_first_logout,
    /// Until the command to shut down is given: for sites that wake hosts themselves.
    until_commit,
};

/// One MONITOR line.
struct FeedSettings {
    /// `[group:]ups[@host[:port]]` as written: what notifications name and reloads match by.
    std::string monitor;
    /// The group of the specification's extended name; empty: none. No decision depends on it.
    std::string group;
    /// Supplies of this host that hang on this UPS; 0: watched only.
    std::uint32_t power_value = 1;
    Role role = Role::secondary;
    /// On a primary: the stage (1 and up) in which this UPS gets its FSD; stage n+1 follows when
    /// everybody of stage n has logged out or its time is up.
    /// On a secondary: the stage this host goes down in after it has seen FSD.
    std::uint32_t stage = 1;
    /// On a secondary of stage 2 and up: the earlier stages are gone when no more than so many are
    /// logged in (this host, those of later stages and the primary). 0: unknown, only time counts.
    std::uint32_t stage_rest = 0;
    /// By `Loss`.
    std::array<LossMeaning, kLosses> meaning{};
    /// A UPS that was never seen, or never said whether it has mains, counts as dead from then on.
    /// None: it counts as fine for ever, as with the incumbent.
    std::optional<Duration> unknown_after{};
    /// A heartbeat: TICK and TOCK have to alternate at least so often. None: not a heartbeat.
    std::optional<Duration> heartbeat{};

    bool operator==(const FeedSettings&) const = default;
};

/// Everything, immutable while in use. No value may be negative; "never" is an empty optional.
struct Settings {
    std::vector<FeedSettings> feeds;
    std::uint32_t min_supplies = 1;                                   ///< MINSUPPLIES
    Duration poll = std::chrono::seconds(5);                          ///< POLLFREQ
    Duration poll_alert = std::chrono::seconds(5);                    ///< POLLFREQALERT
    Duration host_sync = std::chrono::seconds(15);                    ///< HOSTSYNC
    Duration dead_time = std::chrono::seconds(15);                    ///< DEADTIME
    Duration replace_warn = std::chrono::seconds(43200);              ///< RBWARNTIME
    Duration no_contact_warn = std::chrono::seconds(300);             ///< NOCOMMWARNTIME
    Duration final_delay = std::chrono::seconds(5);                   ///< FINALDELAY
    std::optional<Duration> off_duration = std::chrono::seconds(30);  ///< OFFDURATION; < 0: none
    Duration low_duration{};                                          ///< OBLBDURATION
    std::optional<Duration> over_duration{};                          ///< OVERDURATION; < 0: none
    bool alarm_critical = true;                                       ///< ALARMCRITICAL
    /// SHUTDOWNEXIT: how long to stay logged in after the command; `yes`: zero, `no`: none, for ever.
    std::optional<Duration> exit_after = Duration{};

    // Ours, without a counterpart in the incumbent.
    /// Time of each stage but the last, which has HOSTSYNC; none: HOSTSYNC for each.
    std::optional<Duration> stage_time{};
    LossPatience loss_patience = LossPatience::dead_time;
    StaleFsd stale_fsd = StaleFsd::doubt;
    /// A doubted forced shutdown is obeyed if it stands for so long; none: never for that alone.
    std::optional<Duration> stale_fsd_after{};
    CallOff call_off = CallOff::until_first_logout;
    /// No second calling off within this time after the first: mains that come and go while the
    /// battery empties must not put a shutdown off for ever.
    Duration call_off_rest = std::chrono::minutes(10);
    /// "On battery and low" has to last so long to be believed during a self-test, or when the UPS
    /// claims to have no runtime with a battery charged to `full_charge` or more.
    Duration doubt_duration = std::chrono::seconds(30);
    double full_charge = 90.0;  ///< percent

    bool operator==(const Settings&) const = default;
};

/// Why these settings cannot work (no MONITOR line, one twice, too few supplies for MINSUPPLIES,
/// a stage 0, a poll of zero), as a text for people; none if they can.
[[nodiscard]] std::optional<std::string> objection(const Settings& settings);

/// How long it takes at most from the decision to shut down to the command.
[[nodiscard]] Duration longest_sequence(const Settings& settings);

}  // namespace ups::upsmon
