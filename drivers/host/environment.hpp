// SPDX-License-Identifier: Apache-2.0
/// Folders and switches that come from outside: environment, configuration, the build.
#pragma once

#include "conf/parse/file_source.hpp"
#include "conf/parse/ups_conf.hpp"
#include "drivers/host/options.hpp"

#include <map>
#include <string>
#include <vector>

namespace ups::host {

/// The variables that this program looks at; absent ones are not in the map.
using EnvironmentVariables = std::map<std::string, std::string, std::less<>>;

/// The value of a variable, empty if it is not set.
[[nodiscard]] std::string value_of(const EnvironmentVariables& environment, std::string_view name);

struct Folders {
    std::string conf;
    std::string state;  ///< sockets
    std::string pid;
    std::vector<std::string> plugins;
    std::vector<std::string> transports;
};

/// `self`: path of this executable. `ups_state_path`: `statepath` of ups.conf, may be empty;
/// `upsd_state_path`: STATEPATH of upsd.conf, may be empty.
[[nodiscard]] Folders find_folders(const EnvironmentVariables& environment, const std::string& self,
                                   const std::string& ups_state_path,
                                   const std::string& upsd_state_path);

/// A section of the command line's `-x` alone, for `--probe`. Fails with `invalid`.
[[nodiscard]] Result<conf::UpsSection> options_only(const CommandLine& line);

/// The section that the command line names, with its `-x`, `-i`, `-u` and `-g` applied. Fails with
/// `not_found` ("Section X not found in ups.conf") or `invalid`; warnings go to `notes`.
struct ChosenUps {
    conf::UpsSection section;
    std::string state_path;  ///< of ups.conf
    std::string chroot;
    std::vector<std::string> notes;
};
[[nodiscard]] Result<ChosenUps> choose_ups(const CommandLine& line, conf::FileSource& files,
                                           const std::string& conf_folder);

}  // namespace ups::host
