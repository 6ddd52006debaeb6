// SPDX-License-Identifier: Apache-2.0
/// Text and numbers at the plugin border.
#pragma once

#include "upsdrv.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ups::kit {

/// Views the argument: valid as long as it is.
[[nodiscard]] inline upsdrv_str str(std::string_view text) noexcept {
    return {text.data(), static_cast<std::uint32_t>(text.size()), 0};
}
[[nodiscard]] inline std::string_view view(upsdrv_str text) noexcept {
    return text.data == nullptr ? std::string_view() : std::string_view(text.data, text.size);
}

/// Decimal text of a whole number.
[[nodiscard]] inline std::string number(std::int64_t value) {
    return std::to_string(value);
}

/// Decimal text with exactly `decimals` (0..9) digits behind the point; never an exponent or "-0".
/// Not finite: an empty text (absent is not zero: do not publish it).
[[nodiscard]] inline std::string number(double value, int decimals) {
    if (!std::isfinite(value)) return {};
    std::array<char, 400> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                   std::chars_format::fixed, decimals);
    const std::string_view text(buffer.data(), static_cast<std::size_t>(end.ptr - buffer.data()));
    const bool zero = text.find_first_not_of("-0.") == std::string_view::npos;
    return std::string(zero && text.starts_with('-') ? text.substr(1) : text);
}

/// The whole of `text` as a decimal integer (optional '-'), or nothing.
[[nodiscard]] inline std::optional<std::int64_t> to_integer(std::string_view text) noexcept {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// The whole of `text` as a plain decimal number (optional '-' and '.'), or nothing.
[[nodiscard]] inline std::optional<double> to_decimal(std::string_view text) noexcept {
    if (text.find_first_not_of("0123456789.-") != std::string_view::npos) return std::nullopt;
    double value = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace ups::kit
