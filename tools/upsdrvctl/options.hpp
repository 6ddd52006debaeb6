// SPDX-License-Identifier: Apache-2.0
/// The command line of upsdrvctl.
#pragma once

#include "lib/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ups::upsdrvctl {

enum class Command : std::uint8_t {
    help,
    version,
    start,
    stop,
    shutdown,
    status,
    list,
    reload,
    reload_or_error,
    reload_or_exit,
    exit,
    supervise,
};

/// What drivers are told about going to the background.
enum class Ground : std::uint8_t { unset, foreground, background };

/// What a UPS that has cut the power of its load does when the mains are back.
enum class AfterCut : std::uint8_t {
    as_configured,  ///< the driver's way, or `sdcommands` of ups.conf
    comes_back,     ///< `shutdown.return`
    stays_off,      ///< `shutdown.stayoff`
};

struct Options {
    Command command = Command::help;
    std::vector<std::string> upses;  ///< empty: all
    Ground ground = Ground::unset;
    unsigned debug = 0;
    bool pass_debug = false;
    bool dry_run = false;
    bool json = false;
    AfterCut after_cut = AfterCut::as_configured;  ///< of `shutdown`
    unsigned jobs = 16;                            ///< drivers worked on at the same time
    std::string chroot;
    std::string user;
};

/// Most drivers worked on at the same time that `-j` takes.
inline constexpr unsigned kMostJobs = 1024;

/// Reads a command line without the program's name. Fails with `invalid`; the text is for people.
[[nodiscard]] Result<Options> parse_options(const std::vector<std::string>& arguments);

/// The word of a command that drivers are told (`reload`, `exit`, …).
[[nodiscard]] std::string_view command_word(Command command) noexcept;

[[nodiscard]] std::string usage(std::string_view program);

}  // namespace ups::upsdrvctl
