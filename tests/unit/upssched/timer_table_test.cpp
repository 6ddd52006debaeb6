// SPDX-License-Identifier: Apache-2.0
#include "tools/upssched/timer_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ups::upssched {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

class TimerTableTest : public testing::Test {
  protected:
    std::string ask(const std::string& line) {
        const auto outcome = table.handle(line + "\n", clock.now());
        if (outcome.job) jobs.push_back(outcome.job->argument);
        return outcome.reply;
    }
    std::vector<Job> after(seconds time) {
        clock.advance(time);
        return table.on_time(clock.now());
    }
    static std::vector<std::string> names(const std::vector<Job>& all) {
        std::vector<std::string> found;
        for (const Job& job : all)
            found.push_back(job.argument);
        return found;
    }

    FakeClock clock;
    TimerTable table;
    std::vector<std::string> jobs;
};

TEST_F(TimerTableTest, FiresOnceWhenTheTimeHasPassed) {
    EXPECT_EQ(ask("START \"a\" \"30\""), "OK\n");
    EXPECT_EQ(table.deadline(), clock.now() + seconds(30));
    EXPECT_THAT(after(seconds(29)), IsEmpty());
    EXPECT_THAT(names(after(seconds(1))), ElementsAre("a"));
    EXPECT_EQ(table.deadline(), std::nullopt);
    EXPECT_THAT(after(seconds(100)), IsEmpty());
}

TEST_F(TimerTableTest, TheWallClockMeansNothing) {
    ask("START \"a\" \"30\"");
    clock.jump_wall(std::chrono::hours(24));
    EXPECT_THAT(table.on_time(clock.now()), IsEmpty());
    clock.jump_wall(-std::chrono::hours(48));
    EXPECT_THAT(names(after(seconds(30))), ElementsAre("a"));
}

TEST_F(TimerTableTest, SeveralAtOnceComeInTheirOrder) {
    ask("START \"late\" \"20\"");
    ask("START \"soon\" \"10\"");
    ask("START \"soon too\" \"10\"");
    EXPECT_EQ(table.deadline(), clock.now() + seconds(10));
    EXPECT_THAT(names(after(seconds(60))), ElementsAre("soon", "soon too", "late"));
}

TEST_F(TimerTableTest, ASecondStartIsASecondTimer) {
    ask("START \"a\" \"10\"");
    ask("START \"a\" \"20\"");
    EXPECT_THAT(names(after(seconds(10))), ElementsAre("a"));
    EXPECT_THAT(names(after(seconds(10))), ElementsAre("a"));
}

TEST_F(TimerTableTest, CancelEndsAllOfThatName) {
    ask("START \"a\" \"10\"");
    ask("START \"b\" \"10\"");
    ask("START \"a\" \"20\"");
    EXPECT_EQ(ask("CANCEL \"a\" \"otherwise\""), "OK\n");
    EXPECT_THAT(jobs, IsEmpty());
    EXPECT_THAT(names(after(seconds(60))), ElementsAre("b"));
}

TEST_F(TimerTableTest, CancelOfNothingRunsTheOtherCommand) {
    EXPECT_EQ(ask("CANCEL \"a\""), "OK\n");
    EXPECT_THAT(jobs, IsEmpty());
    EXPECT_EQ(ask("CANCEL \"a\" \"\" \"T\" \"U\" \"M\""), "OK\n");
    EXPECT_THAT(jobs, IsEmpty());
    EXPECT_EQ(ask("CANCEL \"a\" \"instead\""), "OK\n");
    EXPECT_THAT(jobs, ElementsAre("instead"));
}

TEST_F(TimerTableTest, ASharedTimerIsJoined) {
    ask("START-SHARED \"a\" \"10\" \"ONBATT\" \"one@h\" \"m1\"");
    clock.advance(seconds(5));
    ask("START-SHARED \"a\" \"10\" \"ONBATT\" \"two@h\" \"m2\"");
    ask("START-SHARED \"a\" \"10\" \"LOWBATT\" \"two@h\" \"m2\"");
    EXPECT_THAT(after(seconds(5)),
                ElementsAre(Job{"a", Cause{"ONBATT,LOWBATT", "one@h,two@h", "m1,m2"}}));
    EXPECT_TRUE(table.is_empty());
}

TEST_F(TimerTableTest, ASharedTimerDoesNotJoinAnOwnOne) {
    ask("START \"a\" \"10\"");
    ask("START-SHARED \"a\" \"20\"");
    EXPECT_EQ(table.size(), 2U);
}

TEST_F(TimerTableTest, TellsWhatHappened) {
    ask("START \"a\" \"1\" \"ONBATT\" \"one@h\" \"text\"");
    ask("START \"b\" \"1\"");
    EXPECT_THAT(after(seconds(1)),
                ElementsAre(Job{"a", Cause{"ONBATT", "one@h", "text"}}, Job{"b", {}}));
}

TEST_F(TimerTableTest, ListsWhatRuns) {
    ask("START \"a \\\"q\\\"\" \"10\" \"ONBATT\" \"one@h\" \"text\"");
    ask("START \"b\" \"20\"");
    clock.advance(std::chrono::milliseconds(1500));
    EXPECT_EQ(
        ask("LIST-TIMERS"),
        "TIMER \"a \\\"q\\\"\" \"9\" \"ONBATT\" \"one@h\"\nTIMER \"b\" \"19\" \"\" \"\"\nOK\n");
}

TEST_F(TimerTableTest, StopsAtItsLimits) {
    for (std::size_t i = 0; i < TimerTable::kMaxTimers; ++i)
        ASSERT_EQ(ask("START \"a\" \"10\""), "OK\n");
    EXPECT_EQ(ask("START \"a\" \"10\""), "ERR TOO-MANY-TIMERS\n");
    EXPECT_EQ(ask("CANCEL \"a\""), "OK\n");
    ask("START-SHARED \"s\" \"10\" \"T\" \"u\" \"m\"");
    for (std::size_t i = 0; i < 10 * TimerTable::kMaxJoined; ++i)
        ASSERT_EQ(ask("START-SHARED \"s\" \"10\" \"T\" \"u" + std::to_string(i) + "\" \"m\""),
                  "OK\n");
    const auto fired = after(seconds(10));
    ASSERT_EQ(fired.size(), 1U);
    EXPECT_LT(fired[0].cause->ups.size(), 1000U);
}

TEST_F(TimerTableTest, AnswersNonsenseWithAnError) {
    EXPECT_EQ(ask("FOO"), "ERR UNKNOWN\n");
    EXPECT_EQ(ask("START \"a\" \"soon\""), "ERR INVALID-ARGUMENT\n");
    EXPECT_TRUE(table.is_empty());
}

}  // namespace
}  // namespace ups::upssched
