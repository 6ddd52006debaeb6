// SPDX-License-Identifier: Apache-2.0
// Table: texts of upssched.conf with what is said about them.
#include "conf/parse/upssched_conf.hpp"

#include "tests/unit/conf/support.hpp"

#include <gtest/gtest.h>

namespace ups::conf {
namespace {

using std::chrono::seconds;

constexpr const char* kHead = "CMDSCRIPT /bin/upssched-cmd\nPIPEFN /run/p\nLOCKFN /run/l\n";

Loaded<UpsschedConf> parse(std::string_view text) {
    return parse_upssched_conf(text, "upssched.conf");
}

TEST(UpsschedConf, ReadsEveryDirective) {
    const auto loaded =
        parse("CMDSCRIPT \"/bin/my script\" -v \"two words\"\nPIPEFN /run/p\nLOCKFN /run/l\n"
              "debug_min 2\n"
              "AT ONBATT * START-TIMER onbatt 300\n"
              "AT commbad su700@localhost START-TIMER-SHARED gone 0\n"
              "AT ONLINE * CANCEL-TIMER onbatt\n"
              "AT ONLINE * CANCEL-TIMER onbatt \"back already\"\n"
              "AT LOWBATT su700@localhost:3494 EXECUTE low\n");
    EXPECT_EQ(texts(loaded.problems), "");
    const UpsschedConf& conf = loaded.value;
    EXPECT_EQ(conf.cmd_script, (std::vector<std::string>{"/bin/my script", "-v", "two words"}));
    EXPECT_EQ(conf.pipe_path, "/run/p");
    EXPECT_EQ(conf.lock_path, "/run/l");
    EXPECT_EQ(conf.debug_min, 2U);
    ASSERT_EQ(conf.at.size(), 5U);
    EXPECT_EQ(conf.at[0].command, AtCommand::start_timer);
    EXPECT_EQ(conf.at[0].name, "onbatt");
    EXPECT_EQ(conf.at[0].delay, seconds(300));
    EXPECT_EQ(conf.at[0].place.line, 5U);
    EXPECT_EQ(conf.at[1].command, AtCommand::start_timer_shared);
    EXPECT_EQ(conf.at[1].delay, seconds(0));
    EXPECT_EQ(conf.at[2].command, AtCommand::cancel_timer);
    EXPECT_FALSE(conf.at[2].otherwise.has_value());
    EXPECT_EQ(conf.at[3].otherwise, "back already");
    EXPECT_EQ(conf.at[4].command, AtCommand::execute);
    EXPECT_EQ(conf.at[4].name, "low");
    EXPECT_EQ(conf.at[4].ups, "su700@localhost:3494");
}

TEST(UpsschedConf, MatchesTheTypeInAnyCaseAndTheUpsExactly) {
    AtLine at;
    at.type = "OnBatt";
    at.ups = "su700@localhost";
    EXPECT_TRUE(at.matches("ONBATT", "su700@localhost"));
    EXPECT_FALSE(at.matches("ONBATT", "SU700@localhost"));
    EXPECT_FALSE(at.matches("ONBATT", "su700"));
    EXPECT_FALSE(at.matches("ONLINE", "su700@localhost"));
    at.ups = "*";
    EXPECT_TRUE(at.matches("ONBATT", "anything"));
    EXPECT_TRUE(at.matches("ONBATT", ""));
}

TEST(UpsschedConf, AnEmptyFileAsksForNothing) {
    EXPECT_EQ(texts(parse("").problems), "");
    EXPECT_TRUE(parse("").value.at.empty());
}

TEST(UpsschedConf, ExecuteAloneNeedsNoTimerFiles) {
    EXPECT_TRUE(parse("CMDSCRIPT /c\nAT ONLINE * EXECUTE x\n").ok());
}

TEST(UpsschedConf, SaysWhatIsMissingOnlyOnce) {
    const auto loaded = parse("AT ONBATT * START-TIMER a 1\nAT ONLINE * CANCEL-TIMER a\n");
    EXPECT_EQ(texts(loaded.problems),
              "upssched.conf:1:1: note: AT before CMDSCRIPT, PIPEFN and LOCKFN (the stock program "
              "wants these three first)\n"
              "upssched.conf:1:1: error: CMDSCRIPT is missing (needed for every AT line)\n"
              "upssched.conf:1:1: error: PIPEFN is missing (needed for timers)\n"
              "upssched.conf:1:1: error: LOCKFN is missing (needed for timers)\n");
}

struct Case {
    const char* name;
    const char* text;
    const char* problem;
};

class UpsschedConfProblems : public testing::TestWithParam<Case> {};

TEST_P(UpsschedConfProblems, AreReportedWithTheirPlace) {
    const auto loaded = parse(std::string(kHead) + GetParam().text);
    EXPECT_EQ(texts(loaded.problems), std::string("upssched.conf:") + GetParam().problem + "\n");
}

INSTANTIATE_TEST_SUITE_P(
    UpsschedConf, UpsschedConfProblems,
    testing::Values(
        Case{"script", "CMDSCRIPT",
             "4:1: error: CMDSCRIPT has no value (expected PATH [ARGUMENT ...])"},
        Case{"script_empty", "CMDSCRIPT \"\"",
             "4:1: error: CMDSCRIPT has no value (expected PATH [ARGUMENT ...])"},
        Case{"pipe", "PIPEFN", "4:1: error: PIPEFN has no value (expected PATH)"},
        Case{"lock", "LOCKFN \"\"", "4:8: error: LOCKFN cannot be \"\" (expected a path)"},
        Case{"at", "AT ONLINE *", "4:1: error: AT has no value (expected TYPE UPS|* COMMAND)"},
        Case{"type", "AT ONLIN * EXECUTE x",
             "4:4: warning: \"ONLIN\" is no type of notification (did you mean \"ONLINE\"?)"},
        Case{"command", "AT ONLINE * START-TIME x 3",
             "4:13: error: \"START-TIME\" is no command of AT (did you mean \"START-TIMER\"?)"},
        Case{"matched", "AT ONLINE * CANCEL-TIMER-MATCHED x",
             "4:13: error: \"CANCEL-TIMER-MATCHED\" is no command of AT (no release ever took it; "
             "name the timer with CANCEL-TIMER)"},
        Case{"far_off", "AT ONLINE * XYZZY x",
             "4:13: error: \"XYZZY\" is no command of AT (expected START-TIMER, "
             "START-TIMER-SHARED, CANCEL-TIMER, EXECUTE)"},
        Case{"no_seconds", "AT ONLINE * START-TIMER x",
             "4:13: error: AT ... START-TIMER needs more (expected START-TIMER NAME SECONDS)"},
        Case{"no_name", "AT ONLINE * EXECUTE \"\"",
             "4:13: error: AT ... EXECUTE needs more (expected EXECUTE NAME)"},
        Case{"seconds", "AT ONLINE * START-TIMER x -1",
             "4:27: error: the time of a timer cannot be \"-1\" (expected a whole number, 0 to "
             "31622400 seconds)"},
        Case{"surplus", "AT ONLINE * EXECUTE x y",
             "4:23: warning: \"y\" after the value of AT is ignored (put a value with blanks or = "
             "in double quotes)"},
        Case{"unknown", "LOCKFNS /x",
             "4:1: warning: unknown directive \"LOCKFNS\" (did you mean \"LOCKFN\"?)"}),
    [](const auto& tested) { return tested.param.name; });

TEST(UpsschedConf, ABadLineLeavesTheOthersInForce) {
    const auto loaded =
        parse(std::string(kHead) + "AT ONBATT * START-TIMER x soon\nAT ONLINE * EXECUTE y\n");
    EXPECT_FALSE(loaded.ok());
    ASSERT_EQ(loaded.value.at.size(), 1U);
    EXPECT_EQ(loaded.value.at[0].name, "y");
}

TEST(UpsschedConf, LoadsFromAFolder) {
    MemoryFiles files;
    EXPECT_EQ(load_upssched_conf(files, "/e").error().code, ErrorCode::not_found);
    files.put("/e/upssched.conf", "CMDSCRIPT /c\n", 0644);
    const auto loaded = load_upssched_conf(files, "/e");
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->value.cmd_script, std::vector<std::string>{"/c"});
}

}  // namespace
}  // namespace ups::conf
