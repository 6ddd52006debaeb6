// SPDX-License-Identifier: Apache-2.0
/// One section of ups.conf as the host uses it.
#pragma once

#include "conf/parse/ups_conf.hpp"
#include "drivers/host/device_keeper.hpp"
#include "drivers/host/driver_state.hpp"
#include "drivers/host/host_services.hpp"
#include "drivers/host/publisher.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ups::host {

/// Checked; never changed in place: a reload makes new ones.
struct DriverSettings {
    std::string driver;  ///< as in `driver = …`: part of the socket's name
    InstanceConfig instance;
    PublishRules rules;
    KeeperSettings keeper;
    bool allow_killpower = false;
    std::vector<std::string> sd_commands;  ///< tried in turn instead of the plugin's `shutdown`
    std::string user;                      ///< empty: the packaged account
    std::string group;
    unsigned debug_min = 0;
    unsigned debug = 0;  ///< the live level, `driver.debug`
    /// What `driver.parameter.*` and `driver.flag.*` show: no secrets.
    std::map<std::string, std::string, ILess> shown;
    PluginOptions host_options;
};

/// Checks a section against the plugin's rows. Fails with `invalid`.
[[nodiscard]] Result<DriverSettings> make_settings(const conf::UpsSection& section,
                                                   const upsdrv_plugin& plugin,
                                                   const std::string& conf_folder);

/// Publishes what every driver says about itself.
void publish_own(const DriverSettings& settings, const upsdrv_plugin& plugin, DriverState& state,
                 std::string& lines);

/// What differs between two readings of the configuration, by the names of the options.
struct SettingsChange {
    std::vector<std::string> applied;  ///< can change while running
    std::vector<std::string> restart;  ///< cannot
    [[nodiscard]] bool empty() const noexcept { return applied.empty() && restart.empty(); }
};
[[nodiscard]] SettingsChange compare(const DriverSettings& now, const DriverSettings& wanted,
                                     const upsdrv_plugin& plugin);

/// `now` with everything from `wanted` that can change while running.
[[nodiscard]] DriverSettings merge_running(const DriverSettings& now, const DriverSettings& wanted,
                                           const upsdrv_plugin& plugin);

}  // namespace ups::host
