// SPDX-License-Identifier: Apache-2.0
/// The words of `ups.status`.
///
///     status    = *( word blank )              order free, any case
///     buzzwords = *( token blank )
///     token     = "vendor" ":" name ":" mode   e.g. vendor:acme:ECO
#pragma once

#include "conf/schema/notify_type.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ups::upsmon {

/// Bits of `Words`, in the order of the table in words.cpp.
enum class Word : std::uint8_t {
    ol,
    ob,
    lb,
    rb,
    fsd,
    cal,
    off,
    bypass,
    eco,
    alarm,
    over,
    trim,
    boost,
    test,
    chrg,
    dischrg,
    tick,
    tock,
    comm,
    nocomm,
    wait,
    hb,
};

/// A set of status words.
struct Words {
    std::uint32_t bits = 0;

    [[nodiscard]] constexpr bool has(Word word) const noexcept {
        return (bits >> static_cast<unsigned>(word) & 1U) != 0;
    }
    constexpr void add(Word word) noexcept { bits |= 1U << static_cast<unsigned>(word); }
    bool operator==(const Words&) const = default;
};

/// A word of the table, and the notifications its coming and going raise, if any.
struct WordRow {
    std::string_view name;
    std::optional<conf::NotifyType> appears;
    std::optional<conf::NotifyType> vanishes;
};
/// By `Word`.
[[nodiscard]] std::span<const WordRow> word_rows() noexcept;

struct ParsedStatus {
    Words words{};
    /// Of OL and OB the last one wins (odd devices send both); none: neither is there.
    std::optional<Word> mains{};
    /// Unknown words as they came, blanks between, cut at 200 bytes; empty: none.
    std::string others{};
    bool is_empty = true;
};

/// Never fails: what is not known is in `others`. A buzzword for economy mode counts as ECO.
[[nodiscard]] ParsedStatus parse_status(std::string_view status, std::string_view buzzwords = {});
/// The words of a set, blanks between, in the order of the table. For the log.
[[nodiscard]] std::string to_text(Words words);

}  // namespace ups::upsmon
