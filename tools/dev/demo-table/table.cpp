// SPDX-License-Identifier: Apache-2.0
#include "tools/dev/demo-table/table.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>

namespace ups::demo {
namespace {

constexpr std::string_view kReset = "\x1b[0m";

std::string_view colour_of(std::string_view status) {
    const auto words = split_blanks(status);
    const auto has = [&](std::string_view word) {
        return std::ranges::find(words, word) != words.end();
    };
    if (has("LB") || has("FSD") || has("OVER") || has("RB")) return "\x1b[1;31m";
    if (has("OB") || has("OFF") || has("BYPASS")) return "\x1b[33m";
    if (has("OL")) return "\x1b[32m";
    return "\x1b[2m";
}

constexpr const char* kHeading =
    "UPS         STATUS          CHARGE             RUNTIME   LOAD  INPUT  MODEL\n";

/// At most `width` columns; what is not printable ASCII is shown as '?'.
std::string ascii(std::string_view text, std::size_t width) {
    std::string out(text.substr(0, width));
    for (char& c : out)
        if (c < ' ' || c > '~') c = '?';
    return out;
}

/// Exactly `width` columns.
std::string cell(std::string_view text, std::size_t width) {
    return fmt::format("{:<{}}", ascii(text, width), width);
}

/// Exactly `width` columns, at their right end; what does not fit is shown as such.
std::string right(std::string_view text, std::size_t width) {
    return text.size() > width ? std::string(width, '*') : fmt::format("{:>{}}", text, width);
}

std::string number(std::string_view text, std::string_view unit) {
    const auto value = parse_decimal(text);
    return value ? fmt::format("{:.0f}{}", *value, unit) : "-";
}

std::string clock_text(std::string_view seconds) {
    const auto value = parse_decimal(seconds);
    if (!value || *value < 0) return "-";
    constexpr double kTooWide = 1e9;  // for its column, whatever it is
    const auto whole = static_cast<long>(std::min(*value, kTooWide));
    if (whole >= 3600) return fmt::format("{}h{:02}m", whole / 3600, whole / 60 % 60);
    return fmt::format("{}m{:02}s", whole / 60, whole % 60);
}

std::string bar(std::string_view percent) {
    constexpr int kCells = 10;
    const auto value = parse_decimal(percent);
    if (!value) return std::string(kCells + 2, ' ');
    const long filled = std::lround(std::clamp(*value / 100, 0.0, 1.0) * kCells);
    return fmt::format("[{}{}]", std::string(static_cast<std::size_t>(filled), '#'),
                       std::string(static_cast<std::size_t>(kCells - filled), '.'));
}

}  // namespace

void Table::add(std::string_view ups) {
    if (find(ups) == nullptr) upses_.push_back({.name = std::string(ups), .values = {}});
}

void Table::set(std::string_view ups, std::string_view name, std::string_view value,
                Duration when) {
    Ups* const row = find(ups);
    if (row == nullptr) return;
    const auto [at, is_new] = row->values.try_emplace(std::string(name), value);
    if (is_new || at->second == value) return;
    if (iequals(name, "ups.status"))
        add_news(row->name, fmt::format("{} -> {}", at->second, value), when);
    at->second = value;
}

void Table::remove(std::string_view ups, std::string_view name) {
    if (Ups* const row = find(ups)) row->values.erase(std::string(name));
}

void Table::set_stale(std::string_view ups, bool stale, Duration when) {
    Ups* const row = find(ups);
    if (row == nullptr || row->stale == stale) return;
    row->stale = stale;
    add_news(row->name, stale ? "no fresh data" : "fresh data again", when);
}

std::string_view Table::value(std::string_view ups, std::string_view name) const {
    const Ups* const row = find(ups);
    if (row == nullptr) return {};
    const auto at = row->values.find(name);
    return at == row->values.end() ? std::string_view() : at->second;
}

std::string Table::rows(Colours colours) const {
    std::string out = kHeading;
    for (const Ups& row : upses_) {
        const std::string_view status = row.stale ? "stale" : value(row.name, "ups.status");
        std::string state = cell(status, 15);
        if (colours == Colours::ansi)
            state = fmt::format("{}{}{}", colour_of(status), state, kReset);
        const std::string_view charge = value(row.name, "battery.charge");
        fmt::format_to(std::back_inserter(out), "{} {} {}{}  {}  {}  {}  {}\n", cell(row.name, 11),
                       state, bar(charge), right(number(charge, "%"), 5),
                       right(clock_text(value(row.name, "battery.runtime")), 7),
                       right(number(value(row.name, "ups.load"), "%"), 5),
                       right(number(value(row.name, "input.voltage"), "V"), 5),
                       ascii(value(row.name, "ups.model"), 10));
    }
    return out;
}

std::string Table::text(Colours colours) const {
    std::string out = rows(colours) + '\n';
    for (std::size_t i = 0; i < kNews; ++i) {
        if (i < news_.size()) out += news_[i];
        out += '\n';
    }
    return out;
}

Table::Ups* Table::find(std::string_view ups) {
    const auto at =
        std::ranges::find_if(upses_, [&](const Ups& row) { return iequals(row.name, ups); });
    return at == upses_.end() ? nullptr : &*at;
}

const Table::Ups* Table::find(std::string_view ups) const {
    const auto at =
        std::ranges::find_if(upses_, [&](const Ups& row) { return iequals(row.name, ups); });
    return at == upses_.end() ? nullptr : &*at;
}

void Table::add_news(std::string_view ups, std::string_view what, Duration when) {
    const double seconds = std::chrono::duration<double>(when).count();
    const std::string line = fmt::format("{:8.3f} s  {} {}", seconds, cell(ups, 11), what);
    news_.push_back(ascii(line, kWidth));
    if (news_.size() > kNews) news_.pop_front();
}

}  // namespace ups::demo
