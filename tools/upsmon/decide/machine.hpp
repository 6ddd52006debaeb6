// SPDX-License-Identifier: Apache-2.0
/// The state machine in which every decision of upsmon is taken. Pure: no I/O, no clock, no threads;
/// the same state, event and time give the same result, always.
///
///     reading -> words.cpp        which status words
///             -> readings.cpp     what changed: notifications
///     silence -> contact.cpp      who is out of reach
///     all     -> criticality.cpp  which UPS is critical, or when it will be
///             -> sequence.cpp     FSD, waiting for secondaries, final delay, command, calling off
///
/// A program holds one `State`, feeds it every event with the time it happened, carries the actions
/// out in order, and sets one timer to `deadline`, at which it feeds a `Tick`.
#pragma once

#include "tools/upsmon/decide/action.hpp"
#include "tools/upsmon/decide/event.hpp"
#include "tools/upsmon/decide/state.hpp"

namespace ups::upsmon {

/// Whether an earlier process of this upsmon had decided to shut down (see `Remember`).
enum class Standing : std::uint8_t { none, shutdown };

/// The state at the start: nothing seen. `settings` must be without `objection`. With
/// `Standing::shutdown` the first `step` goes on with the shutdown.
[[nodiscard]] State initial(std::shared_ptr<const Settings> settings, Instant now,
                            Standing standing = Standing::none);

struct Step {
    State state;
    std::vector<Action> actions;
};

/// What `event` at `now` leads to. `now` is monotonic; an earlier one than before counts as no time
/// passed. Due timers are worked off with any event. An event about a feed that does not exist is
/// ignored (a late answer after a reload). Moving the state in saves copying it.
[[nodiscard]] Step step(State state, const Event& event, Instant now);

/// When a `Tick` is due if no other event comes: always after the last step's time. Until then ticks
/// change nothing. None: never.
[[nodiscard]] std::optional<Instant> deadline(const State& state);

}  // namespace ups::upsmon
