// SPDX-License-Identifier: Apache-2.0
/// JSON text in the layout of the incumbent's `upsc -j` (2.8.5): all values are strings, two blanks of
/// indent, one entry per line.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ups::client {

/// A JSON string, quotes included. Bytes that are not UTF-8 become U+FFFD, so the text is always valid.
[[nodiscard]] std::string json_string(std::string_view text);
/// `[`, one string per line, `]`; an empty one is `[]`. Ends with LF.
[[nodiscard]] std::string json_list(std::span<const std::string> items);
/// `{`, one pair per line, `}`; an empty one is `{}`. Ends with LF.
[[nodiscard]] std::string json_object(std::span<const std::pair<std::string, std::string>> pairs);

}  // namespace ups::client
