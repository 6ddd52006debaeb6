// SPDX-License-Identifier: Apache-2.0
/// Values as they appear in reply lines.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ups::vars {

/// Longest reply line with a value in it, LF included: what deployed C clients can take.
inline constexpr std::size_t kMaxReplyLine = 511;

/// Appends `"value"`, escaped as in `lib/base/words.hpp`, in at most `room` bytes, quotes included
/// (at least 2). A value that needs more loses its end, never half an escape or half a UTF-8
/// sequence.
void append_value(std::string& out, std::string_view value, std::size_t room);

/// Whether `value` stands between the quotes as it is, if there is room for it.
[[nodiscard]] bool is_verbatim(std::string_view value) noexcept;

/// Whether `name` can be a variable or a command: 1 to `kMaxName` printable ASCII characters, none
/// of which needs quoting (blank, `"`, `\`, `#`, `=`).
inline constexpr std::size_t kMaxName = 200;
[[nodiscard]] bool is_name(std::string_view name) noexcept;

}  // namespace ups::vars
