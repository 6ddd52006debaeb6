// SPDX-License-Identifier: Apache-2.0
// Power comes back before the point of no return, and forced shutdowns left over from before.
#include "world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ups::upsmon::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A primary with two hosts logged in, FSD set, waiting for the other one.
World waiting_primary(Settings settings = primaries()) {
    World world(std::move(settings));
    world.settle().read("OB LB").send(event::FsdResult{0, true});
    world.read("FSD OB LB").send(event::Clients{0, 2}).done();
    return world;
}

TEST(CallingOff, TakesFsdBackBeforeItIsOver) {
    World world = waiting_primary();
    world.read("FSD OL LB");
    EXPECT_THAT(world.done(), ElementsAre("ONLINE", "CLEAR a"));
    EXPECT_TRUE(world.is_going_down()) << "not before the server says so";
    world.send(event::ClearResult{0, true});
    EXPECT_THAT(world.logged(), HasSubstr("called off"));
    EXPECT_THAT(world.done(), ElementsAre("FORGET", "CALLOFF"));
    world.read("OL LB").pass(minutes(60));
    EXPECT_THAT(world.done(), IsEmpty());
    EXPECT_FALSE(world.is_going_down());
    world.read("OB LB");
    EXPECT_TRUE(world.is_going_down()) << "the next outage counts as before";
}

TEST(CallingOff, WorksInTheFinalDelayToo) {
    World world = waiting_primary();
    world.pass(seconds(15));
    ASSERT_EQ(world.phase(), Phase::final_delay);
    world.pass(seconds(4)).read("FSD OL").send(event::ClearResult{0, true}).pass(seconds(30));
    EXPECT_EQ(world.phase(), Phase::watching);
}

TEST(CallingOff, IsTooLateOnceTheCommandIsGiven) {
    Settings settings = primaries();
    settings.exit_after.reset();
    World world = waiting_primary(settings);
    world.pass(seconds(20));
    ASSERT_EQ(world.phase(), Phase::committed);
    world.read("FSD OL").pass(seconds(60));
    EXPECT_EQ(world.phase(), Phase::committed);
}

TEST(CallingOff, IsTooLateOnceAHostHasLeft) {
    Settings settings = primaries();
    World world(settings);
    world.settle().read("OB LB").send(event::FsdResult{0, true});
    world.send(event::Clients{0, 3}).send(event::Clients{0, 2}).read("FSD OL").done();
    world.pass(seconds(20));
    EXPECT_THAT(world.done(), ElementsAre("ANNOUNCE", "SHUTDOWN", "COMMAND", "EXIT"));

    settings.call_off = CallOff::until_commit;
    World again(settings);
    again.settle().read("OB LB").send(event::FsdResult{0, true});
    again.send(event::Clients{0, 3}).send(event::Clients{0, 2}).done();
    again.read("FSD OL").send(event::ClearResult{0, true});
    EXPECT_EQ(again.phase(), Phase::watching);
}

TEST(CallingOff, CanBeForbidden) {
    Settings settings = primaries();
    settings.call_off = CallOff::never;
    World world = waiting_primary(settings);
    world.read("FSD OL").pass(seconds(20));
    EXPECT_EQ(world.phase(), Phase::gone);
}

TEST(CallingOff, AServerThatCannotTakeItBackHasTheShutdownCompleted) {
    World world = waiting_primary(primaries());
    world.read("FSD OL").done();
    world.send(event::ClearResult{0, false});
    EXPECT_THAT(world.logged(), HasSubstr("cannot be called off"));
    world.done();
    world.pass(seconds(20));
    EXPECT_THAT(world.done(), ElementsAre("ANNOUNCE", "SHUTDOWN", "COMMAND", "EXIT"));
}

TEST(CallingOff, AServerThatDoesNotAnswerHasTheShutdownCompletedAndSetsItAgain) {
    Settings settings = primaries(2);
    settings.min_supplies = 2;
    World world(settings);
    world.settle().read("OB LB", 0);
    for (const FeedIndex feed : {0U, 1U})
        world.send(event::FsdResult{feed, true}).send(event::Clients{feed, 2});
    world.read("FSD OL", 0).done();
    world.send(event::ClearResult{1, true}).pass(seconds(5));
    EXPECT_THAT(world.done(), ElementsAre("FSD> a", "FSD b", "FSD> b"));
    world.pass(seconds(20));
    EXPECT_EQ(world.phase(), Phase::gone);
}

TEST(CallingOff, NeedsNoServersConsentWhereNobodyElseIsLoggedIn) {
    World world(primaries());
    world.settle().read("OB LB").send(event::FsdResult{0, true}).send(event::Clients{0, 1});
    world.read("FSD OL").send(event::ClearResult{0, false});
    EXPECT_EQ(world.phase(), Phase::watching);
    EXPECT_EQ(world.of().latch, Latch::stuck);
    world.read("FSD OB").pass(seconds(20));
    EXPECT_EQ(world.phase(), Phase::watching) << "the word says nothing any more";
    world.read("FSD OB LB");
    EXPECT_EQ(world.phase(), Phase::host_sync);
}

TEST(CallingOff, IsItselfCalledOffWhenTheCausesReturn) {
    World world = waiting_primary();
    world.read("FSD OL LB").read("FSD OB LB");
    EXPECT_THAT(world.done(), ElementsAre("ONLINE", "CLEAR a", "ONBATT", "FSD> a"));
    world.send(event::ClearResult{0, true}).pass(seconds(20));
    EXPECT_EQ(world.phase(), Phase::gone);
}

TEST(CallingOff, SetsNoFsdThatALoginMakesPossibleMeanwhile) {
    Settings settings = primaries(2);
    settings.min_supplies = 2;
    World world(settings);
    world.settle().send(event::LoginResult{1, Login::none}).read("OB LB", 0);
    ASSERT_EQ(world.of(1).latch, Latch::wanted);
    world.send(event::FsdResult{0, true}).read("FSD OL", 0).done();
    world.send(event::LoginResult{1, Login::ok});
    EXPECT_THAT(world.done(), IsEmpty());
    world.send(event::ClearResult{0, true});
    EXPECT_THAT(world.done(), ElementsAre("FORGET", "CALLOFF"));
}

TEST(CallingOff, DoesNotRepeatForEverWhileMainsComeAndGo) {
    World world(primaries());
    world.settle();
    for (int i = 0; i < 10 && world.phase() != Phase::gone; ++i) {
        world.read("OB LB").send(event::FsdResult{0, true}).send(event::Clients{0, 2});
        world.pass(seconds(4)).read("OL LB").send(event::ClearResult{0, true}).pass(seconds(4));
    }
    EXPECT_EQ(world.phase(), Phase::gone);
}

TEST(CallingOff, ASecondaryFollowsItsPrimary) {
    World world(secondaries());
    world.settle().read("FSD OL LB").pass(seconds(3)).done();
    world.read("OL LB");
    EXPECT_THAT(world.done(), ElementsAre("FORGET", "CALLOFF"));
}

TEST(CallingOff, ALostSecondaryDoesNotHopeForIt) {
    World world(secondaries());
    world.settle().read("FSD OL").lose().pass(seconds(5));
    EXPECT_EQ(world.phase(), Phase::gone);
}

TEST(CallingOff, WhatAUserAskedForIsNotCalledOff) {
    World world(primaries());
    world.settle().send(event::UserFsd{}).send(event::Clients{0, 2}).read("FSD OL").done();
    world.pass(seconds(20));
    EXPECT_EQ(world.phase(), Phase::gone);
}

TEST(OldFsd, IsTakenBackByAPrimaryAndObeyedByNobody) {
    World world(primaries());
    world.send(event::LoginResult{0, Login::ok}).read("FSD OL LB");
    EXPECT_THAT(world.done(), ElementsAre("LOWBATT", "FSD", "CLEAR a"));
    world.send(event::ClearResult{0, true}).pass(minutes(60));
    EXPECT_THAT(world.done(), IsEmpty());
    world.read("FSD OL");
    EXPECT_TRUE(world.is_going_down()) << "a new one is obeyed";
}

TEST(OldFsd, ThatCannotBeTakenBackSaysNothingToAPrimary) {
    World world(primaries());
    world.read("FSD OL").send(event::ClearResult{0, false}).read("FSD OB").pass(minutes(60));
    EXPECT_FALSE(world.is_going_down());
    world.read("OL").read("FSD OL");
    EXPECT_TRUE(world.is_going_down());
}

TEST(OldFsd, IsBelievedByASecondaryOnBatteryOrWhenTheServerLeaves) {
    World world(secondaries());
    world.read("FSD OL").pass(minutes(60));
    EXPECT_FALSE(world.is_going_down());
    World stale = world;
    stale.lose(Loss::stale).wait(minutes(60));
    EXPECT_FALSE(stale.is_going_down());
    World left = world;
    left.lose(Loss::server).wait(seconds(15));
    EXPECT_TRUE(left.is_going_down());
    world.read("FSD OB");
    EXPECT_TRUE(world.is_going_down());
}

TEST(OldFsd, IsObeyedOnBatteryAtFirstSight) {
    World world(secondaries());
    world.read("FSD OB");
    EXPECT_TRUE(world.is_going_down());
}

TEST(OldFsd, IsObeyedIfTheSettingsSaySo) {
    Settings settings = secondaries();
    settings.stale_fsd_after = seconds(60);
    World later(settings);
    later.read("FSD OL").pass(seconds(59));
    EXPECT_FALSE(later.is_going_down());
    later.pass(seconds(1));
    EXPECT_TRUE(later.is_going_down());
    settings.stale_fsd = StaleFsd::obey;
    World now(settings);
    now.read("FSD OL");
    EXPECT_TRUE(now.is_going_down());
}

}  // namespace
}  // namespace ups::upsmon::testing
