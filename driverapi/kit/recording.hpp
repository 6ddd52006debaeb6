// SPDX-License-Identifier: Apache-2.0
/// Recorded exchanges with a device, one step per line:
///
///     # comment; the first one says "Source: captured | from a document | made up, ..."
///     > bytes             the driver sends
///     < bytes             the device answers
///     ! timeout           the device stays silent until the deadline of the read
///     ! lost              the link breaks
///     = variable value    after this reading the variable has this value ("= variable" alone: absent)
///
/// bytes = printable ASCII, with escapes \r \n \t \\ and \xNN.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ups::kit {

enum class StepKind : std::uint8_t { send, receive, timeout, lost, expect };

struct Step {
    StepKind kind = StepKind::send;
    std::string bytes;    ///< send, receive: decoded; expect: the value
    std::string name;     ///< expect: the variable
    bool absent = false;  ///< expect: the variable must not exist
    int line = 0;         ///< in the recording, from 1
};

/// Writes bytes as in a recording.
[[nodiscard]] inline std::string encode_bytes(std::string_view bytes) {
    static constexpr char kHex[] = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const auto byte = static_cast<unsigned char>(bytes[i]);
        const bool edge = byte == ' ' && (i == 0 || i + 1 == bytes.size());
        switch (byte) {
        case '\r':
            text += "\\r";
            continue;
        case '\n':
            text += "\\n";
            continue;
        case '\t':
            text += "\\t";
            continue;
        case '\\':
            text += "\\\\";
            continue;
        default:
            break;
        }
        if (byte >= 0x20 && byte < 0x7F && !edge) {
            text.push_back(static_cast<char>(byte));
        } else {
            text += "\\x";
            text.push_back(kHex[byte >> 4]);
            text.push_back(kHex[byte & 15]);
        }
    }
    return text;
}

/// The bytes that `text` stands for; nothing if an escape is malformed.
[[nodiscard]] inline std::optional<std::string> decode_bytes(std::string_view text) {
    const auto digit = [](char c) {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        if (c >= 'A' && c <= 'F') return c - 'A' + 10;
        return -1;
    };
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            bytes.push_back(text[i]);
            continue;
        }
        if (++i == text.size()) return std::nullopt;
        switch (text[i]) {
        case 'r':
            bytes.push_back('\r');
            continue;
        case 'n':
            bytes.push_back('\n');
            continue;
        case 't':
            bytes.push_back('\t');
            continue;
        case '\\':
            bytes.push_back('\\');
            continue;
        default:
            break;
        }
        if (text[i] != 'x' || i + 2 >= text.size()) return std::nullopt;
        const int high = digit(text[i + 1]);
        const int low = digit(text[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes.push_back(static_cast<char>(high * 16 + low));
        i += 2;
    }
    return bytes;
}

/// A parsed recording, or where it is malformed.
struct Recording {
    std::vector<Step> steps;
    std::string problem;  ///< empty, or "line N: what is wrong"
};

namespace detail {
inline bool parse_step(char mark, std::string_view rest, Step& step) {
    switch (mark) {
    case '>':
    case '<': {
        step.kind = mark == '>' ? StepKind::send : StepKind::receive;
        auto bytes = decode_bytes(rest);
        if (!bytes || bytes->empty()) return false;
        step.bytes = *std::move(bytes);
        return true;
    }
    case '!':
        step.kind = rest == "timeout" ? StepKind::timeout : StepKind::lost;
        return rest == "timeout" || rest == "lost";
    case '=': {
        step.kind = StepKind::expect;
        const std::size_t end = rest.find(' ');
        step.name = rest.substr(0, end);
        step.absent = end == std::string_view::npos;
        if (!step.absent) step.bytes = rest.substr(end + 1);
        return !step.name.empty();
    }
    default:
        return false;
    }
}
}  // namespace detail

[[nodiscard]] inline Recording parse_recording(std::string_view text) {
    Recording made;
    int number = 0;
    while (!text.empty()) {
        ++number;
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.empty() || line.front() == '#') continue;
        Step step;
        step.line = number;
        const bool spaced = line.size() > 2 && line[1] == ' ';
        if (!spaced || !detail::parse_step(line[0], line.substr(2), step)) {
            made.problem = "line " + std::to_string(number) +
                           ": expected '> bytes', '< bytes', "
                           "'! timeout', '! lost' or '= variable value'";
            return made;
        }
        made.steps.push_back(std::move(step));
    }
    return made;
}

}  // namespace ups::kit
