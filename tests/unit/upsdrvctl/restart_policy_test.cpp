// SPDX-License-Identifier: Apache-2.0
#include "tools/upsdrvctl/restart_policy.hpp"

#include <gtest/gtest.h>

namespace ups::upsdrvctl {
namespace {

using std::chrono::seconds;

/// Runs for `run`, ends, and waits the pause; returns the pause.
Duration crash(FakeClock& clock, RestartPolicy& policy, Duration run) {
    policy.started(clock.now());
    clock.advance(run);
    const Duration pause = policy.ended(clock.now());
    clock.advance(pause);
    return pause;
}

TEST(RestartPolicy, PausesDoubleUpToTheLongest) {
    FakeClock clock;
    RestartPolicy policy;
    for (const int expected : {1, 2, 4, 8, 16, 32, 60, 60, 60})
        EXPECT_EQ(crash(clock, policy, seconds(1)), seconds(expected));
    EXPECT_EQ(policy.failures(), 9U);
}

TEST(RestartPolicy, ALongRunForgivesEarlierFailures) {
    FakeClock clock;
    RestartPolicy policy;
    for (int i = 0; i < 5; ++i) (void)crash(clock, policy, seconds(0));
    EXPECT_EQ(crash(clock, policy, seconds(59)), seconds(32));
    EXPECT_EQ(crash(clock, policy, seconds(60)), seconds(1));
    EXPECT_EQ(policy.failures(), 1U);
    EXPECT_EQ(crash(clock, policy, seconds(0)), seconds(2));
}

TEST(RestartPolicy, TakesOtherLimits) {
    FakeClock clock;
    RestartPolicy policy({.first = seconds(3), .longest = seconds(5), .settled = seconds(10)});
    EXPECT_EQ(crash(clock, policy, seconds(0)), seconds(3));
    EXPECT_EQ(crash(clock, policy, seconds(0)), seconds(5));
    EXPECT_EQ(crash(clock, policy, seconds(10)), seconds(3));
}

TEST(RestartPolicy, NeverOverflowsHoweverOftenAProgramEnds) {
    FakeClock clock;
    RestartPolicy policy;
    for (int i = 0; i < 10000; ++i) {
        const Duration pause = crash(clock, policy, seconds(0));
        ASSERT_GE(pause, seconds(1));
        ASSERT_LE(pause, seconds(60));
    }
}

}  // namespace
}  // namespace ups::upsdrvctl
