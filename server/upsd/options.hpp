// SPDX-License-Identifier: Apache-2.0
/// The command line of upsd.
#pragma once

#include "lib/base/result.hpp"
#include "lib/event/listener.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ups::upsd {

enum class Action : std::uint8_t {
    serve,
    help,
    version,
    check,   ///< -t
    reload,  ///< -c reload
    stop,    ///< -c stop
};

struct Options {
    Action action = Action::serve;
    std::string complaint;        ///< with Action::help: what was not understood; empty for -h
    std::optional<int> pid;       ///< -P
    unsigned debug = 0;           ///< number of -D
    unsigned foreground = 0;      ///< number of -F; two: keep a pid file as well
    bool background = false;      ///< -B
    bool quiet = false;           ///< -q
    std::string chroot;           ///< -r
    std::string user;             ///< -u; empty: the packaged account
    Family family = Family::any;  ///< -4, -6

    [[nodiscard]] bool stays_in_foreground() const noexcept {
        return foreground > 0 || (debug > 0 && !background);
    }
    /// The incumbent's rule: none in the foreground unless asked for with -FF.
    [[nodiscard]] bool wants_pid_file() const noexcept {
        return !stays_in_foreground() || foreground > 1;
    }
};

/// One option, for the help text and the manual page.
struct OptionRow {
    char letter;
    std::string_view argument;  ///< empty: takes none
    std::string_view help;
};
[[nodiscard]] std::span<const OptionRow> option_rows() noexcept;

/// Reads the command line. What cannot be understood becomes `Action::help`, as it does in the incumbent.
/// Fails with `invalid` for the obsolete -i and -p, and for a -P that is no pid.
[[nodiscard]] Result<Options> parse_options(std::span<const char* const> arguments);

[[nodiscard]] std::string help_text();

}  // namespace ups::upsd
