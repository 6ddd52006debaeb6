// SPDX-License-Identifier: Apache-2.0
#include "tools/upslog/options.hpp"

#include <gtest/gtest.h>

namespace ups::upslog {
namespace {

Result<Options> parse(std::vector<std::string> words) {
    words.insert(words.begin(), "upslog");
    std::vector<char*> argv;
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    optind = 0;
    return parse_options(static_cast<int>(words.size()), argv.data());
}

std::string mistake(std::vector<std::string> words) {
    const auto options = parse(std::move(words));
    return options ? "" : options.error().text;
}

TEST(UpslogOptions, TakesTheStockOnes) {
    const auto options = parse({"-s", "a@h:1", "-l", "x.log", "-i", "5", "-f", "%PID%", "-p",
                                "base", "-u", "me", "-B", "-N", "-d", "3"});
    ASSERT_TRUE(options) << options.error().text;
    ASSERT_EQ(options->pairs.size(), 1U);
    EXPECT_EQ(options->pairs[0].text, "a@h:1");
    EXPECT_EQ(options->pairs[0].file, "x.log");
    EXPECT_EQ(options->pairs[0].address.server.port, 1);
    EXPECT_EQ(options->interval, std::chrono::seconds(5));
    EXPECT_EQ(options->format, "%PID%");
    EXPECT_EQ(options->pid_base, "base");
    EXPECT_EQ(options->user, "me");
    EXPECT_EQ(options->count, 3U);
    EXPECT_TRUE(options->with_name);
    EXPECT_FALSE(options->stays_in_foreground());
}

TEST(UpslogOptions, TakesSeveralPairs) {
    const auto options = parse({"-m", "a,one", "-m", "*@h,two", "-s", "c", "-l", "-"});
    ASSERT_TRUE(options) << options.error().text;
    ASSERT_EQ(options->pairs.size(), 3U);
    EXPECT_EQ(options->pairs[0].text, "c");
    EXPECT_EQ(options->pairs[1].file, "one");
    EXPECT_TRUE(options->pairs[2].is_all());
}

TEST(UpslogOptions, StaysInTheForegroundWithStandardOutputUnlessTold) {
    EXPECT_TRUE(parse({"-s", "a", "-l", "-"})->stays_in_foreground());
    EXPECT_FALSE(parse({"-s", "a", "-l", "-", "-B"})->stays_in_foreground());
    EXPECT_FALSE(parse({"-s", "a", "-l", "f"})->stays_in_foreground());
    EXPECT_TRUE(parse({"-s", "a", "-l", "f", "-F"})->stays_in_foreground());
}

TEST(UpslogOptions, RefusesWhatIsIncompleteOrSenseless) {
    EXPECT_EQ(mistake({"-l", "-"}), "No UPS defined for monitoring - use -s <system>");
    EXPECT_EQ(mistake({"-s", "a"}), "No filename defined for logging - use -l <file>");
    EXPECT_EQ(mistake({"-s", "a", "-l", "-", "-i", "0"}), "-i 0: not a number from 1 to 604800");
    EXPECT_EQ(mistake({"-s", "a", "-l", "-", "-i", "soon"}),
              "-i soon: not a number from 1 to 604800");
    EXPECT_EQ(mistake({"-s", "a", "-l", "-", "-d", "0"}),
              "-d 0: not a number from 1 to 1000000000");
    EXPECT_EQ(mistake({"-m", "a"}), "-m a: must be <ups>,<file>");
    EXPECT_EQ(mistake({"-s", "a", "-l", "-", "-p", "../x"}), "-p ../x: not a file name");
    EXPECT_NE(mistake({"-s", "a@h:0", "-l", "-"}), "");
}

TEST(UpslogOptions, RefusesWordsThatAreNoOptions) {
    EXPECT_FALSE(parse({"-s", "a", "-l", "-", "more"}));
    EXPECT_EQ(parse({"-h"})->action, Action::help);
    EXPECT_EQ(parse({"-V"})->action, Action::version);
}

}  // namespace
}  // namespace ups::upslog
