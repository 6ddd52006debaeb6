// SPDX-License-Identifier: Apache-2.0
#include "lib/base/text.hpp"

#include <array>
#include <gtest/gtest.h>

namespace ups {
namespace {

TEST(Names, CompareWithoutCase) {
    EXPECT_TRUE(iequals("Ups.Status", "ups.STATUS"));
    EXPECT_FALSE(iequals("ups.status", "ups.statux"));
    EXPECT_FALSE(iequals("ups", "ups."));
    EXPECT_LT(icompare("battery.charge", "Battery.charge.low"), 0);
    EXPECT_GT(icompare("b", "A"), 0);
    EXPECT_EQ(icompare("AbC", "aBc"), 0);
}

TEST(Names, HashAlikeWhenTheyAreEqual) {
    EXPECT_EQ(ihash("Battery.Charge.Low"), ihash("battery.charge.low"));
    EXPECT_NE(ihash("battery.charge"), ihash("battery.charge.low"));
    EXPECT_NE(ihash("outlet.1.status"), ihash("outlet.2.status"));
}

TEST(Numbers, AreWholeOrNotAtAll) {
    EXPECT_EQ(parse_integer("-12"), -12);
    EXPECT_FALSE(parse_integer("12x"));
    EXPECT_FALSE(parse_integer(""));
    EXPECT_FALSE(parse_integer("99999999999999999999"));
    EXPECT_EQ(parse_decimal("042.5"), 42.5);
    EXPECT_EQ(parse_decimal("-0.5"), -0.5);
    for (const char* bad : {"1,5", "1e3", "inf", "nan", "0x10", "1.5V", "", "-"})
        EXPECT_FALSE(parse_decimal(bad)) << bad;
}

TEST(Booleans, AreTheWordsOfTheConfigurationFiles) {
    for (const char* word : {"true", "Yes", "ON", "1"})
        EXPECT_EQ(parse_boolean(word), true) << word;
    for (const char* word : {"false", "No", "OFF", "0"})
        EXPECT_EQ(parse_boolean(word), false) << word;
    EXPECT_FALSE(parse_boolean("maybe"));
}

TEST(Nearest, FindsASlipAndNothingElse) {
    constexpr std::array<std::string_view, 3> known = {"LISTEN", "MAXAGE", "STATEPATH"};
    EXPECT_EQ(nearest("LISTN", known), "LISTEN");
    EXPECT_EQ(nearest("maxage", known), "MAXAGE");
    EXPECT_FALSE(nearest("CERTFILE", known));
    EXPECT_FALSE(nearest("", known));
    EXPECT_FALSE(nearest(std::string(10'000, 'x'), known));
}

TEST(Nearest, CountsChangedMissingAndSurplusLetters) {
    constexpr std::array<std::string_view, 2> known = {"pollinterval", "pollfreq"};
    EXPECT_EQ(nearest("polinterval", known), "pollinterval");
    EXPECT_EQ(nearest("pollfreqqq", known), "pollfreq");
    EXPECT_EQ(nearest("ppollintervvaal", known), "pollinterval");
    EXPECT_EQ(nearest("pOllfrik", known), "pollfreq");
    EXPECT_FALSE(nearest("pxxlxrxx", known)) << "more than a third is wrong";
}

TEST(Nearest, TakesTheFirstOfTheNearest) {
    constexpr std::array<std::string_view, 3> known = {"abcdxx", "abcdxy", "abcdyy"};
    EXPECT_EQ(nearest("abcdef", known), "abcdxx");
    EXPECT_EQ(nearest("abcdxy", known), "abcdxy");
}

TEST(Nearest, ComparesLongNamesToTheEnd) {
    const std::string text(64, 'a');
    const std::string far = text + std::string(22, 'b');
    const std::string near = text + std::string(21, 'b');
    EXPECT_FALSE(nearest(text, std::array<std::string_view, 1>{far}));
    EXPECT_EQ(nearest(text, std::array<std::string_view, 1>{near}), near);
}

TEST(Printable, EscapesAndCutsTextOfAPeer) {
    EXPECT_EQ(printable("a\nb\x1b[31m"), "a\\x0ab\\x1b[31m");
    EXPECT_EQ(printable("abcdef", 3), "abc…");
}

TEST(Splitting, KeepsOrDropsEmptyParts) {
    EXPECT_EQ(split_blanks("  a b\t c "), (std::vector<std::string_view>{"a", "b", "c"}));
    EXPECT_EQ(split_at("a::b", ':'), (std::vector<std::string_view>{"a", "", "b"}));
    EXPECT_EQ(trim(" \t x y \n"), "x y");
}

}  // namespace
}  // namespace ups
