// SPDX-License-Identifier: Apache-2.0
#include "lib/event/loop.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <poll.h>
#include <string>
#include <vector>

namespace ups {
namespace {

using namespace std::chrono_literals;

class TimerTest : public testing::Test {
  protected:
    /// Sleeps until `when`, and turns once.
    void turn_after(Duration delay) {
        const Instant until = clock.now() + delay;
        while (clock.now() < until)
            ::poll(nullptr, 0, 1);
        loop.run_once();
    }

    SystemClock clock;
    Loop loop{clock};
    std::string fired;
};

TEST_F(TimerTest, FireInTheOrderTheyAreDue) {
    Timer late(loop, [this] { fired += "late "; });
    Timer early(loop, [this] { fired += "early "; });
    Timer never(loop, [this] { fired += "never "; });
    never.start(1h);
    late.start(3ms);
    early.start(1ms);
    loop.run_once();
    turn_after(5ms);
    EXPECT_EQ(fired, "early late ");
    EXPECT_FALSE(early.armed());
    EXPECT_TRUE(never.armed());
}

TEST_F(TimerTest, TheKernelWakesTheLoopForEach) {
    Timer second(loop, [this] { loop.stop(); });
    Timer first(loop, [&] {
        fired += "first ";
        second.start(1ms);
    });
    second.start(1h);
    first.start(1ms);
    EXPECT_TRUE(loop.run_for(1min));
    EXPECT_EQ(fired, "first ");
}

TEST_F(TimerTest, AnEarlierOneStartedLaterIsNotLate) {
    Timer late(loop, [this] { fired += "late "; });
    late.start(1h);
    loop.run_once();
    Timer early(loop, [this] { loop.stop(); });
    early.start(1ms);
    EXPECT_TRUE(loop.run_for(1min));
    EXPECT_EQ(fired, "");
}

TEST_F(TimerTest, WithoutDelayItFiresInTheNextTurn) {
    Timer timer(loop, [this] { fired += "fired "; });
    timer.start(Duration::zero());
    EXPECT_EQ(fired, "");
    loop.run_once();
    EXPECT_EQ(fired, "fired ");
    timer.start(-5s);
    EXPECT_EQ(fired, "fired ");
    loop.run_once();
    EXPECT_EQ(fired, "fired fired ");
    loop.run_once();
    EXPECT_EQ(fired, "fired fired ");
}

TEST_F(TimerTest, OneThatStartsItselfAnewLeavesTheOthersTheirTurn) {
    std::optional<Timer> busy;
    int times = 0;
    busy.emplace(loop, [&] {
        ++times;
        busy->start(Duration::zero());
    });
    Timer other(loop, [this] { loop.stop(); });
    busy->start(Duration::zero());
    other.start(2ms);
    EXPECT_TRUE(loop.run_for(1min));
    EXPECT_GT(times, 0);
}

TEST_F(TimerTest, StartReplacesAndStopForgets) {
    Timer moved(loop, [this] { fired += "moved "; });
    Timer stopped(loop, [this] { fired += "stopped "; });
    moved.start(1ms);
    moved.start(1h);
    stopped.start(1ms);
    stopped.stop();
    stopped.stop();
    turn_after(3ms);
    EXPECT_EQ(fired, "");
    EXPECT_TRUE(moved.armed());
    moved.start_at(clock.now() - 1s);
    turn_after(0ms);
    EXPECT_EQ(fired, "moved ");
}

TEST_F(TimerTest, MayDestroyItselfAndOthersThatAreDue) {
    std::optional<Timer> victim;
    std::optional<Timer> killer;
    victim.emplace(loop, [this] { fired += "victim "; });
    killer.emplace(loop, [&] {
        fired += "killer ";
        victim.reset();
        killer.reset();
    });
    killer->start(1ms);
    victim->start(2ms);
    turn_after(4ms);
    EXPECT_EQ(fired, "killer ");
    turn_after(0ms);
    EXPECT_EQ(fired, "killer ");
}

TEST_F(TimerTest, StoppingTheLoopLeavesTheRestForItsNextRun) {
    Timer first(loop, [this] {
        fired += "first ";
        loop.stop();
    });
    Timer second(loop, [this] {
        fired += "second ";
        loop.stop();
    });
    first.start(1ms);
    second.start(1ms);
    ::poll(nullptr, 0, 4);
    EXPECT_TRUE(loop.run_for(1min));
    EXPECT_EQ(fired, "first ");
    EXPECT_TRUE(loop.run_for(1min));
    EXPECT_EQ(fired, "first second ");
}

TEST_F(TimerTest, NoWaitIsTooLong) {
    Timer timer(loop, [this] { fired += "fired "; });
    timer.start(Duration::max());
    EXPECT_TRUE(timer.armed());
    turn_after(2ms);
    EXPECT_EQ(fired, "");
    timer.start(Duration::min());
    turn_after(0ms);
    EXPECT_EQ(fired, "fired ");
}

TEST_F(TimerTest, ALoopWithNothingDueSleeps) {
    // A kernel's timer that is not set anew keeps waking the loop: it would turn for the whole time.
    Timer once(loop, [this] { fired += "once "; });
    once.start(1ms);
    EXPECT_FALSE(loop.run_for(20ms));
    EXPECT_EQ(fired, "once ");
    timespec before{};
    timespec after{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
    EXPECT_FALSE(loop.run_for(300ms));
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
    const auto spent = std::chrono::seconds(after.tv_sec - before.tv_sec) +
                       std::chrono::nanoseconds(after.tv_nsec - before.tv_nsec);
    EXPECT_LT(spent, 150ms);
}

}  // namespace
}  // namespace ups
