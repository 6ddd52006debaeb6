// SPDX-License-Identifier: Apache-2.0
/// Small operations on ASCII text. Bytes above 0x7F are passed through and never folded; no locale.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ups {

[[nodiscard]] constexpr char ascii_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
[[nodiscard]] constexpr char ascii_upper(char c) noexcept {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}
[[nodiscard]] constexpr bool is_blank(char c) noexcept {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/// Equal but for the case of A–Z.
[[nodiscard]] bool iequals(std::string_view a, std::string_view b) noexcept;
/// Three-way compare by lower-cased bytes: <0, 0, >0. The order of `LIST VAR`.
[[nodiscard]] int icompare(std::string_view a, std::string_view b) noexcept;
/// 64-bit hash of the lower-cased bytes; equal for names that are `iequals`.
[[nodiscard]] std::uint64_t ihash(std::string_view text) noexcept;
[[nodiscard]] bool istarts_with(std::string_view text, std::string_view prefix) noexcept;
[[nodiscard]] std::string to_lower(std::string_view text);

/// Ordering functor for maps keyed by names.
struct ILess {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const noexcept {
        return icompare(a, b) < 0;
    }
};

/// `text` without leading and trailing blanks; views `text`.
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;
/// Blank-separated words; they view `text`.
[[nodiscard]] std::vector<std::string_view> split_blanks(std::string_view text);
/// Parts between separators, empty ones included; they view `text`.
[[nodiscard]] std::vector<std::string_view> split_at(std::string_view text, char separator);
[[nodiscard]] std::string join(std::span<const std::string_view> parts, std::string_view glue);

/// The whole of `text` as a decimal integer (optional '-'), or nothing.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text) noexcept;
/// The whole of `text` as a plain decimal number (optional '-', '.'), no exponent; or nothing.
[[nodiscard]] std::optional<double> parse_decimal(std::string_view text) noexcept;
/// true/false, yes/no, on/off, 1/0 in any case; or nothing.
[[nodiscard]] std::optional<bool> parse_boolean(std::string_view text) noexcept;

/// The candidate nearest to `text` by edit distance (case-insensitive), if near enough to be a
/// slip. Views the candidate.
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view text,
                                                      std::span<const std::string_view> candidates);

/// `text` made safe for one log line: control bytes as \xNN, cut at `limit` bytes with "…".
[[nodiscard]] std::string printable(std::string_view text, std::size_t limit = 200);

}  // namespace ups
