// SPDX-License-Identifier: Apache-2.0
#include "drivers/host/settings.hpp"

#include "drivers/host/option_table.hpp"
#include "lib/base/build_info.hpp"
#include "lib/base/text.hpp"

#include <algorithm>
#include <cmath>

namespace ups::host {
namespace {

constexpr Duration kMostStartLimit = std::chrono::seconds(15);

Duration seconds_of(double seconds) {
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

std::string_view synchronous_word(conf::Synchronous value) {
    switch (value) {
    case conf::Synchronous::no:
        return "no";
    case conf::Synchronous::yes:
        return "yes";
    case conf::Synchronous::automatic:
        return "auto";
    }
    return "auto";
}

KeeperSettings keeper_settings(const conf::UpsSection& section, const PluginOptions& host_options) {
    KeeperSettings made;
    made.poll_interval = section.poll_interval;
    made.reconnect_max_tries = section.reconnect_max_tries;
    made.reconnect_report_freq = section.reconnect_report_freq;
    made.max_start_delay = section.max_start_delay;
    // Some time of the start-up delay is left for saying why it failed.
    made.start_limit = std::min<Duration>(made.max_start_delay * 4 / 5, kMostStartLimit);
    for (const auto& option : host_options) {
        const double value = parse_decimal(option.value.value_or("")).value_or(0);
        if (option.name == "pollfreq") made.slow_interval = seconds_of(value);
        if (option.name == "polltimeout") made.poll_timeout = seconds_of(value);
    }
    return made;
}

void show(const PluginOption& option, std::map<std::string, std::string, ILess>& shown) {
    const bool flag = !option.value;
    shown[(flag ? "driver.flag." : "driver.parameter.") + option.name] =
        flag ? "enabled" : *option.value;
}

void show_all(const conf::UpsSection& section, const upsdrv_plugin& plugin,
              DriverSettings& settings) {
    auto& shown = settings.shown;
    for (const auto* list : {&settings.instance.options, &settings.host_options})
        for (const PluginOption& option : *list) {
            const auto* const row = find_row(option_rows(plugin), option.name);
            const bool secret = row != nullptr && (row->flags & UPSDRV_OPT_SECRET) != 0;
            if (!secret) show(option, shown);
        }
    for (const auto& [name, value] : settings.rules.defaults)
        shown["driver.parameter.default." + name] = value;
    for (const auto& [name, value] : settings.rules.overrides)
        shown["driver.parameter.override." + name] = value;
    shown["driver.parameter.pollinterval"] = std::to_string(section.poll_interval.count());
    shown["driver.parameter.port"] = section.port;
    shown["driver.parameter.synchronous"] = synchronous_word(section.synchronous);
}

// Fields that are read once, at start.
bool same_at_start(const DriverSettings& a, const DriverSettings& b) {
    return a.instance.port == b.instance.port && a.driver == b.driver && a.user == b.user &&
           a.group == b.group && a.rules.ignore_lb == b.rules.ignore_lb &&
           a.rules.defaults == b.rules.defaults && a.rules.overrides == b.rules.overrides;
}

const PluginOption* find_option(const PluginOptions& options, std::string_view name) {
    for (const auto& option : options)
        if (option.name == name) return &option;
    return nullptr;
}

// Names whose value differs, once each.
std::vector<std::string> different(const PluginOptions& a, const PluginOptions& b) {
    std::vector<std::string> names;
    const auto compare_from = [&names](const PluginOptions& from, const PluginOptions& to) {
        for (const auto& option : from) {
            const auto* const other = find_option(to, option.name);
            const bool same = other != nullptr && *other == option;
            if (!same && std::find(names.begin(), names.end(), option.name) == names.end())
                names.push_back(option.name);
        }
    };
    compare_from(a, b);
    compare_from(b, a);
    return names;
}

bool is_reloadable(const upsdrv_plugin& plugin, std::string_view name) {
    const auto* const row = find_row(option_rows(plugin), name);
    return row != nullptr && (row->flags & UPSDRV_OPT_RELOADABLE) != 0 &&
           plugin.reconfigure != nullptr;
}

}  // namespace

Result<DriverSettings> make_settings(const conf::UpsSection& section, const upsdrv_plugin& plugin,
                                     const std::string& conf_folder) {
    PluginOptions given;
    for (const auto& option : section.driver_options)
        given.push_back({option.key, option.value});
    UPS_TRY(CheckedOptions checked, check_options(plugin, given));
    DriverSettings made;
    made.driver = section.driver;
    made.host_options = std::move(checked.host);
    made.instance = {section.name, section.port, conf_folder, std::move(checked.plugin)};
    // A plugin that replays a finished status looks for it.
    if (section.ignore_lb) made.instance.options.push_back({"ignorelb", std::nullopt});
    made.rules.ignore_lb = section.ignore_lb;
    for (const auto& [list, into] : {std::pair(&section.defaults, &made.rules.defaults),
                                     std::pair(&section.overrides, &made.rules.overrides)})
        for (const auto& option : *list) {
            if (!is_name(option.key))
                return fail(ErrorCode::invalid, "\"" + printable(option.key) + "\" is no variable");
            (*into)[option.key] = fit_value(option.key, option.value.value_or(""));
        }
    made.keeper = keeper_settings(section, made.host_options);
    made.allow_killpower = section.allow_killpower;
    for (const auto command : split_at(section.sd_commands, ','))
        if (const auto name = trim(command); !name.empty()) made.sd_commands.emplace_back(name);
    made.user = section.user;
    made.group = section.group;
    made.debug_min = section.debug_min;
    made.debug = section.debug_min;
    show_all(section, plugin, made);
    return made;
}

void publish_own(const DriverSettings& settings, const upsdrv_plugin& plugin, DriverState& state,
                 std::string& lines) {
    const auto set = [&](std::string_view name, std::string value, std::uint32_t flags = 0) {
        state.set_own(
            name, Variable{.value = std::move(value), .flags = flags, .enums = {}, .ranges = {}},
            lines);
    };
    set("device.type", "ups");
    set("driver.name", settings.driver);
    set("driver.version", std::string(kVersion));
    set("driver.version.internal", plugin.version);
    for (const auto& [name, value] : settings.shown)
        if (is_name(name)) set(name, value);
    set("driver.debug", std::to_string(settings.debug), UPSDRV_VAR_RW | UPSDRV_VAR_NUMBER);
    set("driver.flag.allow_killpower", settings.allow_killpower ? "1" : "0",
        UPSDRV_VAR_RW | UPSDRV_VAR_NUMBER);
    for (const auto* command : {"driver.exit", "driver.killpower", "driver.reload",
                                "driver.reload-or-error", "driver.reload-or-exit"})
        state.add_own_command(command, lines);
    if (plugin.shutdown != nullptr || !settings.sd_commands.empty())
        state.add_own_command("shutdown.default", lines);
}

SettingsChange compare(const DriverSettings& now, const DriverSettings& wanted,
                       const upsdrv_plugin& plugin) {
    SettingsChange change;
    if (!same_at_start(now, wanted))
        change.restart.emplace_back("port, driver, user, default.*, …");
    for (auto& name : different(now.instance.options, wanted.instance.options))
        (is_reloadable(plugin, name) ? change.applied : change.restart).push_back(std::move(name));
    for (auto& name : different(now.host_options, wanted.host_options))
        change.applied.push_back(std::move(name));
    if (now.keeper.poll_interval != wanted.keeper.poll_interval)
        change.applied.emplace_back("pollinterval");
    if (now.allow_killpower != wanted.allow_killpower)
        change.applied.emplace_back("allow_killpower");
    if (now.sd_commands != wanted.sd_commands) change.applied.emplace_back("sdcommands");
    if (now.debug_min != wanted.debug_min) change.applied.emplace_back("debug_min");
    return change;
}

DriverSettings merge_running(const DriverSettings& now, const DriverSettings& wanted,
                             const upsdrv_plugin& plugin) {
    DriverSettings merged = wanted;
    merged.driver = now.driver;
    if (wanted.debug_min == now.debug_min) merged.debug = now.debug;  // as a client set it
    merged.rules = now.rules;
    merged.user = now.user;
    merged.group = now.group;
    merged.instance.port = now.instance.port;
    const auto keep_shown = [&](const std::string& name) {
        merged.shown.erase(name);
        if (const auto old = now.shown.find(name); old != now.shown.end())
            merged.shown.insert(*old);
    };
    keep_shown("driver.parameter.port");
    // An option that cannot change keeps its old value, or its absence.
    auto& options = merged.instance.options;
    for (const auto& name : different(now.instance.options, wanted.instance.options)) {
        if (is_reloadable(plugin, name)) continue;
        std::erase_if(options, [&](const auto& option) { return option.name == name; });
        if (const auto* const old = find_option(now.instance.options, name))
            options.push_back(*old);
        keep_shown("driver.parameter." + name);
        keep_shown("driver.flag." + name);
    }
    return merged;
}

}  // namespace ups::host
