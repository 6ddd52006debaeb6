// SPDX-License-Identifier: Apache-2.0
/// Why upsmon decides as it does, in one line.
#pragma once

#include "tools/upsmon/decide/state.hpp"

#include <string>

namespace ups::upsmon {

/// Every input of the decision as it stands at `state.at`, `key=value`, on one line:
///
///     supplies=0 needed=1 user=no rule=no parent=alive; ups=su700@localhost pv=1 role=primary
///     status="OB LB" mains=battery contact=good age=0.2s login=ok low_for=0.0s charge=18
///     critical=low_battery
///
/// (broken here), with a part for each feed, critical ones first, as logs cut long lines. Times are ages in
/// seconds; what is unknown is left out.
[[nodiscard]] std::string explain(const State& state);

}  // namespace ups::upsmon
