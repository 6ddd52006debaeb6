// SPDX-License-Identifier: Apache-2.0
#include "lib/client/tool/json.hpp"

#include <cstddef>

namespace ups::client {
namespace {

/// The length of the UTF-8 sequence at the start of `text` (RFC 3629 §4), or 0 if there is none.
std::size_t utf8_length(std::string_view text) {
    const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    if (first < 0x80) return 1;
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(i) & 0xC0U) != 0x80) return 0;
    // Too long forms, surrogates, and what is above U+10FFFF.
    if (first == 0xE0 && byte(1) < 0xA0) return 0;
    if (first == 0xED && byte(1) > 0x9F) return 0;
    if (first == 0xF0 && byte(1) < 0x90) return 0;
    if (first == 0xF4 && byte(1) > 0x8F) return 0;
    return length;
}

void append_control(std::string& out, unsigned char byte) {
    static constexpr char kHex[] = "0123456789abcdef";
    out += "\\u00";
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
}

}  // namespace

std::string json_string(std::string_view text) {
    std::string out = "\"";
    while (!text.empty()) {
        const std::size_t length = utf8_length(text);
        const char c = text.front();
        if (length == 0) {
            out += "\xEF\xBF\xBD";
        } else if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
            append_control(out, static_cast<unsigned char>(c));
        } else {
            out += text.substr(0, length);
        }
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return out += '"';
}

std::string json_list(std::span<const std::string> items) {
    if (items.empty()) return "[]\n";
    std::string out = "[\n";
    for (const std::string& item : items) {
        out += "  " + json_string(item);
        out += &item == &items.back() ? "\n" : ",\n";
    }
    return out += "]\n";
}

std::string json_object(std::span<const std::pair<std::string, std::string>> pairs) {
    if (pairs.empty()) return "{}\n";
    std::string out = "{\n";
    for (const auto& pair : pairs) {
        out += "  " + json_string(pair.first) + ": " + json_string(pair.second);
        out += &pair == &pairs.back() ? "\n" : ",\n";
    }
    return out += "}\n";
}

}  // namespace ups::client
