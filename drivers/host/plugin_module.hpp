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

/// The names of `aliases` in a descriptor.
[[nodiscard]] std::vector<std::string> aliases_of(const upsdrv_plugin& plugin);

/// Loads the file at `path`. Fails with `not_found`, `io` (not loadable, the loader's text) or
/// `unsupported` (no descriptor, or of another major version, or too short).
[[nodiscard]] Result<PluginModule> load_plugin_file(const std::string& path);

/// Loads the plugin for the driver name `driver` from the first of `folders` that has it: NAME.so, else one
/// that has the name among its aliases. A name with a slash is a path. Fails as `load_plugin_file`;
/// `not_found` names the folders.
[[nodiscard]] Result<PluginModule> find_plugin(std::string_view driver,
                                               std::span<const std::string> folders);

/// Paths of all plugin files in `folders`, sorted by name; the first folder that has a name wins.
[[nodiscard]] std::vector<std::string> list_plugins(std::span<const std::string> folders);

/// What is wrong with a descriptor that could be loaded, one text each; empty = nothing.
[[nodiscard]] std::vector<std::string> descriptor_problems(const upsdrv_plugin& plugin);

}  // namespace ups::host
