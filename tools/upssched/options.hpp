// SPDX-License-Identifier: Apache-2.0
/// The command line of `upssched`.
#pragma once

#include "lib/base/result.hpp"

#include <cstdint>
#include <string>

namespace ups::upssched {

enum class Action : std::uint8_t {
    notify,  ///< what upsmon calls it for
    list,    ///< -l
    check,   ///< -t
    help,
    version,
};

struct Options {
    Action action = Action::notify;
    unsigned debug = 0;
    std::string message;  ///< upsmon's text, the first argument
};

/// Fails with the message for the user.
[[nodiscard]] Result<Options> parse_options(int argc, char** argv);
[[nodiscard]] std::string help_text();

}  // namespace ups::upssched
