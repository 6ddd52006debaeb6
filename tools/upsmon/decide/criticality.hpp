// SPDX-License-Identifier: Apache-2.0
/// When a UPS is critical, that is: may not be counted on any more.
#pragma once

#include "tools/upsmon/decide/state.hpp"

#include <string_view>

namespace ups::upsmon {

enum class Reason : std::uint8_t {
    none,
    forced_shutdown,   ///< somebody set FSD on it
    low_battery,       ///< on battery and low for long enough
    dead_on_battery,   ///< out of reach for DEADTIME, last known on battery
    dead_calibrating,  ///< out of reach while calibrating
    dead_in_bypass,    ///< out of reach while bypassed
    dead_off,          ///< out of reach while off
    dead_in_alarm,     ///< out of reach while in alarm
    dead_overloaded,   ///< out of reach while overloaded for long enough
    dead,              ///< out of reach for DEADTIME, and that is set to mean dead
    off,               ///< in reach and off for long enough
    unknown,           ///< never seen, or never said whether it has mains, for too long
};
inline constexpr std::size_t kReasons = 12;
[[nodiscard]] std::string_view name_of(Reason reason) noexcept;

/// When a rule makes the UPS critical if nothing but time comes; none: not at all.
[[nodiscard]] std::optional<Instant> due(Reason reason, const State& state, FeedIndex feed);

struct Verdict {
    Reason reason = Reason::none;  ///< the first that applies
    Instant since{};
};
/// Whether the UPS is critical at `state.at`.
[[nodiscard]] Verdict judge(const State& state, FeedIndex feed);
/// When the UPS will be critical for one more reason; always after `state.at`.
[[nodiscard]] std::optional<Instant> next_due(const State& state, FeedIndex feed);

/// Sum of the power values of feeds that are not critical at `state.at`.
[[nodiscard]] std::uint64_t supplies(const State& state);

}  // namespace ups::upsmon
