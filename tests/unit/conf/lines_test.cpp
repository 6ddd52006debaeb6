// SPDX-License-Identifier: Apache-2.0
// Table: texts of lines with what is said about them.
#include "conf/parse/lines.hpp"

#include "tests/unit/conf/support.hpp"

#include <gtest/gtest.h>

namespace ups::conf {
namespace {

using Words = std::vector<std::string>;

struct Read {
    std::vector<Words> lines;
    std::vector<std::string> places;  // "line:column" of each word
    std::vector<Problem> problems;
};

Read read_all(std::string_view text) {
    Read read;
    LineReader reader(text, "f", read.problems);
    while (const Line* line = reader.next()) {
        read.lines.emplace_back(line->words.begin(), line->words.end());
        for (const Place& place : line->places)
            read.places.push_back(std::to_string(place.line) + ":" + std::to_string(place.column));
    }
    return read;
}

struct Case {
    const char* name;
    std::string text;
    std::vector<Words> lines;
    std::vector<std::string> places;
    std::string problems;
};

class LineReaderCases : public testing::TestWithParam<Case> {};

TEST_P(LineReaderCases, ReadsWordsPlacesAndProblems) {
    const Read read = read_all(GetParam().text);
    EXPECT_EQ(read.lines, GetParam().lines);
    EXPECT_EQ(read.places, GetParam().places);
    EXPECT_EQ(texts(read.problems), GetParam().problems);
}

INSTANTIATE_TEST_SUITE_P(
    LineReader, LineReaderCases,
    testing::Values(
        Case{"empty", "", {}, {}, ""},
        Case{"comments_and_blank_lines", "# a\n\n  # b\nx # y\n", {{"x"}}, {"4:1"}, ""},
        Case{"equals_is_a_word", "a=b\na = b\n", {{"a", "=", "b"}, {"a", "=", "b"}},
             {"1:1", "1:2", "1:3", "2:1", "2:3", "2:5"}, ""},
        Case{"no_lf_at_the_end", "a b", {{"a", "b"}}, {"1:1", "1:3"}, ""},
        Case{"carriage_returns", "a b\r\nc\r\n", {{"a", "b"}, {"c"}}, {"1:1", "1:3", "2:1"}, ""},
        Case{"byte_order_mark", "\xEF\xBB\xBF[a]\n", {{"[a]"}}, {"1:1"}, ""},
        Case{"utf8_is_kept", "desc \"Büro\"\n", {{"desc", "Büro"}}, {"1:1", "1:6"}, ""},
        Case{"escapes", "a \"x \\\"y\\\" \\# \\\\\" b\\ c\n", {{"a", "x \"y\" # \\", "b c"}},
             {"1:1", "1:3", "1:19"}, ""},
        Case{"continuation", "a \\\n  b\nc\n", {{"a", "b"}, {"c"}}, {"1:1", "2:3", "3:1"}, ""},
        Case{"quoted_word_over_lines", "a \"x\ny\" b\nc\n", {{"a", "xy", "b"}, {"c"}},
             {"1:1", "1:3", "2:4", "3:1"},
             "f:1:3: warning: this quoted word goes over lines (is a closing quote missing?)\n"},
        Case{"hash_in_quotes", "a \"x # y\" b\nc d\n", {{"c", "d"}}, {"2:1", "2:3"},
             "f:1:6: error: unescaped # inside quotes (write \\#, or close the quotes before it)\n"},
        Case{"quote_never_closed", "a\nb \"x\nc d\ne\n", {{"a"}, {"c", "d"}, {"e"}},
             {"1:1", "3:1", "3:3", "4:1"}, "f:2:3: error: this quote is never closed\n"},
        Case{"quote_inside_a_word", "a b\"c\n", {{"a", "b\"c"}}, {"1:1", "1:3"}, ""},
        Case{"empty_word", "a \"\"\n", {{"a", ""}}, {"1:1", "1:3"}, ""},
        Case{"quotes_on_two_lines", "a \"x\"\nb \"y\"\n", {{"a", "x"}, {"b", "y"}},
             {"1:1", "1:3", "2:1", "2:3"}, ""}),
    [](const auto& tested) { return tested.param.name; });

TEST(LineReader, TellsBareFromQuotedEquals) {
    std::vector<Problem> problems;
    LineReader reader("a = b\na \"=\" b\na \\= b\n", "f", problems);
    EXPECT_TRUE(reader.next()->is_assignment());
    EXPECT_FALSE(reader.next()->is_assignment());
    EXPECT_FALSE(reader.next()->is_assignment());
}

TEST(LineReader, SaysWhenWordsAreDroppedOrCut) {
    std::string text = "x";
    for (std::size_t i = 0; i < kMaxWords; ++i) text += " y";
    text += "\nz " + std::string(kMaxWord + 1, 'q') + "\n";
    const Read read = read_all(text);
    ASSERT_EQ(read.lines.size(), 2U);
    EXPECT_EQ(read.lines[0].size(), kMaxWords);
    EXPECT_EQ(read.lines[1][1].size(), kMaxWord);
    EXPECT_TRUE(mentions(read.problems, "f:1:1: warning: words after the 32th are ignored"));
    EXPECT_TRUE(mentions(read.problems, "f:2:1: warning: a word longer than 2048 bytes is cut"));
}

}  // namespace
}  // namespace ups::conf
