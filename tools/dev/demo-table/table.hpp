// SPDX-License-Identifier: Apache-2.0
/// The demo's table of UPSes: what is known of each, as text for a terminal of 80 columns. No I/O.
#pragma once

#include "lib/base/clock.hpp"
#include "lib/base/text.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ups::demo {

enum class Colours : std::uint8_t { none, ansi };

class Table {
  public:
    static constexpr std::size_t kWidth = 80;
    static constexpr std::size_t kNews = 8;

    /// Adds a row. Rows are shown in the order they were added.
    void add(std::string_view ups);
    /// Takes a value. A change of `ups.status` becomes news, told at `when` since the start.
    void set(std::string_view ups, std::string_view name, std::string_view value, Duration when);
    void remove(std::string_view ups, std::string_view name);
    /// The data stopped or began to be trustworthy.
    void set_stale(std::string_view ups, bool stale, Duration when);

    [[nodiscard]] std::string_view value(std::string_view ups, std::string_view name) const;
    /// A heading and a line per UPS, each at most `kWidth` columns, LF behind each.
    [[nodiscard]] std::string rows(Colours colours) const;
    /// `rows`, an empty line, and the latest news in `kNews` lines.
    [[nodiscard]] std::string text(Colours colours) const;
    /// Lines of `text`.
    [[nodiscard]] std::size_t height() const noexcept { return upses_.size() + kNews + 2; }
    /// The latest news as one line without LF.
    [[nodiscard]] std::string_view latest_news() const noexcept {
        return news_.empty() ? std::string_view() : news_.back();
    }

  private:
    struct Ups {
        std::string name;
        std::map<std::string, std::string, ILess> values;
        bool stale = false;
    };
    Ups* find(std::string_view ups);
    const Ups* find(std::string_view ups) const;
    void add_news(std::string_view ups, std::string_view what, Duration when);

    std::vector<Ups> upses_;
    std::deque<std::string> news_;
};

}  // namespace ups::demo
