// SPDX-License-Identifier: Apache-2.0
/// The variables that the simulated UPS measures and tells, as a table.
#pragma once

#include "unit.hpp"

#include "kit/host.hpp"

#include <string>

namespace ups::sim {

/// What never changes: names, ratings, numbers of outlets.
void show_identity(kit::Host host, const Unit& unit);
/// Everything else that is not a setting, with status and alarm. Absent readings are withdrawn.
void show_readings(kit::Host host, const Unit& unit);
/// Words of `ups.status` without ALARM.
[[nodiscard]] std::string status_words(const Model& model);

}  // namespace ups::sim
