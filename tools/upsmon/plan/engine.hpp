// SPDX-License-Identifier: Apache-2.0
/// When rules fire, and what is to be done then. Pure: no I/O, no clock; the same plan, state, readings
/// and time give the same result, always.
///
///     resting --condition true--> holding --for FOR--> fired --condition false--> resting
///        ^                           |                   |
///        +---- false or unknown -----+                   +-- unknown: stays, takes no action
///
/// A program holds one `State`, calls `evaluate` after every change of a reading and at the deadline it
/// returned, carries the steps out in order, and writes their `log` to its log.
#pragma once

#include "lib/base/clock.hpp"
#include "tools/upsmon/decide/event.hpp"
#include "tools/upsmon/plan/plan.hpp"
#include "tools/upsmon/plan/readings.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ups::upsmon::plan {

/// What is not known decides nothing: `unknown` is neither.
enum class Truth : std::uint8_t { no, unknown, yes };

struct RuleState {
    enum class Phase : std::uint8_t { resting, holding, fired };
    Phase phase = Phase::resting;
    Instant since{};       ///< holding: true since; fired: when it fired
    std::size_t next = 0;  ///< fired: the first action not taken yet
    /// When the rule cleared, if ELSE actions from `next_otherwise` on are still to be taken. They are
    /// while the condition is false; a new firing drops them.
    std::optional<Instant> cleared{};
    std::size_t next_otherwise = 0;
    bool asks_shutdown = false;  ///< fired, and its SHUTDOWN was taken
    bool operator==(const RuleState&) const = default;
};

struct State {
    std::vector<RuleState> rules;                          ///< by position in `Plan::rules`
    std::vector<std::optional<Instant>> on_battery_since;  ///< by `UpsIndex`
    bool operator==(const State&) const = default;
};

/// Whom SHUTDOWN of a rule takes down: this host alone. FSD is what takes down everybody.
inline constexpr event::Scope kShutdownScope = event::Scope::host;

/// Nothing has happened yet.
[[nodiscard]] State initial(const Plan& plan);

/// The state of `before` for another plan: rules of the same name and condition keep theirs, and so do
/// UPSes of the same text. For a reload.
[[nodiscard]] State carry_over(const Plan& old_plan, const State& before, const Plan& plan);

struct Step {
    enum class Kind : std::uint8_t {
        fired,    ///< the rule fired: only to be logged
        cleared,  ///< the rule rests again: only to be logged
        act,      ///< `action` is to be taken
    };
    Kind kind = Kind::act;
    std::size_t rule = 0;     ///< position in `Plan::rules`
    conf::RuleAction action;  ///< for `act`
    /// One line for the log, with every value that the rule looked at, for instance
    /// `rule=lab-off fired held=30s: WHEN su700 charge < 40 FOR 30: su700@localhost battery.charge=39`.
    std::string log;
    bool operator==(const Step&) const = default;
};

struct Evaluation {
    State state;
    std::vector<Step> steps;          ///< in order
    std::optional<Instant> deadline;  ///< when to call again at the latest if no reading changes
};

/// What the readings at `now` lead to. `state` is of this plan and `readings` have one entry for each
/// UPS; `now` is monotonic and never before that of the last call.
[[nodiscard]] Evaluation evaluate(const Plan& plan, State state, const Readings& readings,
                                  Instant now);

/// Whether a rule that still holds has asked to shut this host down: the program tells the state machine
/// when this becomes true (`RuleShutdown`) and when it ends (`RuleWithdrawn`).
[[nodiscard]] bool asks_shutdown(const State& state);

/// How a rule stands, for people: "fired 12 s ago", "true for 3 of 30 s", "false", "unknown: ...".
[[nodiscard]] Truth truth_of(const PlanRule& rule, const State& state, const Readings& readings,
                             Instant now);

/// Every value that a rule looks at, blanks between: `su700@localhost battery.charge=39 ups.status="OB"`;
/// what is not known is `?`.
[[nodiscard]] std::string inputs_of(const Plan& plan, const PlanRule& rule, const State& state,
                                    const Readings& readings, Instant now);

}  // namespace ups::upsmon::plan
