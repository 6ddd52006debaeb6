// SPDX-License-Identifier: Apache-2.0
#include "drivers/host/describe.hpp"

#include "drivers/host/option_table.hpp"
#include "drivers/host/plugin_module.hpp"
#include "drivers/transport/link.hpp"
#include "lib/base/build_info.hpp"
#include "lib/base/text.hpp"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace ups::host {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> links_of(const upsdrv_plugin& plugin) {
    std::vector<std::string> names;
    for (std::uint32_t kind = 0; kind < 32; ++kind)
        if ((plugin.links & UPSDRV_LINK_BIT(kind)) != 0)
            names.emplace_back(transport::link_kind_name(kind));
    return names;
}

std::vector<std::string> callbacks_of(const upsdrv_plugin& plugin) {
    std::vector<std::string> names = {"create", "destroy", "open", "poll", "close"};
    if (plugin.probe != nullptr) names.emplace_back("probe");
    if (plugin.set != nullptr) names.emplace_back("set");
    if (plugin.command != nullptr) names.emplace_back("command");
    if (plugin.shutdown != nullptr) names.emplace_back("shutdown");
    if (plugin.reconfigure != nullptr) names.emplace_back("reconfigure");
    return names;
}

bool has_limits(const upsdrv_option& row) {
    return row.min != 0 || row.max != 0;
}

Json json_of(const upsdrv_option& row) {
    Json made = {{"name", row.name}, {"type", option_type_name(row.type)}, {"help", row.help}};
    if (row.fallback != nullptr) made["default"] = row.fallback;
    if (row.choices != nullptr) made["choices"] = split_at(row.choices, '|');
    if (has_limits(row)) {
        made["min"] = row.min;
        made["max"] = row.max;
    }
    made["secret"] = (row.flags & UPSDRV_OPT_SECRET) != 0;
    made["reloadable"] = (row.flags & UPSDRV_OPT_RELOADABLE) != 0;
    made["required"] = (row.flags & UPSDRV_OPT_REQUIRED) != 0;
    return made;
}

void print_json(const upsdrv_plugin& plugin) {
    Json made = {{"name", plugin.name},
                 {"version", plugin.version},
                 {"description", plugin.description},
                 {"abi", std::to_string(plugin.abi_major) + "." + std::to_string(plugin.abi_minor)},
                 {"links", links_of(plugin)},
                 {"aliases", aliases_of(plugin)},
                 {"callbacks", callbacks_of(plugin)},
                 {"options", Json::array()}};
    for (const auto& row : option_rows(plugin))
        made["options"].push_back(json_of(row));
    // Text of a plugin may be anything; what is not UTF-8 is replaced.
    fmt::print("{}\n", made.dump(2, ' ', false, Json::error_handler_t::replace));
}

std::string joined(const std::vector<std::string>& words, std::string_view glue = " ") {
    std::vector<std::string_view> views(words.begin(), words.end());
    return join(views, glue);
}

void print_row(const upsdrv_option& row) {
    std::string notes(option_type_name(row.type));
    if (row.choices != nullptr) notes += ": " + std::string(row.choices);
    if (has_limits(row)) notes += fmt::format(", {:g} to {:g}", row.min, row.max);
    if (row.fallback != nullptr) notes += fmt::format(", default {}", row.fallback);
    if ((row.flags & UPSDRV_OPT_REQUIRED) != 0) notes += ", required";
    if ((row.flags & UPSDRV_OPT_RELOADABLE) != 0) notes += ", may change while running";
    if ((row.flags & UPSDRV_OPT_SECRET) != 0) notes += ", secret";
    fmt::print("  {}{}\n      {}\n      ({})\n", row.name, row.type == UPSDRV_OPT_PREFIX ? "*" : "",
               row.help, notes);
}

void print_text(const PluginModule& module) {
    const upsdrv_plugin& plugin = *module.descriptor;
    fmt::print("{} {}: {}\n", plugin.name, plugin.version, plugin.description);
    fmt::print("file:      {}\ninterface: {}.{}\nlinks:     {}\ncallbacks: {}\n", module.path,
               plugin.abi_major, plugin.abi_minor, joined(links_of(plugin)),
               joined(callbacks_of(plugin)));
    if (plugin.aliases != nullptr) fmt::print("also for:  {}\n", joined(aliases_of(plugin)));
    if (plugin.option_count > 0) fmt::print("options:\n");
    for (const auto& row : option_rows(plugin))
        print_row(row);
}

int complain(const Error& error) {
    fmt::print(stderr, "Error: {}\n", error.text);
    return 1;
}

}  // namespace

int describe(const std::string& name, bool json, std::span<const std::string> folders) {
    const auto module = find_plugin(name, folders);
    if (!module) return complain(module.error());
    if (json)
        print_json(*module->descriptor);
    else
        print_text(*module);
    return 0;
}

int print_plugins(std::span<const std::string> folders) {
    int status = 0;
    for (const std::string& path : list_plugins(folders)) {
        const auto module = load_plugin_file(path);
        if (!module) {
            status = complain(module.error());
            continue;
        }
        const upsdrv_plugin& plugin = *module->descriptor;
        fmt::print("{:<16} {:<8} {}\n", plugin.name, plugin.version, plugin.description);
    }
    return status;
}

int print_options(const std::string& driver, std::span<const std::string> folders) {
    const auto module = find_plugin(driver, folders);
    if (!module) return complain(module.error());
    for (const auto rows : {option_rows(*module->descriptor), host_rows()})
        for (const auto& row : rows)
            fmt::print("{} {} \"{}\"\n", row.type == UPSDRV_OPT_FLAG ? "FLAG" : "VALUE", row.name,
                       row.help);
    return 0;
}

int print_version(const std::string& program, std::span<const std::string> folders) {
    const auto module = find_plugin(program, folders);
    if (program != "upsdrv" && module)
        fmt::print("{} - {} {} ({})\n", kProduct, module->descriptor->description,
                   module->descriptor->version, kVersion);
    else
        fmt::print("{} - driver host ({})\n", kProduct, kVersion);
    return 0;
}

}  // namespace ups::host
