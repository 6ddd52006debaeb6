// SPDX-License-Identifier: Apache-2.0
#include "drivers/host/change.hpp"

#include "lib/proto/driver_line.hpp"

#include <algorithm>

namespace ups::host {

bool is_name(std::string_view text) noexcept {
    return !text.empty() && text.size() <= kMaxName &&
           std::all_of(text.begin(), text.end(), [](char c) {
               const char low = ascii_lower(c);
               return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
                      c == '-' || c == '_';
           });
}

std::string_view fit_value(std::string_view name, std::string_view value) noexcept {
    // SETINFO and ADDENUM have the same length; quotes, blanks and LF make up the rest.
    const std::size_t room = proto::kMaxDriverLine - name.size() - sizeof "SETINFO  \"\"\n" + 1;
    std::size_t used = 0;
    std::size_t end = 0;
    for (; end < value.size(); ++end) {
        const char c = value[end];
        used += c == '"' || c == '\\' || c == '#' ? 2 : 1;
        if (used > room) break;
    }
    if (end == value.size()) return value;
    while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0U) == 0x80U)
        --end;
    return value.substr(0, end);
}

}  // namespace ups::host
