// SPDX-License-Identifier: Apache-2.0
#include "conf/parse/rule_words.hpp"

#include "conf/parse/rules.hpp"
#include "lib/base/text.hpp"

#include <algorithm>
#include <utility>

namespace ups::conf {
namespace {
constexpr std::string_view kOperators = "<>=!";

bool is_operator(std::string_view word) {
    return !word.empty() && word.find_first_not_of(kOperators) == word.npos;
}
}  // namespace

RuleWords::RuleWords(const RuleLine& line, std::size_t first, std::size_t end, Operators operators)
    : end_(line.places[std::min(end, line.places.size() - 1)]) {
    for (std::size_t i = first; i < end; ++i) {
        if (operators == Operators::apart)
            add_apart(line.words[i], line.places[i]);
        else
            words_.push_back({line.words[i], line.places[i]});
    }
}

void RuleWords::add_apart(std::string_view word, Place place) {
    while (!word.empty()) {
        const bool is_op = kOperators.find(word.front()) != kOperators.npos;
        const std::size_t length =
            std::min(is_op ? word.find_first_not_of(kOperators) : word.find_first_of(kOperators),
                     word.size());
        // "<=" comes from the tokenizer as "<" and "=".
        if (is_op && !words_.empty() && is_operator(words_.back().text))
            words_.back().text += word.substr(0, length);
        else
            words_.push_back({std::string(word.substr(0, length)), place});
        word.remove_prefix(length);
        place.column += static_cast<std::uint32_t>(length);
    }
}

std::string_view RuleWords::peek() const {
    return at_end() ? std::string_view() : std::string_view(words_[at_].text);
}

bool RuleWords::peeks(std::string_view keyword) const {
    return iequals(peek(), keyword);
}

std::string_view RuleWords::take() {
    return at_end() ? std::string_view() : std::string_view(words_[at_++].text);
}

bool RuleWords::take_if(std::string_view keyword) {
    if (at_end() || !peeks(keyword)) return false;
    ++at_;
    return true;
}

const Place& RuleWords::place() const {
    return at_end() ? end_ : words_[at_].place;
}

std::string RuleWords::text() const {
    std::string all;
    for (const Word& word : words_)
        all += (all.empty() ? "" : " ") + word.text;
    return printable(all, 400);
}

std::optional<double> parse_rule_number(std::string_view text, RuleUnit unit) {
    double factor = 1;
    if (!text.empty() && unit == RuleUnit::plain && text.back() == '%') text.remove_suffix(1);
    if (!text.empty() && unit == RuleUnit::time) {
        const char last = text.back();
        if (last == 'm') factor = 60;
        if (last == 'h') factor = 3600;
        if (last == 's' || last == 'm' || last == 'h') text.remove_suffix(1);
    }
    const auto number = parse_decimal(text);
    if (!number) return std::nullopt;
    return *number * factor;
}

}  // namespace ups::conf
