// SPDX-License-Identifier: Apache-2.0
#include "drivers/host/device_keeper.hpp"

#include "driverapi/upsdrv.h"

#include <gtest/gtest.h>

namespace {

using namespace ups;
using namespace ups::host;
using std::chrono::milliseconds;
using std::chrono::seconds;

class Keeper : public testing::Test {
  protected:
    FakeClock clock;
    MemorySink sink;
    KeeperSettings settings;
    Logger log{sink, LogLevel::debug};
    std::optional<DeviceKeeper> made;

    DeviceKeeper& keeper() {
        if (!made) made.emplace(settings, clock, log);
        return *made;
    }
    // Runs the task that must be due, and ends it at once.
    void run(TaskKind kind, std::int32_t code, std::optional<Instant> poll_at = {}) {
        const auto task = keeper().next();
        ASSERT_TRUE(task);
        ASSERT_EQ(task->kind, kind);
        keeper().finished(code, poll_at, "");
    }
    void start() {
        run(TaskKind::open, UPSDRV_OK);
        run(TaskKind::poll, UPSDRV_OK);
    }
    // Time passes up to the next thing that is due.
    void wait() {
        const auto due = keeper().deadline();
        ASSERT_TRUE(due);
        clock.advance(*due - clock.now());
        keeper().on_time();
    }
};

TEST_F(Keeper, OpensAtOnceThenReadsEverything) {
    EXPECT_EQ(keeper().state_word(), "init.device");
    run(TaskKind::open, UPSDRV_OK);
    EXPECT_EQ(keeper().health(), Health::starting);
    const auto task = keeper().next();
    ASSERT_TRUE(task);
    EXPECT_EQ(task->groups, UPSDRV_POLL_FAST | UPSDRV_POLL_SLOW);
    EXPECT_EQ(task->deadline - clock.now(), settings.poll_timeout);
    keeper().finished(UPSDRV_OK, {}, "");
    EXPECT_EQ(keeper().health(), Health::fresh);
    EXPECT_EQ(keeper().state_word(), "quiet");
}

TEST_F(Keeper, ReadsTheFastGroupEveryIntervalAndTheSlowOneByPollfreq) {
    start();
    int slow = 0;
    for (int i = 0; i < 30; ++i) {
        EXPECT_FALSE(keeper().next());
        wait();
        const auto task = keeper().next();
        ASSERT_TRUE(task);
        slow += (task->groups & UPSDRV_POLL_SLOW) != 0 ? 1 : 0;
        keeper().finished(UPSDRV_OK, {}, "");
    }
    EXPECT_EQ(slow, 2);  // 60 s, every 30 s
}

TEST_F(Keeper, ReadsEarlierWhenThePluginAsksForIt) {
    start();
    wait();
    run(TaskKind::poll, UPSDRV_OK, clock.now() + milliseconds(100));
    EXPECT_EQ(*keeper().deadline() - clock.now(), milliseconds(100));
    wait();
    run(TaskKind::poll, UPSDRV_OK, clock.now() + seconds(100));  // later than usual: ignored
    EXPECT_EQ(*keeper().deadline() - clock.now(), settings.poll_interval);
}

TEST_F(Keeper, AReadingThatOverrunsIsStaleAtThatMoment) {
    start();
    wait();
    ASSERT_TRUE(keeper().next());
    clock.advance(settings.poll_timeout - milliseconds(1));
    keeper().on_time();
    EXPECT_EQ(keeper().health(), Health::fresh);
    clock.advance(milliseconds(1));
    keeper().on_time();
    EXPECT_EQ(keeper().health(), Health::stale);
    EXPECT_TRUE(keeper().is_busy());
    EXPECT_FALSE(keeper().deadline());  // nothing to wait for but the plugin
    EXPECT_FALSE(keeper().next());
    keeper().finished(UPSDRV_OK, {}, "");
    EXPECT_EQ(keeper().health(), Health::fresh);
}

TEST_F(Keeper, ARequestThatOverrunsIsStaleToo) {
    start();
    ASSERT_TRUE(keeper().may_request());
    (void)keeper().begin_request();
    EXPECT_FALSE(keeper().may_request());
    clock.advance(settings.poll_timeout);
    keeper().on_time();
    EXPECT_EQ(keeper().health(), Health::stale);
}

TEST_F(Keeper, FailedReadingsAreStaleAndReopenAfterSeveral) {
    start();
    for (int i = 1; i <= DeviceKeeper::kFailuresToReopen; ++i) {
        wait();
        run(TaskKind::poll, UPSDRV_E_TIMEOUT);
        EXPECT_EQ(keeper().health(), Health::stale);
    }
    run(TaskKind::close, UPSDRV_OK);
    EXPECT_EQ(keeper().state_word(), "reconnect.trying");
    EXPECT_FALSE(keeper().may_request());
}

TEST_F(Keeper, AReadingThatSucceedsForgetsTheFailures) {
    start();
    for (int i = 0; i < 3 * DeviceKeeper::kFailuresToReopen; ++i) {
        wait();
        run(TaskKind::poll, i % 2 == 0 ? UPSDRV_E_FAILED : UPSDRV_OK);
    }
    EXPECT_TRUE(keeper().is_open());
}

TEST_F(Keeper, ALostDeviceIsClosedAndOpenedAgainWithGrowingPauses) {
    start();
    wait();
    run(TaskKind::poll, UPSDRV_E_LOST);
    EXPECT_EQ(keeper().health(), Health::stale);
    run(TaskKind::close, UPSDRV_OK);
    Duration last = Duration::zero();
    for (int i = 0; i < 12; ++i) {
        const Duration pause = *keeper().deadline() - clock.now();
        EXPECT_GE(pause, last);
        EXPECT_LE(pause, DeviceKeeper::kLastBackoff);
        last = pause;
        wait();
        run(TaskKind::open, UPSDRV_E_LOST);
    }
    EXPECT_EQ(last, DeviceKeeper::kLastBackoff);
    wait();
    run(TaskKind::open, UPSDRV_OK);
    EXPECT_EQ(keeper().health(), Health::stale);  // no reading yet
    run(TaskKind::poll, UPSDRV_OK);
    EXPECT_EQ(keeper().health(), Health::fresh);
    EXPECT_TRUE(sink.contains("the device answers again"));
}

TEST_F(Keeper, ADeviceThatOpensButCannotBeReadBacksOffAsWell) {
    start();
    wait();
    run(TaskKind::poll, UPSDRV_E_LOST);
    Duration longest = Duration::zero();
    for (int i = 0; i < 4; ++i) {
        run(TaskKind::close, UPSDRV_OK);
        longest = std::max(longest, *keeper().deadline() - clock.now());
        wait();
        run(TaskKind::open, UPSDRV_OK);
        run(TaskKind::poll, UPSDRV_E_LOST);
    }
    EXPECT_GT(longest, DeviceKeeper::kFirstBackoff);
}

TEST_F(Keeper, TheFirstOpenIsTriedForALimitedTime) {
    const Instant begin = clock.now();
    while (keeper().health() != Health::ended) {
        run(TaskKind::open, UPSDRV_E_LOST);
        if (keeper().health() != Health::ended) wait();
    }
    EXPECT_LE(clock.now() - begin, settings.start_limit);
    EXPECT_NE(keeper().reason().find("the link to the device is gone"), std::string::npos);
    EXPECT_FALSE(keeper().next());
}

TEST_F(Keeper, AFirstOpenThatNeverReturnsEndsTheDriver) {
    ASSERT_TRUE(keeper().next());
    while (keeper().health() != Health::ended)
        wait();
    EXPECT_EQ(keeper().reason(), "the device was not read in time");
}

TEST_F(Keeper, AFirstReadingThatNeverReturnsEndsTheDriver) {
    run(TaskKind::open, UPSDRV_OK);
    ASSERT_TRUE(keeper().next());
    while (keeper().health() != Health::ended)
        wait();
    EXPECT_EQ(keeper().reason(), "the device was not read in time");
}

TEST_F(Keeper, GivesUpAtOnceOnAFatalResult) {
    start();
    wait();
    run(TaskKind::poll, UPSDRV_E_FATAL);
    EXPECT_EQ(keeper().health(), Health::ended);
}

TEST_F(Keeper, GivesUpAfterTheConfiguredNumberOfReconnects) {
    settings.reconnect_max_tries = 3;
    start();
    wait();
    run(TaskKind::poll, UPSDRV_E_LOST);
    run(TaskKind::close, UPSDRV_OK);
    int tries = 0;
    while (keeper().health() != Health::ended) {
        wait();
        run(TaskKind::open, UPSDRV_E_TIMEOUT);
        ++tries;
    }
    EXPECT_EQ(tries, 4);
}

TEST_F(Keeper, ReportsEveryNthFailureWhenAskedTo) {
    settings.reconnect_report_freq = 3;
    start();
    wait();
    run(TaskKind::poll, UPSDRV_E_LOST);
    run(TaskKind::close, UPSDRV_OK);
    for (int i = 0; i < 9; ++i) {
        wait();
        run(TaskKind::open, UPSDRV_E_LOST);
    }
    int reports = 0;
    for (const auto& line : sink.lines())
        reports += line.find("device.open") != std::string::npos;
    EXPECT_EQ(reports, 4);  // the first, 3, 6, 9
}

TEST_F(Keeper, ARequestThatLosesTheLinkReopensIt) {
    start();
    (void)keeper().begin_request();
    keeper().finished(UPSDRV_E_LOST, {}, "");
    EXPECT_EQ(keeper().health(), Health::stale);
    run(TaskKind::close, UPSDRV_OK);
}

TEST_F(Keeper, ASlowDeviceLeavesRoomForRequests) {
    start();
    wait();
    ASSERT_TRUE(keeper().next());
    clock.advance(seconds(4));  // longer than the interval
    keeper().finished(UPSDRV_OK, {}, "");
    EXPECT_FALSE(keeper().next());
    EXPECT_TRUE(keeper().may_request());
}

}  // namespace
