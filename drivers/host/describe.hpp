// SPDX-License-Identifier: Apache-2.0
/// What plugins say about themselves, for people and programs. All print on stdout and return the exit
/// status.
#pragma once

#include "driverapi/upsdrv.h"
#include "drivers/host/options.hpp"

#include <span>
#include <string>

namespace ups::host {

/// `--describe NAME`: a plugin by driver name or by path. JSON: one object with `name`, `version`,
/// `description`, `abi`, `links`, `aliases`, `callbacks` and `options`.
[[nodiscard]] int describe(const std::string& name, bool json,
                           std::span<const std::string> folders);

/// `--list-plugins`: name, version, description, one line each.
[[nodiscard]] int print_plugins(std::span<const std::string> folders);

/// `-L` for the driver called `driver`: `VALUE name "text"` or `FLAG name "text"`, one line each.
[[nodiscard]] int print_options(const std::string& driver, std::span<const std::string> folders);

/// `-V` for the driver or host called so on the command line.
[[nodiscard]] int print_version(const std::string& program, std::span<const std::string> folders);

}  // namespace ups::host
