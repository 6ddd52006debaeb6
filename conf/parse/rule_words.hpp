// SPDX-License-Identifier: Apache-2.0
/// The words of a RULE line, taken one after another.
#pragma once

#include "conf/parse/problem.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ups::conf {

struct RuleLine;

/// A cursor over some words of a line. Operators glued to words ("charge<40") are words of their own.
class RuleWords {
  public:
    enum class Operators : bool { whole, apart };

    /// Words `first` to before `end` of `line`, which outlives this.
    RuleWords(const RuleLine& line, std::size_t first, std::size_t end, Operators operators);

    [[nodiscard]] bool at_end() const noexcept { return at_ == words_.size(); }
    /// The word at the cursor; empty at the end.
    [[nodiscard]] std::string_view peek() const;
    [[nodiscard]] bool peeks(std::string_view keyword) const;
    std::string_view take();
    /// Takes the word if it is `keyword`, in any case.
    bool take_if(std::string_view keyword);
    /// Where the word at the cursor, or at the end the last one, stands.
    [[nodiscard]] const Place& place() const;
    /// All words, blanks between.
    [[nodiscard]] std::string text() const;

  private:
    struct Word {
        std::string text;
        Place place;
    };
    void add_apart(std::string_view word, Place place);

    std::vector<Word> words_;
    std::size_t at_ = 0;
    Place end_;
};

/// "40", "40%", "90s", "10m", "2h": with `Unit::time` a number of seconds, else a plain one. Nothing if
/// it is no such number.
enum class RuleUnit : bool { plain, time };
[[nodiscard]] std::optional<double> parse_rule_number(std::string_view text, RuleUnit unit);

}  // namespace ups::conf
