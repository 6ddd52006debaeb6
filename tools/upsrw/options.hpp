// SPDX-License-Identifier: Apache-2.0
/// The command line of `upsrw`.
#pragma once

#include "lib/client/tool/common_options.hpp"
#include "lib/client/tool/tracked.hpp"

#include <optional>
#include <string>

namespace ups::upsrw {

enum class Action : std::uint8_t { list, set, help, version };

struct Options {
    client::CommonOptions common;
    Action action = Action::list;
    std::string variable;              ///< of `set`
    std::optional<std::string> value;  ///< missing: to be asked for
    client::TrackingChoice tracked;
    std::string ups;
};

/// Fails with the message for the user. Unknown options and a missing UPS are `help`, as stock.
[[nodiscard]] Result<Options> parse_options(int argc, char** argv);
[[nodiscard]] std::string help_text();

}  // namespace ups::upsrw
