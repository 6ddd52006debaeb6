// SPDX-License-Identifier: Apache-2.0
/// The command line of `upsdrv`.
#pragma once

#include "lib/base/result.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ups::host {

enum class Mode : std::uint8_t {
    serve,
    dump,          ///< -d: some readings, printed
    killpower,     ///< -k
    control,       ///< -c: tell the running instance
    list_options,  ///< -L
    describe,      ///< --describe
    check,         ///< --check
    probe,         ///< --probe
    list_plugins,  ///< --list-plugins
    version,
    help,
};

struct CommandLine {
    Mode mode = Mode::serve;
    std::string program;                                                  ///< file name of argv[0]
    std::optional<std::string> ups;                                       ///< -a or -s
    bool without_file = false;                                            ///< -s
    std::vector<std::pair<std::string, std::optional<std::string>>> set;  ///< -x
    unsigned readings = 0;                                                ///< -d
    std::string control;                                                  ///< -c
    std::optional<int> pid;                                               ///< -P
    unsigned debug = 0;                                                   ///< how many -D
    std::optional<bool> foreground;                                       ///< -F or -B
    bool quiet = false;                                                   ///< -q
    std::optional<unsigned> interval;                                     ///< -i, seconds
    std::string chroot;
    std::string user;
    std::string group;
    std::string target;  ///< of --describe, --check and --probe
    bool json = false;
    std::string record;
    std::string replay;
};

/// One row of the help.
struct OptionHelp {
    std::string_view form;
    std::string_view text;
};
[[nodiscard]] std::span<const OptionHelp> option_help() noexcept;

/// Fails with `invalid` and a text for the user.
[[nodiscard]] Result<CommandLine> parse_command_line(std::span<const char* const> arguments);

}  // namespace ups::host
