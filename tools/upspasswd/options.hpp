// SPDX-License-Identifier: Apache-2.0
/// The command line of upspasswd.
#pragma once

#include "lib/base/result.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace ups::upspasswd {

enum class Action : std::uint8_t { set, verify, help, version };

struct Options {
    Action action = Action::set;
    std::string user;  ///< empty: print a line instead of editing a file
    std::string file;
    bool create = false;
    bool from_stdin = false;
};

/// One option, for the help text and the manual page.
struct OptionRow {
    char letter;            ///< 0: long form only
    std::string_view name;  ///< long form
    std::string_view argument;
    std::string_view help;
};
[[nodiscard]] std::span<const OptionRow> option_rows() noexcept;

/// `default_file` is used unless -f is given. Fails with `invalid`.
[[nodiscard]] Result<Options> parse_options(std::span<const char* const> arguments,
                                            const std::string& default_file);
[[nodiscard]] std::string help_text(const std::string& default_file);

}  // namespace ups::upspasswd
