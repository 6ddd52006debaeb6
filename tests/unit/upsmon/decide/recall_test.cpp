// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/decide/recall.hpp"

#include "world.hpp"

#include <gmock/gmock.h>

namespace ups::upsmon::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// The next worker, which was started `later`, and what it knows from the one of `before`.
World next(const World& before, Duration later) {
    std::vector<Remembered> known;
    for (FeedIndex feed = 0; feed < before.state().feeds.size(); ++feed)
        if (const auto one = remembered(before.state(), feed)) known.push_back(*one);
    return World(*before.state().settings, before.now() + later, known);
}

TEST(Recall, AUpsThatWasOnBatteryAndIsOutOfReachIsDeadInTime) {
    World before(secondaries());
    before.settle().read("OB").lose().wait(seconds(5));
    World world = next(before, seconds(2));
    world.lose().wait(seconds(14));
    EXPECT_FALSE(world.is_going_down());
    world.wait(seconds(1));
    EXPECT_EQ(world.reason(), Reason::dead_on_battery);
    EXPECT_TRUE(world.is_going_down());
}

TEST(Recall, DecidesNothingByItself) {
    for (const char* status : {"OB LB", "OL OFF", "OL BYPASS", "CAL OB", "OL ALARM OVER"}) {
        World before(primaries());
        before.settle().read(status);
        World world = next(before, seconds(1));
        world.send(event::Tick{});
        EXPECT_FALSE(world.is_going_down()) << status;
        world.read("OL");
        EXPECT_FALSE(world.is_going_down()) << status;
    }
}

TEST(Recall, TellsChangesOnly) {
    World before(primaries());
    before.settle().read("OB");
    World world = next(before, seconds(1));
    world.read("OB");
    EXPECT_THAT(world.told(), IsEmpty());
    world.read("OL");
    EXPECT_THAT(world.told(), ElementsAre("ONLINE"));
}

TEST(Recall, LeavesForcedShutdownsOut) {
    World before(secondaries());
    before.settle().read("FSD OL");
    EXPECT_EQ(remembered(before.state(), 0), std::nullopt);
}

TEST(Recall, TakesNothingForOthers) {
    World before(primaries());
    before.settle().read("OB");
    Remembered known = *remembered(before.state(), 0);
    known.monitor += 1;
    World world(primaries(), before.now() + seconds(1), {known});
    EXPECT_FALSE(world.of().is_seen);
}

}  // namespace
}  // namespace ups::upsmon::testing
