// SPDX-License-Identifier: Apache-2.0
/// The lines of a configuration file as words with places. Grammar: lib/base/words.hpp.
///
/// Bytes above 0x7F are kept; a byte order mark is skipped. A line that breaks the grammar is reported
/// and left out, and reading goes on behind it: after an unescaped "#" in quotes at the next line,
/// after a quote that never ends at the line below that quote.
#pragma once

#include "conf/parse/problem.hpp"
#include "lib/base/words.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ups::conf {

/// One logical line with at least one word. Valid until the reader's next call.
struct Line {
    std::span<const std::string_view> words;
    std::span<const Place> places;  ///< where each word starts
    std::span<const bool> equals;   ///< whether each word is an unquoted "="

    [[nodiscard]] bool is_assignment() const noexcept { return words.size() >= 2 && equals[1]; }
};

class LineReader {
  public:
    /// `text` and `problems` outlive the reader.
    LineReader(std::string_view text, std::string file, std::vector<Problem>& problems);
    /// The next line that has words, or nullptr at the end.
    [[nodiscard]] const Line* next();

  private:
    std::size_t end_of_line();
    [[nodiscard]] Place place_of(std::size_t offset) const;
    void advance(std::size_t bytes);
    [[nodiscard]] bool collect(const LineWords& found, std::string_view raw);
    std::size_t report_broken(const LineWords& found, std::string_view raw);
    void report_spanning(const LineWords& found, std::string_view raw);

    std::string_view rest_;
    std::string file_;
    std::vector<Problem>& problems_;
    Tokenizer tokenizer_{Charset::utf8};
    std::uint32_t line_ = 1;
    Line current_;
    std::vector<Place> places_;
    std::array<bool, kMaxWords> equals_{};
    std::string_view raw_;
};

}  // namespace ups::conf
