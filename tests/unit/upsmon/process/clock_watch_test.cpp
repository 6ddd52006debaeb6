// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/clock_watch.hpp"

#include <gtest/gtest.h>

namespace ups::upsmon {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

struct Case {
    const char* name;
    Clocks passed;
    ClockNews news;
};

class ClockWatchTable : public testing::TestWithParam<Case> {};

TEST_P(ClockWatchTable, TellsSleepFromJumps) {
    const Clocks before{hours(1), hours(2), hours(500000)};
    const Clocks& passed = GetParam().passed;
    const Clocks now{before.monotonic + passed.monotonic, before.boot + passed.boot,
                     before.wall + passed.wall};
    EXPECT_EQ(compare(before, now), GetParam().news);
}

INSTANTIATE_TEST_SUITE_P(
    Moments, ClockWatchTable,
    testing::Values(
        Case{"TimePasses", {hours(9), hours(9), hours(9)}, ClockNews::nothing},
        Case{"SmallStep", {hours(9), hours(9), hours(9) + seconds(20)}, ClockNews::nothing},
        Case{"ADayForward", {seconds(1), seconds(1), hours(24)}, ClockNews::jumped},
        Case{"ADayBack", {seconds(1), seconds(1), hours(-24)}, ClockNews::jumped},
        Case{"Sleep", {seconds(1), hours(8), hours(8)}, ClockNews::slept},
        Case{"SleepAndSetClock", {seconds(1), hours(8), hours(9)}, ClockNews::slept}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace ups::upsmon
