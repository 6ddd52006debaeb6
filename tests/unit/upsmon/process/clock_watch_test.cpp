// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/clock_watch.hpp"

#include <gtest/gtest.h>

namespace ups::upsmon {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct Case {
    const char* name;
    Clocks passed;
    ClockEvent event;
};

class ClockWatchTable : public testing::TestWithParam<Case> {};

TEST_P(ClockWatchTable, TellsSleepFromStopsAndJumps) {
    const Clocks before{hours(1), hours(2), hours(500000)};
    const Clocks& passed = GetParam().passed;
    const Clocks now{before.monotonic + passed.monotonic, before.boot + passed.boot,
                     before.wall + passed.wall};
    EXPECT_EQ(compare(before, now), GetParam().event);
}

INSTANTIATE_TEST_SUITE_P(
    Moments, ClockWatchTable,
    testing::Values(
        Case{"TimePasses", {seconds(1), seconds(1), seconds(1)}, {}},
        Case{"Busy", {milliseconds(1900), milliseconds(1900), milliseconds(1900)}, {}},
        Case{"SmallStep", {seconds(1), seconds(1), seconds(20)}, {}},
        Case{"ADayForward", {seconds(1), seconds(1), hours(24)}, {ClockNews::jumped, {}}},
        Case{"ADayBack", {seconds(1), seconds(1), hours(-24)}, {ClockNews::jumped, {}}},
        Case{"Stop", {seconds(9), seconds(9), seconds(9)}, {ClockNews::stopped, seconds(8)}},
        Case{"StopAndSetClock",
             {seconds(9), seconds(9), hours(9)},
             {ClockNews::stopped, seconds(8)}},
        Case{"Sleep", {seconds(1), hours(8), hours(8)}, {ClockNews::slept, hours(8) - seconds(1)}},
        Case{"SleepAndSetClock",
             {seconds(1), hours(8), hours(9)},
             {ClockNews::slept, hours(8) - seconds(1)}}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace ups::upsmon
