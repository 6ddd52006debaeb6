// SPDX-License-Identifier: Apache-2.0
/// The command line of `upslog`.
#pragma once

#include "lib/client/tool/common_options.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ups::upslog {

enum class Action : std::uint8_t { log, help, version };

/// A UPS, or all of a server ("*@host"), and the file for its records.
struct Pair {
    client::UpsAddress address;  ///< name "*": all
    std::string text;            ///< as the user wrote it
    std::string file;            ///< "-": standard output

    [[nodiscard]] bool is_all() const noexcept { return address.name == "*"; }
};

struct Options {
    client::CommonOptions common;
    Action action = Action::log;
    std::vector<Pair> pairs;            ///< -s with -l, then each -m
    std::optional<std::string> format;  ///< -f
    std::chrono::seconds interval{30};
    unsigned count = 0;  ///< -d: records of each UPS; 0: no end
    bool json = false;
    bool changes = false;    ///< --changes
    bool with_name = false;  ///< -N
    bool foreground = false;
    bool background = false;
    std::string pid_base = "upslog";
    std::string user;  ///< -u; empty: the packaged account

    /// In the foreground when asked to, and by default with standard output.
    [[nodiscard]] bool stays_in_foreground() const;
};

inline constexpr std::size_t kMaxPairs = 1000;
inline constexpr unsigned kLongestInterval = 7 * 24 * 3600;

/// Fails with the message for the user.
[[nodiscard]] Result<Options> parse_options(int argc, char** argv);
[[nodiscard]] std::string help_text();

}  // namespace ups::upslog
