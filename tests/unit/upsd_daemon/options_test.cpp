// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/options.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace ups::upsd {
namespace {

Result<Options> parse(const std::vector<const char*>& words) {
    return parse_options(words);
}

struct ActionCase {
    const char* name;
    std::vector<const char*> words;
    Action action;
};
class ActionOf : public testing::TestWithParam<ActionCase> {};

TEST_P(ActionOf, IsUnderstood) {
    const auto options = parse(GetParam().words);
    ASSERT_TRUE(options);
    EXPECT_EQ(options->action, GetParam().action);
}

INSTANTIATE_TEST_SUITE_P(CommandLine, ActionOf,
                         testing::Values(ActionCase{"Nothing", {}, Action::serve},
                                         ActionCase{"Check", {"-t"}, Action::check},
                                         ActionCase{"Reload", {"-c", "reload"}, Action::reload},
                                         ActionCase{"ReloadCut", {"-c", "r"}, Action::reload},
                                         ActionCase{"Stop", {"-cstop"}, Action::stop},
                                         ActionCase{
                                             "UnknownCommand", {"-c", "stopp"}, Action::help},
                                         ActionCase{"EmptyCommand", {"-c", ""}, Action::help},
                                         ActionCase{"CommandMissing", {"-c"}, Action::help},
                                         ActionCase{"UnknownOption", {"-Z"}, Action::help},
                                         ActionCase{"UnknownBehindKnown", {"-DZ"}, Action::help},
                                         ActionCase{"ObsoleteF", {"-f"}, Action::help},
                                         ActionCase{"StrayWord", {"reload"}, Action::help},
                                         ActionCase{"Version", {"-V"}, Action::version},
                                         ActionCase{"LongVersion", {"--version"}, Action::version}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(UpsdOptions, LettersMayBeBundled) {
    const auto options = parse({"-DDF4q", "-unobody", "-r", "/jail"});
    ASSERT_TRUE(options);
    EXPECT_EQ(options->debug, 2U);
    EXPECT_EQ(options->foreground, 1U);
    EXPECT_EQ(options->family, Family::v4);
    EXPECT_TRUE(options->quiet);
    EXPECT_EQ(options->user, "nobody");
    EXPECT_EQ(options->chroot, "/jail");
}

struct ModeCase {
    const char* name;
    std::vector<const char*> words;
    bool foreground, pid_file;
};
class ModeOf : public testing::TestWithParam<ModeCase> {};

TEST_P(ModeOf, DecidesForegroundAndPidFile) {
    const auto options = parse(GetParam().words);
    ASSERT_TRUE(options);
    EXPECT_EQ(options->stays_in_foreground(), GetParam().foreground);
    EXPECT_EQ(options->wants_pid_file(), GetParam().pid_file);
}

INSTANTIATE_TEST_SUITE_P(CommandLine, ModeOf,
                         testing::Values(ModeCase{"Plain", {}, false, true},
                                         ModeCase{"Foreground", {"-F"}, true, false},
                                         ModeCase{"ForegroundWithPidFile", {"-FF"}, true, true},
                                         ModeCase{"ForegroundTwice", {"-F", "-F"}, true, true},
                                         ModeCase{"Debug", {"-D"}, true, false},
                                         ModeCase{"DebugInBackground", {"-D", "-B"}, false, true}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(UpsdOptions, ObsoleteOnesFailWithTheWayOut) {
    for (const char* option : {"-i", "-p"}) {
        const auto options = parse({option, "1"});
        ASSERT_FALSE(options);
        EXPECT_NE(options.error().text.find("LISTEN"), std::string::npos);
    }
}

TEST(UpsdOptions, PidIsOne) {
    EXPECT_EQ(parse({"-P", "42"})->pid, 42);
    for (const char* pid : {"x", "0", "1", "-5", "4294967297", ""})
        EXPECT_FALSE(parse({"-P", pid})) << pid;
}

TEST(UpsdOptions, HelpNamesEachOption) {
    for (const OptionRow& row : option_rows())
        EXPECT_NE(help_text().find(std::string("  -") + row.letter + " "), std::string::npos)
            << row.letter;
}

}  // namespace
}  // namespace ups::upsd
