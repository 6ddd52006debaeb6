// SPDX-License-Identifier: Apache-2.0
#include "conf/parse/lines.hpp"

#include <algorithm>
#include <utility>

namespace ups::conf {

LineReader::LineReader(std::string_view text, std::string file, std::vector<Problem>& problems)
    : rest_(text), file_(std::move(file)), problems_(problems) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (rest_.starts_with(kByteOrderMark)) rest_.remove_prefix(kByteOrderMark.size());
}

Place LineReader::place_of(std::size_t offset) const {
    const std::string_view before = rest_.substr(0, offset);
    const auto lines = std::ranges::count(before, '\n');
    const std::size_t last = before.rfind('\n');
    const std::size_t column = last == std::string_view::npos ? offset : offset - last - 1;
    return {file_, line_ + static_cast<std::uint32_t>(lines),
            static_cast<std::uint32_t>(column + 1)};
}

void LineReader::advance(std::size_t bytes) {
    line_ += static_cast<std::uint32_t>(std::ranges::count(rest_.substr(0, bytes), '\n'));
    rest_.remove_prefix(bytes);
}

std::size_t LineReader::end_of_line() {
    LineScanner scanner;
    return scanner.scan(rest_).value_or(rest_.size());
}

const Line* LineReader::next() {
    advance(raw_.size());
    raw_ = {};
    while (!rest_.empty()) {
        const std::string_view raw = rest_.substr(0, end_of_line());
        const LineWords found = tokenizer_.split(raw);
        if (found.broken) {
            advance(report_broken(found, raw));
        } else if (collect(found, raw)) {
            raw_ = raw;
            return &current_;
        } else {
            advance(raw.size());
        }
    }
    return nullptr;
}

/// Returns how many bytes to skip.
std::size_t LineReader::report_broken(const LineWords& found, std::string_view raw) {
    const Place place = place_of(found.broken_at);
    if (rest_[found.broken_at] == '#') {
        problems_.push_back({Severity::error, place, "unescaped # inside quotes",
                             "write \\#, or close the quotes before it"});
        return raw.size();
    }
    problems_.push_back({Severity::error, place, "this quote is never closed", ""});
    const std::size_t lf = raw.find('\n', found.broken_at);
    return lf == std::string_view::npos ? raw.size() : lf + 1;
}

bool LineReader::collect(const LineWords& found, std::string_view raw) {
    if (found.words.empty()) return false;
    places_.clear();
    for (std::size_t i = 0; i < found.words.size(); ++i) {
        places_.push_back(place_of(found.offsets[i]));
        equals_[i] = found.words[i] == "=" && raw[found.offsets[i]] == '=';
    }
    if (found.truncated)
        problems_.push_back({Severity::warning, places_.front(),
                             "a word longer than " + std::to_string(kMaxWord) + " bytes is cut",
                             ""});
    if (found.surplus)
        problems_.push_back({Severity::warning, places_.front(),
                             "words after the " + std::to_string(kMaxWords) + "th are ignored",
                             "use several lines"});
    report_spanning(found, raw);
    current_ = {found.words, places_, std::span(equals_).first(found.words.size())};
    return true;
}

/// A value in quotes may run over lines, but mostly a quote was forgotten.
void LineReader::report_spanning(const LineWords& found, std::string_view raw) {
    for (std::size_t i = 0; i < found.words.size(); ++i) {
        if (raw[found.offsets[i]] != '"') continue;
        const std::size_t next = i + 1 < found.words.size() ? found.offsets[i + 1] : raw.size() - 1;
        const std::string_view text = raw.substr(found.offsets[i], next - found.offsets[i]);
        const std::size_t lf = text.find('\n');
        const bool in_quotes = lf != std::string_view::npos && lf < text.rfind('"');
        if (in_quotes && text[lf - 1] != '\\')
            problems_.push_back({Severity::warning, places_[i], "this quoted word goes over lines",
                                 "is a closing quote missing?"});
    }
}

}  // namespace ups::conf
