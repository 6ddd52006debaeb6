// SPDX-License-Identifier: Apache-2.0
/// The command line of upsmon.
#pragma once

#include "lib/base/result.hpp"
#include "lib/event/listener.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ups::upsmon {

/// What is asked for.
enum class Job : std::uint8_t {
    monitor,
    help,
    version,
    check,       ///< -t
    fsd,         ///< -c fsd
    stop,        ///< -c stop
    reload,      ///< -c reload
    power_flag,  ///< -K
    explain,     ///< --explain
    drill,       ///< --drill
    try_rule,    ///< --try NAME
};

/// Which of its processes this is. The others are started by the first with a word that is not for users.
enum class Part : std::uint8_t {
    whole,   ///< started by a user or the service manager
    worker,  ///< --worker; --worker-standing: a shutdown stands; --worker-recovering: hosts are down
    courier,  ///< --courier
};

struct Options {
    Job job = Job::monitor;
    Part part = Part::whole;
    std::string subject;  ///< NAME of --try
    bool is_standing = false;
    bool is_recovering = false;
    std::optional<int> pid;                               ///< -P
    unsigned debug = 0;                                   ///< number of -D
    bool foreground = false;                              ///< -F
    bool background = false;                              ///< -B
    bool single = false;                                  ///< -p
    std::string user;                                     ///< -u; empty: RUN_AS_USER
    std::optional<std::chrono::seconds> connect_timeout;  ///< -W
    Family family = Family::any;                          ///< -4, -6

    [[nodiscard]] bool stays_in_foreground() const noexcept {
        return foreground || (debug > 0 && !background);
    }
};

/// One option, for the help text.
struct OptionRow {
    char letter;
    std::string_view argument;  ///< empty: takes none
    std::string_view help;
};
[[nodiscard]] std::span<const OptionRow> option_rows() noexcept;

inline constexpr std::string_view kWorkerWord = "--worker";
inline constexpr std::string_view kStandingWorkerWord = "--worker-standing";
inline constexpr std::string_view kRecoveringWorkerWord = "--worker-recovering";
inline constexpr std::string_view kCourierWord = "--courier";

/// Reads the command line. What cannot be understood becomes `Job::help`. Fails with `invalid` for a -P
/// that is no pid and a -W that is no number of seconds.
[[nodiscard]] Result<Options> parse_options(std::span<const char* const> arguments);
[[nodiscard]] std::string help_text();

}  // namespace ups::upsmon
