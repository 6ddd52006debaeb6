// SPDX-License-Identifier: Apache-2.0
/// Finds and loads plugins.
#pragma once

#include "driverapi/upsdrv.h"
#include "lib/base/result.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ups::host {

/// A loaded plugin. Stays loaded until the process ends: its code may be running on another thread.
struct PluginModule {
    const upsdrv_plugin* descriptor = nullptr;
    std::string path;
    std::string name;  ///< of the descriptor
};

/// The plugin that a driver name means: stock names ("dummy-ups", "sim-ups") have a row in a table, any
/// other name is its own.
[[nodiscard]] std::string_view plugin_of_driver(std::string_view driver) noexcept;

/// Loads the file at `path`. Fails with `not_found`, `io` (not loadable, the loader's text) or
/// `unsupported` (no descriptor, or of another major version, or too short).
[[nodiscard]] Result<PluginModule> load_plugin_file(const std::string& path);

/// Loads NAME.so for the driver name `driver` from the first of `folders` that has it; a name with a slash
/// is a path. Fails as `load_plugin_file`; `not_found` names the folders.
[[nodiscard]] Result<PluginModule> find_plugin(std::string_view driver,
                                               std::span<const std::string> folders);

/// Paths of all plugin files in `folders`, sorted by name; the first folder that has a name wins.
[[nodiscard]] std::vector<std::string> list_plugins(std::span<const std::string> folders);

/// What is wrong with a descriptor that could be loaded, one text each; empty = nothing.
[[nodiscard]] std::vector<std::string> descriptor_problems(const upsdrv_plugin& plugin);

}  // namespace ups::host
