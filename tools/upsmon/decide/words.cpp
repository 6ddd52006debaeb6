// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/decide/words.hpp"

#include "lib/base/text.hpp"

#include <array>

namespace ups::upsmon {

namespace {

using enum conf::NotifyType;
constexpr std::size_t kMaxOthers = 200;

/// By `Word`. OL and OB are not here as events: which of them counts is decided in readings.cpp.
// clang-format off
constexpr std::array<WordRow, 22> kRows{{
    {"OL",      {},       {}},
    {"OB",      {},       {}},
    {"LB",      lowbatt,  {}},
    {"RB",      replbatt, {}},
    {"FSD",     fsd,      {}},
    {"CAL",     cal,      notcal},
    {"OFF",     off,      notoff},
    {"BYPASS",  bypass,   notbypass},
    {"ECO",     eco,      noteco},
    {"ALARM",   alarm,    notalarm},
    {"OVER",    over,     notover},
    {"TRIM",    trim,     nottrim},
    {"BOOST",   boost,    notboost},
    {"TEST",    {},       {}},
    {"CHRG",    {},       {}},
    {"DISCHRG", {},       {}},
    {"TICK",    {},       {}},  // a change of these two is a heart beat
    {"TOCK",    {},       {}},
    {"COMM",    {},       {}},  // contact is told by COMMOK and COMMBAD, whoever notices it
    {"NOCOMM",  {},       {}},
    {"WAIT",    {},       {}},
    {"HB",      {},       {}},
}};
// clang-format on
static_assert(static_cast<std::size_t>(Word::hb) + 1 == kRows.size());

std::optional<Word> find_word(std::string_view text) noexcept {
    for (std::size_t i = 0; i < kRows.size(); ++i)
        if (iequals(kRows[i].name, text)) return static_cast<Word>(i);
    return std::nullopt;
}

/// Calls `take` for each blank-separated part, without allocating.
template <typename Take> void for_each_part(std::string_view text, Take&& take) {
    std::size_t from = 0;
    while (from < text.size()) {
        std::size_t to = from;
        while (to < text.size() && !is_blank(text[to]))
            ++to;
        if (to > from) take(text.substr(from, to - from));
        from = to + 1;
    }
}

bool is_economy(std::string_view buzzword) noexcept {
    const std::size_t colon = buzzword.rfind(':');
    if (colon == std::string_view::npos || !istarts_with(buzzword, "vendor:")) return false;
    const std::string_view mode = buzzword.substr(colon + 1);
    return iequals(mode, "ECO") || iequals(mode, "ESS") || iequals(mode, "HE");
}

void add_other(std::string& others, std::string_view word) {
    if (others.size() + 1 + word.size() > kMaxOthers) return;
    if (!others.empty()) others += ' ';
    others += word;
}

}  // namespace

std::span<const WordRow> word_rows() noexcept {
    return kRows;
}

ParsedStatus parse_status(std::string_view status, std::string_view buzzwords) {
    ParsedStatus parsed;
    for_each_part(status, [&parsed](std::string_view text) {
        parsed.is_empty = false;
        const std::optional<Word> word = find_word(text);
        if (!word) return add_other(parsed.others, text);
        parsed.words.add(*word);
        if (*word == Word::ol || *word == Word::ob) parsed.mains = word;
    });
    for_each_part(buzzwords, [&parsed](std::string_view text) {
        if (is_economy(text)) parsed.words.add(Word::eco);
    });
    return parsed;
}

std::string to_text(Words words) {
    std::string text;
    for (std::size_t i = 0; i < kRows.size(); ++i) {
        if (!words.has(static_cast<Word>(i))) continue;
        if (!text.empty()) text += ' ';
        text += kRows[i].name;
    }
    return text;
}

}  // namespace ups::upsmon
