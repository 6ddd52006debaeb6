// SPDX-License-Identifier: Apache-2.0
/// A power cut in fast time: the rules and the state machine that upsmon runs with, on simulated UPSes
/// that start from the readings now. Nothing is executed, sent or told to anybody.
#pragma once

#include "tools/upsmon/decide/settings.hpp"
#include "tools/upsmon/plan/engine.hpp"
#include "tools/upsmon/plan/sim_ups.hpp"
#include "tools/upsmon/plan/timeline.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace ups::upsmon::plan {

struct Outage {
    std::vector<UpsIndex> upses;                     ///< that lose the mains; empty: all
    std::optional<std::chrono::seconds> mains_back;  ///< none: they stay away
    std::chrono::seconds at_most{24 * 3600};         ///< when to stop looking
    BatteryAssumptions battery;
    /// How long secondaries take from FSD to their log-out; none: longer than HOSTSYNC, the worst.
    std::optional<std::chrono::seconds> secondaries_leave;
    /// How long a host takes from its wake-up to its log-in.
    std::chrono::seconds hosts_start{120};
};

/// What would happen. `settings` (without `objection`), `plan` and `readings` are of the same
/// configuration. With mains that come back it goes on until the batteries are full again; else until
/// the host is down or dark, or nothing more can happen. Is it down, then `Timeline::recovery` tells what
/// follows when the mains are back, on batteries as they were left. Times are exact for rules and the state
/// machine; readings change once a second, on batteries that last longer than two hours every five.
[[nodiscard]] Timeline drill(const Plan& plan, const Settings& settings, const Readings& readings,
                             const Outage& outage);

/// "If the mains failed now": what rules and the monitor would do, in that order, as sentences with the
/// charge at which each happens, then who is woken when they are back. `timeline` is of a drill.
[[nodiscard]] std::string explain(const Timeline& timeline);

}  // namespace ups::upsmon::plan
