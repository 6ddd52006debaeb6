// SPDX-License-Identifier: Apache-2.0
/// Lines and words of text protocols.
#pragma once

#include "kit/host.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ups::kit {

[[nodiscard]] constexpr bool is_blank(char c) noexcept {
    return c == ' ' || (c >= '\t' && c <= '\r');
}
[[nodiscard]] constexpr char to_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
/// Equal but for the case of A–Z.
[[nodiscard]] inline bool iequals(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (to_lower(a[i]) != to_lower(b[i])) return false;
    return true;
}
/// Without leading and trailing blanks; views `text`.
[[nodiscard]] inline std::string_view trim(std::string_view text) noexcept {
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    return text;
}
/// Blank-separated words; they view `text`.
[[nodiscard]] inline std::vector<std::string_view> split_blanks(std::string_view text) {
    std::vector<std::string_view> words;
    for (text = trim(text); !text.empty(); text = trim(text)) {
        std::size_t end = 0;
        while (end < text.size() && !is_blank(text[end]))
            ++end;
        words.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return words;
}
/// Parts between separators, empty ones included; they view `text`.
[[nodiscard]] inline std::vector<std::string_view> split_at(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}
/// Lines without their CR/LF; a last line without LF counts. They view `text`.
[[nodiscard]] inline std::vector<std::string_view> split_lines(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        lines.push_back(line);
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return lines;
}

/// Words of one line of the UPS protocol:
///
///     word = bare / DQUOTE *( char / "\" char ) DQUOTE ;  bare = 1*( char / "\" char )
///
/// Nothing if a quote never ends.
[[nodiscard]] inline std::optional<std::vector<std::string>> split_quoted(std::string_view line) {
    std::vector<std::string> words;
    std::size_t at = 0;
    for (;;) {
        while (at < line.size() && is_blank(line[at]))
            ++at;
        if (at == line.size()) return words;
        const bool quoted = line[at] == '"';
        if (quoted) ++at;
        std::string word;
        for (;; ++at) {
            if (at == line.size()) {
                if (quoted) return std::nullopt;
                break;
            }
            if (line[at] == '\\' && at + 1 < line.size()) {
                word.push_back(line[++at]);
                continue;
            }
            if (quoted ? line[at] == '"' : is_blank(line[at])) {
                ++at;
                break;
            }
            word.push_back(line[at]);
        }
        words.push_back(std::move(word));
    }
}

/// `text` in double quotes, `"` and `\` escaped.
[[nodiscard]] inline std::string quoted(std::string_view text) {
    std::string made = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') made.push_back('\\');
        made.push_back(c);
    }
    made.push_back('"');
    return made;
}

/// Reads lines from the link. Holds what came behind a line until it is asked for again.
class LineReader {
  public:
    /// `end`: the byte that ends a line. A line of more than `limit` bytes is UPSDRV_E_FAILED.
    explicit LineReader(Host host, char end = '\n', std::size_t limit = 8192)
        : host_(host), end_(end), limit_(limit) {}

    /// The next line, without its end (nor a CR before LF), in `line`. UPSDRV_OK, or the code of the link.
    [[nodiscard]] Status next(std::string& line, Deadline deadline) {
        for (;;) {
            if (const std::size_t at = held_.find(end_); at != std::string::npos) {
                line.assign(held_, 0, at);
                held_.erase(0, at + 1);
                if (end_ == '\n' && line.ends_with('\r')) line.pop_back();
                return UPSDRV_OK;
            }
            if (held_.size() > limit_) {
                held_.clear();
                return UPSDRV_E_FAILED;
            }
            std::array<char, 1024> chunk{};
            const std::int32_t got = host_.receive(chunk, deadline.at_ms());
            if (got < 0) return got;
            held_.append(chunk.data(), static_cast<std::size_t>(got));
        }
    }
    /// Forgets what is held, for a new connection or after garbage.
    void reset() noexcept { held_.clear(); }

  private:
    Host host_;
    char end_;
    std::size_t limit_;
    std::string held_;
};

}  // namespace ups::kit
