// SPDX-License-Identifier: Apache-2.0
/// The command line of `upscmd`.
#pragma once

#include "lib/client/tool/common_options.hpp"
#include "lib/client/tool/tracked.hpp"

#include <string>
#include <vector>

namespace ups::upscmd {

enum class Action : std::uint8_t { run, list, help, version };

struct Options {
    client::CommonOptions common;
    Action action = Action::run;
    std::string list_ups;  ///< the argument of -l
    client::TrackingChoice tracked;
    std::vector<std::string> arguments;  ///< UPS, command, optional value
};

/// Fails with the message for the user. Unknown options and missing arguments are `help`, as stock.
[[nodiscard]] Result<Options> parse_options(int argc, char** argv);
[[nodiscard]] std::string help_text();

}  // namespace ups::upscmd
