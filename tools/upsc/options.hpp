// SPDX-License-Identifier: Apache-2.0
/// The command line of `upsc`.
#pragma once

#include "lib/client/tool/common_options.hpp"

#include <string>
#include <vector>

namespace ups::upsc {

enum class Action : std::uint8_t {
    variables,               ///< all, or one, of a UPS
    names,                   ///< -l
    names_and_descriptions,  ///< -L
    clients,                 ///< -c
    watch,                   ///< -w
    help,
    version,
};

enum class Format : std::uint8_t { text, json };

struct Options {
    client::CommonOptions common;
    Action action = Action::variables;
    Format format = Format::text;
    unsigned interval = 5;               ///< --interval: seconds between polls of a watch
    std::vector<std::string> arguments;  ///< what is left: UPS or host, then variables
};

/// Fails with the message for the user. Unknown options are `help`, as stock; getopt has then already
/// said so on stderr.
[[nodiscard]] Result<Options> parse_options(int argc, char** argv);
[[nodiscard]] std::string help_text();

}  // namespace ups::upsc
