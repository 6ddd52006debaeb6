// SPDX-License-Identifier: Apache-2.0
/// What a driver knows about its UPS, as values that pass from the plugin's thread to the loop.
#pragma once

#include "lib/base/text.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ups::host {

/// Limits of one driver. Beyond them the plugin gets UPSDRV_E_LIMIT.
inline constexpr std::size_t kMaxName = 96;
inline constexpr std::size_t kMaxVariables = 8192;
inline constexpr std::size_t kMaxCommands = 1024;
inline constexpr std::size_t kMaxChoices = 256;  ///< enumerated values, and ranges, of one variable

/// One variable. `flags`: UPSDRV_VAR_....
struct Variable {
    using Range = std::pair<std::string, std::string>;

    std::string value;
    std::uint32_t flags = 0;
    std::uint32_t max_length = 0;  ///< 0 = none
    std::vector<std::string> enums;
    std::vector<Range> ranges;

    bool operator==(const Variable&) const = default;
};

using Variables = std::map<std::string, Variable, ILess>;
using Commands = std::set<std::string, ILess>;

enum class ChangeKind : std::uint8_t { set, remove, add_command, remove_command };

/// One difference. `set` carries the whole variable as it is from now on.
struct Change {
    ChangeKind kind = ChangeKind::set;
    std::string name;
    Variable variable;
};
using Changes = std::vector<Change>;

/// A name of the shape variables and commands have: [A-Za-z0-9._-], at most `kMaxName` bytes.
[[nodiscard]] bool is_name(std::string_view text) noexcept;

/// `value` cut, at a UTF-8 boundary, such that it fits a line of the driver socket as a value of `name`.
[[nodiscard]] std::string_view fit_value(std::string_view name, std::string_view value) noexcept;

}  // namespace ups::host
