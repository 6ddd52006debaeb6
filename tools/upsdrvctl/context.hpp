// SPDX-License-Identifier: Apache-2.0
/// What everything in upsdrvctl works with.
#pragma once

#include "conf/parse/ups_conf.hpp"
#include "lib/event/loop.hpp"
#include "tools/upsdrvctl/console.hpp"
#include "tools/upsdrvctl/options.hpp"

#include <string>
#include <vector>

namespace ups::upsdrvctl {

/// The surroundings, as main() found them.
struct Environment {
    std::string conf_path;
    std::string state_path;  ///< from the environment; empty: ups.conf or built in
    std::string pid_path;
    std::string own_driver_path;  ///< our driver host, its links and `plugins/`
    std::vector<std::string> stock_driver_paths = {"/lib/nut", "/usr/lib/nut", "/usr/libexec/nut"};
    bool ignore_nowait = false;
    bool ignore_process_name = false;
    bool quiet_banner = false;
};

/// References outlive the context's users.
struct Context {
    Loop& loop;
    const Console& console;
    const Options& options;
    const Environment& environment;
    const conf::UpsConf& conf;

    /// Folder of the driver sockets.
    [[nodiscard]] std::string state_path() const;
    [[nodiscard]] std::string socket_path(const conf::UpsSection& ups) const;
    [[nodiscard]] std::string pid_path(const conf::UpsSection& ups) const;
};

}  // namespace ups::upsdrvctl
