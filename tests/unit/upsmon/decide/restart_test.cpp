// SPDX-License-Identifier: Apache-2.0
// A server that goes in the middle of a shutdown, and one that is started anew and has forgotten everything.
#include "world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ups::upsmon::testing {
namespace {

using ::testing::ElementsAre;

/// POLLFREQ 2, POLLFREQALERT 1, HOSTSYNC 10, FINALDELAY 2: a server may be back within four seconds, and
/// its clients four seconds later.
Settings patient() {
    Settings settings = primaries();
    settings.poll = seconds(2);
    settings.poll_alert = seconds(1);
    settings.host_sync = seconds(10);
    settings.final_delay = seconds(2);
    return settings;
}

/// A primary that waits for its one secondary, whose server has just gone.
World waiting(const Settings& settings = patient()) {
    World world(settings);
    world.settle().read("OB LB").send(event::FsdResult{0, true}).read("FSD OB LB");
    world.send(event::Clients{0, 2}).lose().done();
    return world;
}

void come_back(World& world) {
    world.read("OB LB").send(event::LoginResult{0, Login::ok});
}

TEST(ServerStartedAnew, IsToldOfTheForcedShutdownAgain) {
    World world = waiting();
    world.wait(seconds(1));
    come_back(world);
    EXPECT_THAT(world.done(), ElementsAre("COMMOK", "FSD", "FSD> a"));
}

TEST(ServerStartedAnew, IsToldWhateverTheOldOneAnswered) {
    for (const bool is_accepted : {true, false}) {
        World world(patient());
        world.settle().read("OB LB").send(event::FsdResult{0, is_accepted}).lose().done();
        come_back(world);
        EXPECT_THAT(world.done(), ::testing::Contains("FSD> a"));
    }
    World unanswered(patient());
    unanswered.settle().read("OB LB").lose().done();
    come_back(unanswered);
    EXPECT_THAT(unanswered.done(), ::testing::Contains("FSD> a"));
}

TEST(ServerStartedAnew, IsToldInTheFinalDelayToo) {
    World world(patient());
    world.settle().read("OB LB").send(event::FsdResult{0, true}).send(event::Clients{0, 1});
    EXPECT_EQ(world.phase(), Phase::final_delay);
    world.lose().done();
    come_back(world);
    EXPECT_THAT(world.done(), ::testing::Contains("FSD> a"));
}

TEST(ServerStartedAnew, IsToldBehindTheCommandWhileThisHostIsStillUp) {
    Settings settings = patient();
    settings.exit_after.reset();
    World world(settings);
    world.settle().read("OB LB").send(event::FsdResult{0, true}).send(event::Clients{0, 1});
    world.pass(seconds(2));
    EXPECT_EQ(world.phase(), Phase::committed);
    world.lose().done();
    come_back(world);
    EXPECT_THAT(world.done(), ::testing::Contains("FSD> a"));
}

TEST(ServerStartedAnew, IsGivenNoLessTimeByOneThatDidNotRun) {
    World world = waiting();
    world.wait(seconds(1));
    world.send(event::Stopped{seconds(1)}).send(event::Clients{0, std::nullopt});
    world.wait(seconds(4) - milliseconds(1));
    EXPECT_EQ(world.phase(), Phase::host_sync);
    world.wait(milliseconds(1));
    EXPECT_EQ(world.phase(), Phase::final_delay);
}

TEST(ServerStartedAnew, IsToldOfNothingWhenNothingStands) {
    World world(patient());
    world.settle().read("OB").lose().done();
    world.read("OB").send(event::LoginResult{0, Login::ok});
    EXPECT_THAT(world.done(), ElementsAre("COMMOK"));
}

TEST(ServerStartedAnew, HasCountedNobodyBeforeAllHadTheTimeToComeBack) {
    World world = waiting();
    world.wait(seconds(1));
    come_back(world);
    world.send(event::FsdResult{0, true}).send(event::Clients{0, 1}).done();
    world.pass(seconds(4) - milliseconds(1));
    EXPECT_EQ(world.phase(), Phase::host_sync);
    world.send(event::Clients{0, 1}).pass(milliseconds(1));
    EXPECT_EQ(world.phase(), Phase::final_delay);
}

TEST(ServerStartedAnew, CountsThoseWhoAreBack) {
    World world = waiting();
    world.wait(seconds(1));
    come_back(world);
    world.send(event::FsdResult{0, true}).send(event::Clients{0, 2}).pass(seconds(5));
    EXPECT_EQ(world.phase(), Phase::host_sync);
    world.send(event::Clients{0, 1});
    EXPECT_EQ(world.phase(), Phase::final_delay) << "the time to come back is over";
}

TEST(ServerStartedAnew, BeforeTheDecisionKeepsThePrimaryWaitingToo) {
    World world(patient());
    world.settle().read("OB").lose().read("OB").send(event::LoginResult{0, Login::ok});
    world.read("OB LB").send(event::FsdResult{0, true}).send(event::Clients{0, 1});
    EXPECT_EQ(world.phase(), Phase::host_sync);
    world.pass(seconds(4));
    EXPECT_EQ(world.phase(), Phase::final_delay);
}

TEST(ServerGone, IsWaitedForOnlySoLong) {
    World world = waiting();
    world.send(event::Clients{0, std::nullopt}).wait(seconds(4) - milliseconds(1));
    EXPECT_EQ(world.phase(), Phase::host_sync);
    world.wait(milliseconds(1));
    EXPECT_EQ(world.phase(), Phase::final_delay);
    EXPECT_THAT(world.done(), ElementsAre("ANNOUNCE", "SHUTDOWN"));
}

TEST(ServerGone, IsNeverWaitedForLongerThanHostsync) {
    Settings settings = patient();
    settings.host_sync = seconds(3);
    World world = waiting(settings);
    world.wait(seconds(3));
    EXPECT_EQ(world.phase(), Phase::final_delay);
}

TEST(ServerGone, ForLongIsNotWaitedForAtAll) {
    World world(patient());
    world.settle().read("OB").lose().wait(seconds(5));
    world.done();
    world.send(event::UserFsd{});
    EXPECT_EQ(world.phase(), Phase::final_delay);
    EXPECT_THAT(world.done(), ElementsAre("REMEMBER", "SHUTDOWN_HOSTSYNC", "ANNOUNCE", "SHUTDOWN"));
    world.send(event::LoginResult{0, Login::ok});
    EXPECT_THAT(world.done(), ElementsAre("FSD", "FSD> a")) << "but told when it is back";
}

TEST(ServerGone, ForAMomentIsWaitedForWithAnOrderOfTheUser) {
    World world(patient());
    world.settle().lose().wait(seconds(1));
    world.send(event::UserFsd{}).done();
    EXPECT_EQ(world.phase(), Phase::host_sync);
    world.read("OL").send(event::LoginResult{0, Login::ok});
    EXPECT_THAT(world.done(), ElementsAre("COMMOK", "FSD", "FSD> a"));
}

TEST(ServerWithoutADriver, CountsAsBefore) {
    World world(patient());
    world.settle().read("OB LB").send(event::FsdResult{0, true}).lose(Loss::driver);
    world.send(event::Clients{0, 1});
    EXPECT_EQ(world.phase(), Phase::final_delay) << "the server has not gone";
}

}  // namespace
}  // namespace ups::upsmon::testing
