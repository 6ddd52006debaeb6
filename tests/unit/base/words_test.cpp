// SPDX-License-Identifier: Apache-2.0
#include "lib/base/words.hpp"

#include "tests/support/splits.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace ups {
namespace {

using Words = std::vector<std::string>;

Words words_of(std::string_view line, Charset charset = Charset::ascii) {
    Tokenizer tokenizer(charset);
    const LineWords split = tokenizer.split(line);
    return {split.words.begin(), split.words.end()};
}

struct SplitCase {
    const char* name;
    std::string line;
    Words words;
};

class TokenizerSplits : public testing::TestWithParam<SplitCase> {};

TEST_P(TokenizerSplits, IntoTheseWords) {
    EXPECT_EQ(words_of(GetParam().line), GetParam().words);
    EXPECT_EQ(words_of(GetParam().line + "\n"), GetParam().words);
}

INSTANTIATE_TEST_SUITE_P(
    Lines, TokenizerSplits,
    testing::Values(
        SplitCase{"Plain", "GET VAR alpha ups.status", {"GET", "VAR", "alpha", "ups.status"}},
        SplitCase{"BlanksOfAllKinds", " a\tb\r\v c\f", {"a", "b", "c"}}, SplitCase{"Empty", "", {}},
        SplitCase{"CommentOnly", "# no words", {}},
        SplitCase{"CommentEndsAWord", "ups.status#c", {"ups.status"}},
        SplitCase{"Quoted", R"(a "two words" b)", {"a", "two words", "b"}},
        SplitCase{"EmptyQuotes", R"(a "" b)", {"a", "", "b"}},
        SplitCase{"QuoteInsideWordIsOrdinary", R"(a"b" c)", {"a\"b\"", "c"}},
        SplitCase{"ClosingQuoteEndsTheWord", R"(x "a"b")", {"x", "a", "b\""}},
        SplitCase{"EscapesInQuotes", R"("a\"b\\c\#d")", {R"(a"b\c#d)"}},
        SplitCase{"EscapesOutside", R"(st\atus GET\ VAR)", {"status", "GET VAR"}},
        SplitCase{"EscapeStartsAWord", R"(a \"b)", {"a", "\"b"}},
        SplitCase{"EqualsIsAWord", "a=b", {"a", "=", "b"}},
        SplitCase{"EqualsWithBlanks", "a = b", {"a", "=", "b"}},
        SplitCase{"EqualsInQuotesIsNot", R"(a="b=c")", {"a", "=", "b=c"}},
        SplitCase{"EscapedEquals", R"(a\=b)", {"a=b"}},
        SplitCase{"Continuation", "a\\\nb c", {"ab", "c"}},
        SplitCase{"ContinuationBetweenWords", "a \\\n b", {"a", "b"}},
        SplitCase{"LineEndInQuotesIsDropped", "\"two\nparts\" x", {"twoparts", "x"}},
        SplitCase{"ControlBytesAreDropped",
                  std::string("a\x01"
                              "b\0c",
                              5),
                  {"abc"}},
        SplitCase{"HighBytesAreDroppedInAscii", "B\xC3\xBCro", {"Bro"}},
        SplitCase{"DroppedBytesStillStartAWord", "a \xC3 \x01\"b", {"a", "", "\"b"}},
        SplitCase{"OnlySpacesOfBlanksStayInQuotes", "\"a\tb c\r\"", {"ab c"}},
        SplitCase{"EscapedControlBytesAreDropped", "\\\t\\\x01x", {"x"}},
        SplitCase{"DeleteIsKept", "a\x7F", {"a\x7F"}}),
    [](const auto& row) { return row.param.name; });

// A trailing tab changes no word, but takes the line off the short way that plain lines go.
TEST(Tokenizer, SplitsPlainLinesAsAllOthers) {
    const std::string long_word(kMaxWord - 4, 'w');
    const std::string many =
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 "
        "28 29 30 31 32";
    const std::vector<std::string> lines = {"GET VAR alpha ups.status",
                                            "  a  b ",
                                            " ",
                                            "",
                                            "x",
                                            "a\x7F!$~ b",
                                            "GET " + long_word,
                                            "GET " + long_word + "ww",
                                            many,
                                            many + " 33",
                                            "SETINFO ups.status \"OL CHRG\"",
                                            "\"a=b\" \"\"  \"c\" ",
                                            "\"a\"b",
                                            "a\"b\"",
                                            "\"a",
                                            "\"a\\\"b\"",
                                            "\"a#b\"",
                                            "a=b",
                                            "a\\ b",
                                            "a #b",
                                            "\"a\xFF\"",
                                            "a\x01 b"};
    for (const std::string& line : lines) {
        Tokenizer one;
        Tokenizer other;
        const std::string with_lf = line + "\n";
        const LineWords plain = one.split(with_lf);
        const std::string with_tab = line + "\t\n";
        const LineWords general = other.split(with_tab);
        EXPECT_FALSE(general.plain);
        EXPECT_TRUE(std::ranges::equal(plain.words, general.words)) << line;
        EXPECT_TRUE(std::ranges::equal(plain.offsets, general.offsets)) << line;
        EXPECT_EQ(plain.surplus, general.surplus) << line;
        EXPECT_EQ(plain.truncated, general.truncated) << line;
        EXPECT_EQ(plain.broken, general.broken) << line;
        EXPECT_EQ(plain.broken_at, general.broken_at) << line;
    }
}

TEST(Tokenizer, SplitsTheLineInFrontIfItIsPlain) {
    const auto front = [](std::string_view data) {
        Tokenizer tokenizer;
        LineWords words;
        const std::size_t size = tokenizer.split_front(data, words);
        EXPECT_EQ(words.plain, size > 0);
        return std::pair(size, Words(words.words.begin(), words.words.end()));
    };
    EXPECT_EQ(front("SET a \"b c\"\nVER\n"), std::pair(std::size_t{12}, Words{"SET", "a", "b c"}));
    EXPECT_EQ(front("\nVER\n"), std::pair(std::size_t{1}, Words{}));
    for (const char* other : {"", "VER", "\"a\nb\"\n", "a\\\nb\n", "VER\r\n", "a#\n", "a=b\n"})
        EXPECT_EQ(front(other).first, 0U) << other;
}

TEST(Tokenizer, KeepsHighBytesWhenAskedTo) {
    EXPECT_EQ(words_of("B\xC3\xBCro", Charset::utf8), Words{"B\xC3\xBCro"});
}

TEST(Tokenizer, ReportsAHashInsideQuotesAndWhere) {
    Tokenizer tokenizer;
    const LineWords split = tokenizer.split("GET VAR \"ups#status\"\n");
    EXPECT_TRUE(split.broken);
    EXPECT_EQ(split.broken_at, 12U);
}

TEST(Tokenizer, ReportsAQuoteThatNeverEnds) {
    Tokenizer tokenizer;
    const LineWords split = tokenizer.split("a \"b");
    EXPECT_TRUE(split.broken);
    EXPECT_EQ(split.broken_at, 2U);
}

TEST(Tokenizer, TellsWhereWordsStart) {
    Tokenizer tokenizer;
    const LineWords split = tokenizer.split("  a \"b c\" d=e");
    EXPECT_EQ(std::vector<std::uint32_t>(split.offsets.begin(), split.offsets.end()),
              (std::vector<std::uint32_t>{2, 4, 10, 11, 12}));
}

TEST(Tokenizer, DropsAndReportsSurplusWords) {
    Tokenizer tokenizer;
    std::string line;
    for (std::size_t i = 0; i < kMaxWords + 3; ++i)
        line += "a\\b ";
    const LineWords split = tokenizer.split(line);
    EXPECT_EQ(split.words.size(), kMaxWords);
    EXPECT_TRUE(split.surplus);
    EXPECT_EQ(split.words.back(), "ab");
}

TEST(Tokenizer, CutsAndReportsAWordThatIsTooLong) {
    Tokenizer tokenizer;
    const std::string line = std::string(kMaxWord + 1, 'x') + " y";
    const LineWords split = tokenizer.split(line);
    EXPECT_TRUE(split.truncated);
    ASSERT_EQ(split.words.size(), 2U);
    EXPECT_EQ(split.words[0].size(), kMaxWord);
    EXPECT_EQ(split.words[1], "y");
}

TEST(Tokenizer, SurvivesThirtyTwoLongEscapedWordsAndMore) {
    Tokenizer tokenizer;
    std::string line;
    for (std::size_t i = 0; i < kMaxWords + 8; ++i)
        line += "\\a\\b" + std::string(kMaxWord, 'x') + " ";
    const LineWords split = tokenizer.split(line);
    ASSERT_EQ(split.words.size(), kMaxWords);
    for (const std::string_view word : split.words)
        EXPECT_EQ(word.substr(0, 3), "abx");
}

TEST(Tokenizer, KeepsEscapedWordsInPlaceWhileLinesGrow) {
    Tokenizer tokenizer;
    std::string line;
    std::vector<std::string> expected;
    while (expected.size() < kMaxWords) {
        expected.push_back(std::string(expected.size() * 40 + 1, 'x'));
        line += expected.back() + "\\y ";
        expected.back() += 'y';
        const LineWords split = tokenizer.split(line);
        EXPECT_EQ(std::vector<std::string>(split.words.begin(), split.words.end()), expected);
    }
}

std::vector<Words> lines_of(const test::Chunks& chunks) {
    LineScanner scanner;
    std::vector<Words> lines;
    std::string buffer;
    for (const std::string_view chunk : chunks) {
        buffer += chunk;
        while (const auto length = scanner.scan(buffer)) {
            lines.push_back(words_of(std::string_view(buffer).substr(0, *length)));
            buffer.erase(0, *length);
        }
    }
    return lines;
}

TEST(LineScanner, FindsTheSameLinesHoweverTheBytesArrive) {
    const std::string_view bytes = "VER\nGET VAR \"a\nb\" x\\\ny\n# \"c\n\"un#closed\nLIST UPS\n\n";
    const std::vector<Words> expected = {
        {"VER"}, {"GET", "VAR", "ab", "xy"}, {}, {}, {"LIST", "UPS"}, {}};
    test::for_every_split(
        bytes, [&](const test::Chunks& chunks) { EXPECT_EQ(lines_of(chunks), expected); });
}

TEST(LineScanner, ResynchronisesAtTheNextLineEndAfterAnError) {
    EXPECT_EQ(lines_of({"GET VAR alpha \"ups#status\"\nVER\n"}).back(), Words{"VER"});
}

TEST(Quoting, ReadsBackAsWritten) {
    for (const std::string text : {"plain", "two words", R"(a"b\c#d=e)", "", "#", "\\"}) {
        std::string line;
        append_quoted(line, text);
        EXPECT_EQ(words_of(line), Words{text}) << line;
        line.clear();
        append_word(line, text);
        EXPECT_EQ(words_of(line), Words{text}) << line;
    }
}

TEST(Quoting, NeverLetsAValueBreakTheLine) {
    std::string line;
    append_quoted(line, "a\nERR\r\x01");
    EXPECT_EQ(line, "\"a ERR  \"");
}

}  // namespace
}  // namespace ups
