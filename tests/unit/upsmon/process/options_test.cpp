// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/options.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace ups::upsmon {
namespace {

Options parse(std::vector<const char*> words) {
    auto options = parse_options(words);
    EXPECT_TRUE(options) << options.error().text;
    return options.value_or(Options{});
}

TEST(UpsmonOptions, MonitorsInTheBackgroundByDefault) {
    const Options options = parse({});
    EXPECT_EQ(options.job, Job::monitor);
    EXPECT_EQ(options.part, Part::whole);
    EXPECT_FALSE(options.stays_in_foreground());
}

TEST(UpsmonOptions, KnowsTheCommandsByTheirBeginning) {
    EXPECT_EQ(parse({"-c", "fsd"}).job, Job::fsd);
    EXPECT_EQ(parse({"-cstop"}).job, Job::stop);
    EXPECT_EQ(parse({"-c", "rel"}).job, Job::reload);
    EXPECT_EQ(parse({"-c", "dance"}).job, Job::help);
    EXPECT_EQ(parse({"-c"}).job, Job::help);
}

TEST(UpsmonOptions, TakesLettersTogether) {
    const Options options = parse({"-DDp4", "-unobody", "-W", "3"});
    EXPECT_EQ(options.debug, 2U);
    EXPECT_TRUE(options.single);
    EXPECT_EQ(options.family, Family::v4);
    EXPECT_EQ(options.user, "nobody");
    EXPECT_EQ(options.connect_timeout, std::chrono::seconds(3));
    EXPECT_TRUE(options.stays_in_foreground());
    EXPECT_FALSE(parse({"-D", "-B"}).stays_in_foreground());
}

TEST(UpsmonOptions, TriesTheRuleThatIsNamed) {
    const Options options = parse({"-W", "3", "--try", "lab-off"});
    EXPECT_EQ(options.job, Job::try_rule);
    EXPECT_EQ(options.subject, "lab-off");
    EXPECT_EQ(options.connect_timeout, std::chrono::seconds(3));
    EXPECT_EQ(parse({"--try"}).job, Job::help);
}

TEST(UpsmonOptions, OnlyTheFirstWordSaysWhichPartThisIs) {
    EXPECT_EQ(parse({"--worker", "-F"}).part, Part::worker);
    EXPECT_FALSE(parse({"--worker"}).is_standing);
    EXPECT_TRUE(parse({"--worker-standing"}).is_standing);
    EXPECT_EQ(parse({"--courier"}).part, Part::courier);
    EXPECT_EQ(parse({"-F", "--worker"}).job, Job::help);
}

TEST(UpsmonOptions, RefusesWhatIsNoNumber) {
    for (const char* word : {"-P0", "-Px", "-P-4", "-Wx", "-W-1"})
        EXPECT_FALSE(parse_options(std::vector<const char*>{word})) << word;
}

TEST(UpsmonOptions, TheHelpNamesEveryOption) {
    for (const OptionRow& row : option_rows())
        EXPECT_NE(help_text().find(std::string("  -") + row.letter), std::string::npos);
}

}  // namespace
}  // namespace ups::upsmon
