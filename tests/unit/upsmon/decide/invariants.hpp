// SPDX-License-Identifier: Apache-2.0
/// What must hold of every step of the machine, said without its own rules.
#pragma once

#include "tools/upsmon/decide/machine.hpp"

#include <string>

namespace ups::upsmon::testing {

/// Why a step breaks a promise; empty: it keeps them all. `after` is the result of `event` on `before`.
[[nodiscard]] std::string broken_promise(const State& before, const Event& event,
                                         const Step& after);

/// The feed is proven good: in contact, on mains, not off, and nobody's FSD but ours on it.
[[nodiscard]] bool is_proven_good(const State& state, FeedIndex feed);
/// The feed cannot be counted on by any reading of the manual: low for as long as the settings say, on
/// battery without contact for DEADTIME, or somebody's forced shutdown that is not an old one.
[[nodiscard]] bool is_hopeless(const State& state, FeedIndex feed);

}  // namespace ups::upsmon::testing
