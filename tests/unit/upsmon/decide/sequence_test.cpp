// SPDX-License-Identifier: Apache-2.0
// The forced shutdown sequence, step by step, on primaries and secondaries.
#include "world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ups::upsmon::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// The manual's live timeline: POLLFREQ 2, POLLFREQALERT 1, HOSTSYNC 6, FINALDELAY 2.
Settings live(Settings settings) {
    settings.poll = seconds(2);
    settings.poll_alert = seconds(1);
    settings.host_sync = seconds(6);
    settings.final_delay = seconds(2);
    return settings;
}

std::size_t questions(const World& world) {
    return static_cast<std::size_t>(
        std::count_if(world.actions.begin(), world.actions.end(), [](const Action& action) {
            return std::holds_alternative<action::AskClients>(action);
        }));
}

TEST(Primary, GoesDownStepByStep) {
    World world(live(primaries()));
    world.settle().read("OB LB");
    EXPECT_EQ(questions(world), 1U);
    EXPECT_THAT(world.done(),
                ElementsAre("ONBATT", "LOWBATT", "REMEMBER", "FSD", "FSD> a", "SHUTDOWN_HOSTSYNC"));
    world.send(event::FsdResult{0, true}).read("FSD OB LB").send(event::Clients{0, 2});
    EXPECT_THAT(world.done(), IsEmpty()) << "its own FSD is not told twice";
    world.pass(seconds(3));
    EXPECT_EQ(questions(world), 1U) << "an unanswered question is not asked again";
    EXPECT_THAT(world.done(), IsEmpty());
    world.send(event::Clients{0, 1});
    EXPECT_THAT(world.done(), ElementsAre("ANNOUNCE", "SHUTDOWN"));
    world.pass(seconds(2) - milliseconds(1));
    EXPECT_THAT(world.done(), IsEmpty());
    world.pass(milliseconds(1));
    EXPECT_THAT(world.done(), ElementsAre("COMMAND", "EXIT"));
    EXPECT_EQ(deadline(world.state()), std::nullopt);
    world.read("OL").send(event::UserFsd{}).wait(seconds(100));
    EXPECT_THAT(world.done(), IsEmpty());
}

TEST(Primary, AsksForTheCountEveryQuarterOfASecond) {
    World world(live(primaries()));
    world.settle().read("OB LB");
    for (int i = 0; i < 8; ++i) {
        world.send(event::Clients{0, 2});
        world.actions.clear();
        world.wait(milliseconds(249));
        EXPECT_EQ(questions(world), 0U);
        world.wait(milliseconds(1));
        EXPECT_EQ(questions(world), 1U);
    }
}

TEST(Primary, WaitsNoLongerThanHostsync) {
    World world(live(primaries()));
    world.settle().read("OB LB").send(event::Clients{0, 3}).done();
    world.pass(seconds(6) - milliseconds(1));
    EXPECT_THAT(world.done(), IsEmpty());
    world.pass(milliseconds(1));
    EXPECT_THAT(world.done(), ElementsAre("ANNOUNCE", "SHUTDOWN"));
}

TEST(Primary, CountsAnErrorAsNobody) {
    World world(live(primaries()));
    world.settle().read("OB LB").done();
    world.send(event::Clients{0, std::nullopt});
    EXPECT_THAT(world.done(), ElementsAre("ANNOUNCE", "SHUTDOWN"));
}

TEST(Primary, SetsFsdWhereverItIsLoggedInAsPrimaryWhateverThePowerValue) {
    Settings settings = live(primaries(4));
    settings.feeds[1].power_value = 0;
    settings.feeds[2].role = Role::secondary;
    settings.min_supplies = 3;
    World world(settings);
    world.settle().send(event::LoginResult{3, Login::primary_refused}).done();
    world.read("OB LB", 0);
    EXPECT_THAT(world.done(), ElementsAre("ONBATT a", "LOWBATT a", "REMEMBER", "FSD a", "FSD> a",
                                          "FSD b", "FSD> b", "SHUTDOWN_HOSTSYNC"));
    world.send(event::Clients{0, 1});
    EXPECT_THAT(world.done(), IsEmpty());
    world.send(event::Clients{1, 1});
    EXPECT_THAT(world.done(), ElementsAre("ANNOUNCE", "SHUTDOWN"));
}

TEST(Primary, LogsARefusalAndGoesOn) {
    World world(live(primaries()));
    world.settle().read("OB LB").done();
    world.send(event::FsdResult{0, false});
    EXPECT_THAT(world.logged(), HasSubstr("FSD could not be set"));
    EXPECT_THAT(world.done(), IsEmpty());
    world.send(event::Clients{0, 1});
    EXPECT_THAT(world.done(), ElementsAre("ANNOUNCE", "SHUTDOWN"));
}

TEST(Primary, OfNoSupplyIsASecondaryHost) {
    Settings settings = live(primaries());
    settings.feeds[0].power_value = 0;
    settings.feeds.push_back(feed("b@h", Role::secondary));
    World world(settings);
    world.settle().read("FSD OB LB", 1);
    EXPECT_THAT(world.done(),
                ElementsAre("ONBATT b", "LOWBATT b", "FSD b", "REMEMBER", "ANNOUNCE", "SHUTDOWN"));
}

TEST(Primary, JoinsAForcedShutdownOfAnotherPrimary) {
    World world(live(primaries()));
    world.settle().read("FSD OL");
    EXPECT_THAT(world.done(), ElementsAre("FSD", "REMEMBER", "FSD> a", "SHUTDOWN_HOSTSYNC"));
    world.send(event::FsdResult{0, true}).pass(seconds(5));
    EXPECT_TRUE(world.is_going_down());
    EXPECT_THAT(world.done(), IsEmpty()) << "that of the other one still counts";
}

TEST(Primary, WhoseUpsIsLostDoesNotWaitForIt) {
    World world(live(primaries()));
    world.settle().read("OB").lose().done();
    world.wait(seconds(15));
    EXPECT_THAT(world.done(), ElementsAre("REMEMBER", "SHUTDOWN_HOSTSYNC", "ANNOUNCE", "SHUTDOWN"));
}

TEST(Secondary, TakesTheLastStepsOnly) {
    World world(live(secondaries()));
    world.settle().read("OB LB").done();
    world.pass(seconds(2)).read("FSD OB LB");
    EXPECT_THAT(world.done(), ElementsAre("FSD", "REMEMBER", "ANNOUNCE", "SHUTDOWN"));
    world.pass(seconds(2));
    EXPECT_THAT(world.done(), ElementsAre("COMMAND", "EXIT"));
}

TEST(Secondary, WaitsHostsyncForThePrimary) {
    World world(live(secondaries()));
    world.settle().read("OB LB").done();
    world.pass(seconds(6) - milliseconds(1));
    EXPECT_THAT(world.done(), IsEmpty());
    world.pass(milliseconds(1));
    EXPECT_THAT(world.done(), ElementsAre("REMEMBER", "ANNOUNCE", "SHUTDOWN"));
}

TEST(Exit, ComesAtOnceOrLaterOrNever) {
    Settings settings = live(secondaries());
    settings.exit_after = seconds(40);
    World later(settings);
    later.settle().read("FSD OB").pass(seconds(2)).done();
    later.pass(seconds(39));
    EXPECT_THAT(later.done(), IsEmpty());
    later.pass(seconds(1));
    EXPECT_THAT(later.done(), ElementsAre("EXIT"));

    settings.exit_after.reset();
    World never(settings);
    never.settle().read("FSD OB").pass(seconds(2)).done();
    never.pass(minutes(60));
    EXPECT_THAT(never.done(), IsEmpty());
    EXPECT_EQ(never.phase(), Phase::committed);
}

TEST(UserFsd, ShutsAHostDownWhateverItsPower) {
    World primary(live(primaries()));
    primary.settle().send(event::UserFsd{});
    EXPECT_THAT(primary.done(), ElementsAre("REMEMBER", "FSD", "FSD> a", "SHUTDOWN_HOSTSYNC"));
    World secondary(live(secondaries()));
    secondary.settle().send(event::UserFsd{});
    EXPECT_THAT(secondary.done(), ElementsAre("REMEMBER", "ANNOUNCE", "SHUTDOWN"));
}

TEST(Rules, AskForAShutdownAndMayWithdraw) {
    World world(live(secondaries()));
    world.settle().send(event::RuleShutdown{"charge 19 < 20"});
    EXPECT_THAT(world.logged(), HasSubstr("rule=\"charge 19 < 20\""));
    EXPECT_THAT(world.done(), ElementsAre("REMEMBER", "ANNOUNCE", "SHUTDOWN"));
    world.pass(seconds(1)).send(event::RuleWithdrawn{});
    EXPECT_THAT(world.done(), ElementsAre("FORGET", "CALLOFF"));
}

TEST(Rules, MayAskForThisHostAlone) {
    World world(live(primaries()));
    world.settle().send(event::RuleShutdown{"hot", event::Scope::host});
    EXPECT_THAT(world.logged(), HasSubstr("rule=asks-for-this-host"));
    EXPECT_THAT(world.done(), ElementsAre("REMEMBER", "ANNOUNCE", "SHUTDOWN"));
    World off = world;
    off.send(event::RuleWithdrawn{event::Scope::host});
    EXPECT_THAT(off.done(), ElementsAre("FORGET", "CALLOFF"));
    world.pass(seconds(1)).read("OB LB");
    EXPECT_THAT(world.done(),
                ElementsAre("ONBATT", "LOWBATT", "FSD", "FSD> a", "SHUTDOWN_HOSTSYNC"))
        << "the others have to know in the end";
    world.send(event::Clients{0, 1}).pass(seconds(2));
    EXPECT_THAT(world.done(), ElementsAre("ANNOUNCE", "SHUTDOWN", "COMMAND", "EXIT"));
}

TEST(Restart, GoesOnWithTheShutdownThatStood) {
    World world(live(primaries()), Standing::shutdown);
    world.send(event::Tick{});
    EXPECT_THAT(world.done(), ElementsAre("REMEMBER", "SHUTDOWN_HOSTSYNC"));
    world.wait(seconds(1)).send(event::LoginResult{0, Login::ok});
    EXPECT_THAT(world.done(), ElementsAre("FSD", "FSD> a"));
    world.read("FSD OL").send(event::Clients{0, 1});
    EXPECT_THAT(world.done(), ElementsAre("ANNOUNCE", "SHUTDOWN"));
    world.pass(seconds(2));
    EXPECT_THAT(world.done(), ElementsAre("COMMAND", "EXIT"));
}

TEST(Restart, OfAPrimaryThatGetsNoLoginEndsToo) {
    World world(live(primaries()), Standing::shutdown);
    world.send(event::Tick{}).done();
    world.wait(seconds(8));
    EXPECT_THAT(world.done(), ElementsAre("COMMBAD", "ANNOUNCE", "SHUTDOWN", "COMMAND", "EXIT"));
}

TEST(Stages, OfAPrimaryFollowOneAnother) {
    Settings settings = live(primaries(3));
    settings.feeds[0].stage = 3;
    settings.feeds[2].stage = 2;
    settings.feeds[1].power_value = 0;
    settings.feeds[2].power_value = 0;
    settings.stage_time = seconds(4);
    World world(settings);
    world.settle().read("OB LB", 0);
    EXPECT_THAT(world.done(), ElementsAre("ONBATT a", "LOWBATT a", "REMEMBER", "FSD b", "FSD> b",
                                          "SHUTDOWN_HOSTSYNC"));
    world.send(event::FsdResult{1, true}).send(event::Clients{1, 2}).pass(seconds(2));
    EXPECT_THAT(world.done(), IsEmpty());
    world.send(event::Clients{1, 1});
    EXPECT_THAT(world.done(), ElementsAre("FSD c", "FSD> c"));
    world.send(event::Clients{2, 5}).pass(seconds(4) - milliseconds(1));
    EXPECT_THAT(world.done(), IsEmpty());
    world.pass(milliseconds(1));
    EXPECT_THAT(world.done(), ElementsAre("FSD a", "FSD> a"));
    world.send(event::Clients{0, 2}).pass(seconds(6) - milliseconds(1));
    EXPECT_THAT(world.done(), IsEmpty()) << "the last stage has HOSTSYNC";
    world.pass(milliseconds(1));
    EXPECT_THAT(world.done(), ElementsAre("ANNOUNCE", "SHUTDOWN"));
}

Settings third_stage() {
    Settings settings = live(secondaries());
    settings.feeds[0].stage = 3;
    settings.feeds[0].stage_rest = 2;
    settings.stage_time = seconds(10);
    return settings;
}

TEST(Stages, ASecondaryLetsTheEarlierOnesGoFirst) {
    World world(third_stage());
    world.settle().read("FSD OB LB");
    EXPECT_EQ(questions(world), 1U);
    EXPECT_THAT(world.done(), ElementsAre("ONBATT", "LOWBATT", "FSD", "REMEMBER"));
    world.send(event::Clients{0, 3}).pass(seconds(5));
    EXPECT_THAT(world.done(), IsEmpty());
    world.send(event::Clients{0, 2});
    EXPECT_THAT(world.done(), ElementsAre("ANNOUNCE", "SHUTDOWN"));
}

TEST(Stages, ASecondaryGoesWhenTheTimeOfTheEarlierOnesIsUp) {
    World world(third_stage());
    world.settle().read("FSD OB LB").send(event::Clients{0, 9}).done();
    world.pass(seconds(20) - milliseconds(1));
    EXPECT_THAT(world.done(), IsEmpty());
    world.pass(milliseconds(1));
    EXPECT_THAT(world.done(), ElementsAre("ANNOUNCE", "SHUTDOWN"));
}

TEST(Stages, ASecondaryGoesWhenItsServerHasGone) {
    World world(third_stage());
    world.settle().read("FSD OB LB").lose().done();
    EXPECT_EQ(world.phase(), Phase::final_delay);
}

TEST(Stages, DoNotHoldBackWhoIsAskedOrDyingForAnotherReason) {
    World asked(third_stage());
    asked.settle().send(event::UserFsd{});
    EXPECT_EQ(asked.phase(), Phase::final_delay);

    Settings settings = third_stage();
    settings.feeds.push_back(feed("b@h", Role::secondary));
    settings.min_supplies = 2;
    World dying(settings);
    dying.settle().read("OB LB", 1).pass(seconds(6));
    EXPECT_EQ(dying.phase(), Phase::final_delay);
}

}  // namespace
}  // namespace ups::upsmon::testing
