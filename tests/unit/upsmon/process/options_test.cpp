// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/options.hpp"

#include <gtest/gtest.h>
#include <string>
#include <utility>
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
}

TEST(UpsmonOptions, OnlyTheFirstWordSaysWhichPartThisIs) {
    EXPECT_EQ(parse({"--worker", "-F"}).part, Part::worker);
    EXPECT_FALSE(parse({"--worker"}).is_standing);
    EXPECT_TRUE(parse({"--worker-standing"}).is_standing);
    EXPECT_EQ(parse({"--courier"}).part, Part::courier);
    EXPECT_FALSE(parse_options(std::vector<const char*>{"-F", "--worker"}));
}

TEST(UpsmonOptions, RehearsesAsJsonAndWithAnEnd) {
    const Options options = parse({"--drill", "--json", "--for", "90"});
    EXPECT_EQ(options.job, Job::drill);
    EXPECT_TRUE(options.is_json);
    EXPECT_EQ(options.mains_back, std::chrono::seconds(90));
    EXPECT_EQ(parse({"--explain"}).job, Job::explain);
}

TEST(UpsmonOptions, SaysWhatItDoesNotUnderstand) {
    const std::pair<std::vector<const char*>, const char*> cases[] = {
        {{"-c", "dance"}, "-c dance: must be fsd, stop or reload"},
        {{"-c"}, "upsmon -h"},
        {{"-Z"}, "upsmon -h"},
        {{"--try"}, "upsmon -h"},
        {{"--nonsense"}, "upsmon -h"},
        {{"extra"}, "unknown argument extra"},
        {{"-F", "extra"}, "unknown argument extra"},
        {{"-t", "--json"}, "--json goes with --explain"},
        {{"--for", "9"}, "--for goes with --explain"},
        {{"--drill", "--for", "0"}, "must be a number from 1 to"},
    };
    for (const auto& [words, text] : cases) {
        const auto options = parse_options(words);
        ASSERT_FALSE(options) << words.front();
        EXPECT_NE(options.error().text.find(text), std::string::npos) << options.error().text;
    }
}

TEST(UpsmonOptions, RefusesWhatIsNoNumber) {
    for (const char* word : {"-P0", "-P1", "-Px", "-P-4", "-Wx", "-W-1"})
        EXPECT_FALSE(parse_options(std::vector<const char*>{word})) << word;
}

TEST(UpsmonOptions, TheHelpFitsATerminal) {
    const std::string text = help_text();
    for (const char* option :
         {"-c ", "-P ", "-t,", "-K ", "-p ", "-u ", "-W ", "-D ", "-F ", "-B ", "-4,", "--explain ",
          "--drill ", "--for ", "--json ", "--try ", "-V,", "-h,"})
        EXPECT_NE(text.find("\n  " + std::string(option)), std::string::npos) << option;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        ASSERT_NE(end, std::string::npos);
        EXPECT_LE(end - at, 80U) << text.substr(at, end - at);
        at = end + 1;
    }
}

}  // namespace
}  // namespace ups::upsmon
