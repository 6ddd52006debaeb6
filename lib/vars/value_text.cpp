// SPDX-License-Identifier: Apache-2.0
#include "lib/vars/value_text.hpp"

#include <algorithm>

namespace ups::vars {
namespace {

bool needs_escape(char c) {
    return c == '"' || c == '\\' || c == '#';
}

bool continues_sequence(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

}  // namespace

void append_value(std::string& out, std::string_view value, std::size_t room) {
    out += '"';
    std::size_t left = room - 2;
    for (std::size_t at = 0; at < value.size();) {
        std::size_t end = at + 1;
        while (end < value.size() && continues_sequence(value[end]))
            ++end;
        const bool escape = needs_escape(value[at]);
        const std::size_t size = end - at + (escape ? 1 : 0);
        if (size > left) break;
        left -= size;
        if (escape) out += '\\';
        // Control bytes would break the framing of the line.
        if (static_cast<unsigned char>(value[at]) < 0x20)
            out += ' ';
        else
            out += value[at];
        out.append(value.substr(at + 1, end - at - 1));
        at = end;
    }
    out += '"';
}

bool is_verbatim(std::string_view value) noexcept {
    return std::ranges::all_of(
        value, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && !needs_escape(c); });
}

bool is_name(std::string_view name) noexcept {
    return !name.empty() && name.size() <= kMaxName && std::ranges::all_of(name, [](char c) {
        return c > 0x20 && c < 0x7F && !needs_escape(c) && c != '=';
    });
}

}  // namespace ups::vars
