// SPDX-License-Identifier: Apache-2.0
#include "tools/upsdrvctl/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ups::upsdrvctl {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Words = std::vector<std::string>;

TEST(Options, WithoutACommandAskForHelp) {
    EXPECT_EQ(parse_options({})->command, Command::help);
    EXPECT_EQ(parse_options({"-D"})->command, Command::help);
    EXPECT_EQ(parse_options({"start", "-h"})->command, Command::help);
    EXPECT_EQ(parse_options({"-V", "start"})->command, Command::version);
}

TEST(Options, ReadLettersAloneTogetherAndBehindTheCommand) {
    const auto options = parse_options({"-tDD", "-uFoo", "start", "-r", "/x", "a", "-Fd", "b"});
    ASSERT_TRUE(options);
    EXPECT_EQ(options->command, Command::start);
    EXPECT_TRUE(options->dry_run);
    EXPECT_TRUE(options->pass_debug);
    EXPECT_EQ(options->debug, 2U);
    EXPECT_EQ(options->user, "Foo");
    EXPECT_EQ(options->chroot, "/x");
    EXPECT_EQ(options->ground, Ground::foreground);
    EXPECT_THAT(options->upses, ElementsAre("a", "b"));
}

TEST(Options, DefaultsAreForAllUpses) {
    const auto options = parse_options({"status"});
    EXPECT_THAT(options->upses, IsEmpty());
    EXPECT_EQ(options->jobs, 16U);
    EXPECT_EQ(options->ground, Ground::unset);
    EXPECT_FALSE(options->json);
}

TEST(Options, SayWhetherTheUpsComesBack) {
    EXPECT_EQ(parse_options({"shutdown"})->after_cut, AfterCut::as_configured);
    EXPECT_EQ(parse_options({"--return", "shutdown"})->after_cut, AfterCut::comes_back);
    EXPECT_EQ(parse_options({"shutdown", "--stayoff", "a"})->after_cut, AfterCut::stays_off);
}

TEST(Options, NamesBehindTwoDashesMayLookLikeOptions) {
    const auto options = parse_options({"--", "stop", "-odd"});
    EXPECT_EQ(options->command, Command::stop);
    EXPECT_THAT(options->upses, ElementsAre("-odd"));
}

struct CommandCase {
    const char* name;
    Words words;
    Command command;
};

class OptionsCommands : public testing::TestWithParam<CommandCase> {};

TEST_P(OptionsCommands, AreUnderstood) {
    const auto options = parse_options(GetParam().words);
    ASSERT_TRUE(options) << options.error().text;
    EXPECT_EQ(options->command, GetParam().command);
}

INSTANTIATE_TEST_SUITE_P(
    Options, OptionsCommands,
    testing::Values(CommandCase{"start", {"start"}, Command::start},
                    CommandCase{"stop", {"stop"}, Command::stop},
                    CommandCase{"shutdown", {"shutdown"}, Command::shutdown},
                    CommandCase{"status", {"--json", "status"}, Command::status},
                    CommandCase{"list", {"list"}, Command::list},
                    CommandCase{"list_letter", {"-l"}, Command::list},
                    CommandCase{"reload", {"reload"}, Command::reload},
                    CommandCase{"c_reload", {"-c", "reload"}, Command::reload},
                    CommandCase{"c_reload_or_error", {"-creload-or-error"}, Command::reload_or_error},
                    CommandCase{"c_reload_or_exit", {"-c", "reload-or-exit", "a"}, Command::reload_or_exit},
                    CommandCase{"c_exit", {"-c", "exit"}, Command::exit},
                    CommandCase{"supervise", {"supervise", "a"}, Command::supervise}),
    [](const auto& tested) { return tested.param.name; });

struct BadCase {
    const char* name;
    Words words;
    const char* text;
};

class OptionsRefused : public testing::TestWithParam<BadCase> {};

TEST_P(OptionsRefused, SayWhatIsWrong) {
    const auto options = parse_options(GetParam().words);
    ASSERT_FALSE(options);
    EXPECT_EQ(options.error().text, GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    Options, OptionsRefused,
    testing::Values(BadCase{"command", {"foo"}, "Error: unrecognized command [foo]"},
                    BadCase{"exit_alone", {"exit"}, "Error: unrecognized command [exit]"},
                    BadCase{"driver_command", {"-c", "start"}, "Error: unrecognized driver command [start]"},
                    BadCase{"letter", {"-Z", "shutdown"}, "invalid option -- 'Z'"},
                    BadCase{"colon", {"-:"}, "invalid option -- ':'"},
                    BadCase{"value", {"start", "-u"}, "option requires an argument -- 'u'"},
                    BadCase{"jobs_none", {"-j", "0", "start"}, "-j needs a number, 1 to 1024"},
                    BadCase{"jobs_text", {"-jx", "start"}, "-j needs a number, 1 to 1024"},
                    BadCase{"return_of_start",
                            {"--return", "start"},
                            "--return and --stayoff are for shutdown"},
                    BadCase{"both",
                            {"--return", "--stayoff", "shutdown"},
                            "--return and --stayoff exclude each other"},
                    BadCase{"long_option", {"--jsn", "status"}, "unrecognized option '--jsn'"}),
    [](const auto& tested) { return tested.param.name; });

TEST(Options, UsageNamesTheProgram) {
    EXPECT_NE(usage("prog").find("usage: prog [OPTIONS]"), std::string::npos);
    EXPECT_EQ(usage("prog").find('%'), std::string::npos);
}

}  // namespace
}  // namespace ups::upsdrvctl
