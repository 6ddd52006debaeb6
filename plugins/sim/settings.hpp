// SPDX-License-Identifier: Apache-2.0
/// The variables of the simulated UPS that clients may set, as a table.
#pragma once

#include "unit.hpp"

#include "kit/host.hpp"

#include <cstdint>
#include <string_view>

namespace ups::sim {

enum class SetResult : std::uint8_t { done, unknown, invalid };

/// Publishes the present value of each.
void show_settings(kit::Host host, const Unit& unit);
/// Publishes flags, lengths, enumerations and ranges; once, after the values.
void show_setting_types(kit::Host host, const Unit& unit);
/// Sets one, after checking the value.
[[nodiscard]] SetResult set_setting(Unit& unit, std::string_view name, std::string_view value);
[[nodiscard]] bool is_setting(const Unit& unit, std::string_view name);

}  // namespace ups::sim
