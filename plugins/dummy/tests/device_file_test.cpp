// SPDX-License-Identifier: Apache-2.0
#include "device_file.hpp"

#include <gtest/gtest.h>

namespace ups::dummy {
namespace {

struct ValueCase {
    const char* name;
    const char* line;
    const char* value;
};

class DeviceFileValue : public ::testing::TestWithParam<ValueCase> {};

TEST_P(DeviceFileValue, IsReadAsWritten) {
    const DeviceFile file = parse_device_file(GetParam().line);
    ASSERT_TRUE(file.problems.empty()) << file.problems.front().text;
    ASSERT_EQ(file.entries.size(), 1u);
    EXPECT_EQ(file.entries[0].text, GetParam().value);
}

INSTANTIATE_TEST_SUITE_P(
    Lines, DeviceFileValue,
    ::testing::Values(ValueCase{"Plain", "ups.load: 12\n", "12"},
                      ValueCase{"LastLineWithoutEnd", "ups.load: 12", "12"},
                      ValueCase{"CarriageReturn", "ups.load: 12\r\n", "12"},
                      ValueCase{"Empty", "ups.serial:\n", ""},
                      ValueCase{"OneBlankIsTheSeparator", "ups.serial: \n", ""},
                      ValueCase{"FurtherBlanksAreValue", "ups.serial:   x  y \n", "  x  y "},
                      ValueCase{"NoSeparator", "ups.load:12\n", "12"},
                      ValueCase{"Backslashes", "ups.model: A \\\\ 500\n", "A \\\\ 500"},
                      ValueCase{"EqualsSign", "ups.firmware: v / ID=18\n", "v / ID=18"},
                      ValueCase{"ColonInside", "ups.time: 12:30:01\n", "12:30:01"},
                      ValueCase{"BadRemark", "ups.load: 150\t\t#BAD: far too much\n", "150"},
                      ValueCase{"BareBadRemark", "ups.alarm: Fire! #BAD\n", "Fire!"},
                      ValueCase{"CommentRemark", "a.b: 1 #COMMENT: seen once\n", "1"},
                      ValueCase{"RemarkWithoutValue", "ups.status: \t#BAD: always empty\n", ""},
                      ValueCase{"PlainRemark", "ups.status: OL # by hand\n", "OL"},
                      ValueCase{"HashesAreValue", "ups.serial: ####\n", "####"},
                      ValueCase{"HashInAWordIsValue", "ups.model: Unknown #AB12     (1)\n",
                                "Unknown #AB12     (1)"},
                      ValueCase{"BadInAWordIsValue", "ups.model: x#BAD\n", "x#BAD"},
                      ValueCase{"Quoted", "ups.model: \"A  B # C\"\n", "A  B # C"},
                      ValueCase{"QuotedWithEscapes", "ups.model: \"a\\\"b\\\\c\"\n", "a\"b\\c"},
                      ValueCase{"QuotedThenRemark", "ups.model: \"A\" #BAD\n", "A"},
                      ValueCase{"LoneQuoteIsValue", "ups.mfr: \"Half\n", "\"Half"},
                      ValueCase{"QuotesInsideAreValue", "ups.mfr: \"A\" and B\n", "\"A\" and B"},
                      ValueCase{"Utf8", "ups.mfr: Mär\n", "Mär"},
                      ValueCase{"NoColon", "ups.load 7\n", "7"},
                      ValueCase{"Indented", "   ups.load: 7\n", "7"}),
    [](const auto& one) { return one.param.name; });

struct ProblemCase {
    const char* name;
    const char* text;
    int line;
    int column;
};

class DeviceFileProblem : public ::testing::TestWithParam<ProblemCase> {};

TEST_P(DeviceFileProblem, SaysWhereAndHasNoEffect) {
    const DeviceFile file = parse_device_file(GetParam().text);
    ASSERT_EQ(file.problems.size(), 1u);
    EXPECT_EQ(file.problems[0].line, GetParam().line);
    EXPECT_EQ(file.problems[0].column, GetParam().column);
    EXPECT_TRUE(file.entries.empty());
    EXPECT_TRUE(file.rules.empty());
    EXPECT_TRUE(file.commands.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Lines, DeviceFileProblem,
    ::testing::Values(ProblemCase{"NoColonAndNoDot", "\nInit SSL without database\n", 2, 5},
                      ProblemCase{"NoName", ": 12\n", 1, 1},
                      ProblemCase{"TimerWithoutNumber", "TIMER soon\n", 1, 6},
                      ProblemCase{"TimerInThePast", "TIMER -1\n", 1, 6},
                      ProblemCase{"CommandWithBlanks", "#CMD:load off\n", 1, 6},
                      ProblemCase{"RuleWithoutType", "#RW:ups.id\n", 1, 5},
                      ProblemCase{"UnknownType", "#RW:ups.id:FLOAT\n", 1, 12},
                      ProblemCase{"LengthThatIsNone", "#RW:ups.id:STRING:x\n", 1, 12},
                      ProblemCase{"EnumWithoutQuotes", "#RW:ups.id:ENUM:a\n", 1, 12},
                      ProblemCase{"RangeWithOneBound", "#RW:ups.id:RANGE:\"1\"\n", 1, 18},
                      ProblemCase{"RangeOfText", "#RW:ups.id:RANGE:\"a\" \"b\"\n", 1, 18}),
    [](const auto& one) { return one.param.name; });

TEST(DeviceFile, IgnoresCommentsAndEmptyLines) {
    const DeviceFile file = parse_device_file("# one\n\n   # two\n#RWX\n# DEVICE:COMMENT\n");
    EXPECT_TRUE(file.entries.empty());
    EXPECT_TRUE(file.problems.empty());
}

TEST(DeviceFile, ReadsTimersAndAlarms) {
    const DeviceFile file = parse_device_file("TIMER 2.5 # a while\nALARM Fan stopped\nALARM\n");
    ASSERT_EQ(file.entries.size(), 3u);
    EXPECT_EQ(file.entries[0].kind, EntryKind::timer);
    EXPECT_DOUBLE_EQ(file.entries[0].seconds, 2.5);
    EXPECT_EQ(file.entries[1].kind, EntryKind::alarm);
    EXPECT_EQ(file.entries[1].text, "Fan stopped");
    EXPECT_EQ(file.entries[2].text, "");
}

TEST(DeviceFile, ReadsAnnotationsInBothSpellings) {
    const DeviceFile file = parse_device_file("#RW:ups.id:STRING:16\n"
                                              "RW:ups.delay.start:STRING\t#BAD: ignored by it\n"
                                              "#RW:a.b:ENUM:\"x y\"#COMMENT: one\n"
                                              "#RW:a.c:RANGE:\"10\" \"20\" #BAD\n"
                                              "#CMD:load.off\t#BAD: Not working\n"
                                              "CMD:load.on\n#CMD:load.on\n");
    ASSERT_EQ(file.rules.size(), 4u);
    EXPECT_EQ(file.rules[0].max_length, 16u);
    EXPECT_EQ(file.rules[1].variable, "ups.delay.start");
    EXPECT_EQ(file.rules[1].max_length, 0u);
    EXPECT_EQ(file.rules[2].first, "x y");
    EXPECT_EQ(file.rules[3].first, "10");
    EXPECT_EQ(file.rules[3].second, "20");
    EXPECT_EQ(file.commands, (std::vector<std::string>{"load.off", "load.on"}));
    EXPECT_TRUE(file.problems.empty());
}

}  // namespace
}  // namespace ups::dummy
