// SPDX-License-Identifier: Apache-2.0
/// The instant commands of the simulated UPS, as a table.
#pragma once

#include "simulator.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ups::sim {

enum class CommandResult : std::uint8_t { done, refused, unknown, bad_parameter };

/// All names, those of the outlets and groups included, for a unit of this design.
[[nodiscard]] std::vector<std::string> command_names(const Model& model);

/// Runs one. The parameter is a number of seconds where the command takes one, and refused where it does
/// not.
[[nodiscard]] CommandResult run_command(Simulator& simulator, std::string_view name,
                                        std::optional<std::string_view> parameter);

/// Faults started by a command without a parameter last so long, in seconds of device time.
inline constexpr double kFaultSeconds = 30;

}  // namespace ups::sim
