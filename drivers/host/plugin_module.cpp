// SPDX-License-Identifier: Apache-2.0
#include "drivers/host/plugin_module.hpp"

#include "drivers/host/option_table.hpp"
#include "lib/base/text.hpp"

#include <algorithm>
#include <cstddef>
#include <dirent.h>
#include <dlfcn.h>
#include <map>
#include <unistd.h>
#include <utility>

namespace ups::host {
namespace {

// What every plugin of this major version has: all fields of minor version 0.
constexpr std::size_t kLeastDescriptor = offsetof(upsdrv_plugin, close) + sizeof(void*);

struct DirClose {
    void operator()(DIR* dir) const noexcept { ::closedir(dir); }
};

}  // namespace

std::vector<std::string> aliases_of(const upsdrv_plugin& plugin) {
    std::vector<std::string> names;
    if (plugin.aliases != nullptr)
        for (const auto name : split_at(plugin.aliases, '|'))
            names.emplace_back(name);
    return names;
}

Result<PluginModule> load_plugin_file(const std::string& path) {
    if (::access(path.c_str(), F_OK) != 0) return fail(ErrorCode::not_found, "no plugin " + path);
    // A name without a slash would be looked for in the system's library folders.
    const std::string file = path.find('/') == std::string::npos ? "./" + path : path;
    void* const handle = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) return fail(ErrorCode::io, "cannot load: " + std::string(::dlerror()));
    const auto* const plugin = static_cast<const upsdrv_plugin*>(::dlsym(handle, UPSDRV_SYMBOL));
    if (plugin == nullptr) return fail(ErrorCode::unsupported, path + " exports no " UPSDRV_SYMBOL);
    if (plugin->struct_size < kLeastDescriptor)
        return fail(ErrorCode::unsupported, path + ": the descriptor is too short (struct_size)");
    if (plugin->abi_major != UPSDRV_ABI_MAJOR)
        return fail(ErrorCode::unsupported, path + " is for version " +
                                                std::to_string(plugin->abi_major) +
                                                " of the plugin interface, this host has " +
                                                std::to_string(UPSDRV_ABI_MAJOR));
    const auto problems = descriptor_problems(*plugin);
    if (!problems.empty()) return fail(ErrorCode::unsupported, path + ": " + problems.front());
    return PluginModule{plugin, path, plugin->name};
}

Result<PluginModule> find_plugin(std::string_view driver, std::span<const std::string> folders) {
    if (driver.find('/') != std::string_view::npos) return load_plugin_file(std::string(driver));
    const std::string name(driver);
    std::string tried;
    for (const std::string& folder : folders) {
        const std::string path = folder + "/" + name + ".so";
        if (::access(path.c_str(), F_OK) == 0) return load_plugin_file(path);
        tried += (tried.empty() ? "" : ", ") + folder;
    }
    for (const std::string& path : list_plugins(folders)) {
        auto plugin = load_plugin_file(path);
        if (!plugin) continue;  // a broken file of somebody else is no reason to refuse
        const auto aliases = aliases_of(*plugin->descriptor);
        if (std::ranges::find(aliases, name) != aliases.end()) return plugin;
    }
    return fail(ErrorCode::not_found,
                "no plugin for driver \"" + std::string(driver) + "\" in " + tried);
}

std::vector<std::string> list_plugins(std::span<const std::string> folders) {
    std::map<std::string, std::string> found;
    for (const std::string& folder : folders) {
        const std::unique_ptr<DIR, DirClose> dir(::opendir(folder.c_str()));
        if (!dir) continue;
        while (const dirent* entry = ::readdir(dir.get())) {
            const std::string name = entry->d_name;
            if (name.ends_with(".so")) found.try_emplace(name, folder + "/" + name);
        }
    }
    std::vector<std::string> paths;
    paths.reserve(found.size());
    for (auto& [name, path] : found)
        paths.push_back(std::move(path));
    return paths;
}

std::vector<std::string> descriptor_problems(const upsdrv_plugin& plugin) {
    std::vector<std::string> problems;
    const auto need = [&](bool holds, std::string text) {
        if (!holds) problems.push_back(std::move(text));
    };
    need(plugin.name != nullptr && *plugin.name != '\0', "the descriptor has no name");
    need(plugin.version != nullptr, "the descriptor has no version");
    need(plugin.description != nullptr, "the descriptor has no description");
    need(plugin.create != nullptr, "the callback create is missing");
    need(plugin.destroy != nullptr, "the callback destroy is missing");
    need(plugin.open != nullptr, "the callback open is missing");
    need(plugin.poll != nullptr, "the callback poll is missing");
    need(plugin.close != nullptr, "the callback close is missing");
    need(plugin.option_count == 0 || plugin.options != nullptr, "there are no option rows");
    if (!problems.empty()) return problems;
    for (std::uint32_t i = 0; i < plugin.option_count; ++i) {
        const upsdrv_option& row = plugin.options[i];
        for (auto& problem : row_problems(row))
            problems.push_back("option row " + std::to_string(i + 1) + ": " + std::move(problem));
        if (row.struct_size != sizeof(upsdrv_option)) break;  // the next row is somewhere else
    }
    return problems;
}

}  // namespace ups::host
