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
    std::string subject;                             ///< NAME of --try
    bool is_json = false;                            ///< --json, with --explain and --drill
    std::optional<std::chrono::seconds> mains_back;  ///< --for, with --explain and --drill
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

inline constexpr std::string_view kWorkerWord = "--worker";
inline constexpr std::string_view kStandingWorkerWord = "--worker-standing";
inline constexpr std::string_view kRecoveringWorkerWord = "--worker-recovering";
inline constexpr std::string_view kCourierWord = "--courier";

/// Reads the command line, without the name of the program. Fails with the message for the user; what getopt
/// finds wrong it has written to standard error by then, with `upsmon` as the name.
[[nodiscard]] Result<Options> parse_options(std::span<const char* const> arguments);
/// At most 80 columns wide.
[[nodiscard]] std::string help_text();

}  // namespace ups::upsmon
