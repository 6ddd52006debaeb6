// SPDX-License-Identifier: Apache-2.0
/// Options of a section against the rows of a plugin.
#pragma once

#include "driverapi/upsdrv.h"
#include "drivers/host/job.hpp"
#include "lib/base/result.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ups::host {

/// The rows of a descriptor.
[[nodiscard]] std::span<const upsdrv_option> option_rows(const upsdrv_plugin& plugin) noexcept;

/// Rows that the host itself understands for every plugin (`pollfreq`, …).
[[nodiscard]] std::span<const upsdrv_option> host_rows() noexcept;

/// What is wrong with a row itself: no name, unknown type, a fallback that its own type refuses, ….
[[nodiscard]] std::vector<std::string> row_problems(const upsdrv_option& row);

/// The row that `name` falls under, prefixes included, or nullptr.
[[nodiscard]] const upsdrv_option* find_row(std::span<const upsdrv_option> rows,
                                            std::string_view name) noexcept;

/// What is wrong with a value (absent: the name stood alone), or nothing. The text holds no secret.
[[nodiscard]] std::optional<std::string> value_problem(const upsdrv_option& row,
                                                       std::optional<std::string_view> value);

/// Checks the options of a section, and that the required ones are there. The host's own are taken out
/// into `host_options`, the plugin's remain. Fails with `invalid`; an unknown name comes with the nearest
/// known one.
struct CheckedOptions {
    PluginOptions plugin;
    PluginOptions host;
};
[[nodiscard]] Result<CheckedOptions> check_options(const upsdrv_plugin& plugin,
                                                   const PluginOptions& given);

/// "integer", "seconds", … for help and descriptions.
[[nodiscard]] std::string_view option_type_name(std::uint32_t type) noexcept;

}  // namespace ups::host
