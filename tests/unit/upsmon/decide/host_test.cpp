// SPDX-License-Identifier: Apache-2.0
// Settings and their reload, sleep, explanations, and the state as a value.
#include "world.hpp"

#include "tools/upsmon/decide/explain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ups::upsmon::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

event::Reload reload_of(Settings settings) {
    return {std::make_shared<const Settings>(std::move(settings))};
}

TEST(Objection, IsRaisedToWhatCannotWork) {
    EXPECT_EQ(objection(primaries()), std::nullopt);
    EXPECT_THAT(objection(Settings{}).value_or(""), HasSubstr("MONITOR"));
    Settings short_of = primaries(2);
    short_of.min_supplies = 3;
    EXPECT_EQ(objection(short_of), "the power values add up to 2, MINSUPPLIES is 3");
    Settings twice = primaries(2);
    twice.feeds[1].monitor = "A@H";
    EXPECT_THAT(objection(twice).value_or(""), HasSubstr("twice"));
    Settings stage = primaries();
    stage.feeds[0].stage = 0;
    EXPECT_NE(objection(stage), std::nullopt);
    Settings poll = primaries();
    poll.poll_alert = {};
    EXPECT_NE(objection(poll), std::nullopt);
    Settings warn = primaries();
    warn.no_contact_warn = {};
    EXPECT_NE(objection(warn), std::nullopt);
}

TEST(Reload, MatchesFeedsByTheirMonitorText) {
    World world(primaries(2));
    world.settle().read("OB", 1);
    world.actions.clear();
    Settings settings = primaries(2);
    settings.feeds[0] = feed("B@h", Role::primary, 2);
    settings.feeds[1] = feed("c@h", Role::primary);
    settings.poll_alert = seconds(1);
    world.send(reload_of(settings));
    EXPECT_EQ(world.state().poll, seconds(1)) << "values take effect at once";
    EXPECT_THAT(world.done(), ElementsAre("DROP a@h", "ACCEPTED"));
    EXPECT_EQ(world.of(0).mains, Mains::battery);
    EXPECT_EQ(world.of(0).login, Login::ok);
    EXPECT_EQ(world.of(1).contact, Contact::never);
    world.read("OB", 0).read("OL", 0).read("OL", 1);
    EXPECT_THAT(world.done(), ElementsAre("ONLINE a"));
}

TEST(Reload, OfARoleNeedsANewLogin) {
    World world(primaries());
    world.settle().send(reload_of(secondaries()));
    EXPECT_EQ(world.of().login, Login::none);
    EXPECT_TRUE(world.of().is_seen);
}

TEST(Reload, ThatCannotWorkIsRefusedAndChangesNothing) {
    World world(primaries());
    world.settle();
    const State before = world.state();
    Settings settings = primaries();
    settings.min_supplies = 2;
    world.send(reload_of(settings));
    EXPECT_EQ(world.state(), before);
    EXPECT_THAT(world.logged(), HasSubstr("MINSUPPLIES"));
    EXPECT_THAT(world.done(), ElementsAre("REFUSED"));
    world.send(event::Reload{});
    EXPECT_THAT(world.done(), ElementsAre("REFUSED"));
}

TEST(Reload, IsRefusedDuringAShutdown) {
    World world(primaries());
    world.settle().send(event::UserFsd{}).done();
    world.send(reload_of(primaries()));
    EXPECT_THAT(world.done(), ElementsAre("REFUSED"));
}

TEST(Reload, MayItselfLeaveTooFewSupplies) {
    World world(primaries(2));
    world.settle().read("OB LB", 0);
    EXPECT_FALSE(world.is_going_down());
    Settings settings = primaries(2);
    settings.min_supplies = 2;
    world.send(reload_of(settings));
    EXPECT_TRUE(world.is_going_down());
}

TEST(Events, AboutFeedsThatAreNotThereAreIgnored) {
    World world(primaries());
    world.settle();
    const State before = world.state();
    world.read("OB LB", 7).lose(Loss::server, 7).send(event::Confirmed{7});
    world.send(event::LoginResult{7, Login::ok}).send(event::Clients{7, 1});
    world.send(event::FsdResult{7, true}).send(event::ClearResult{7, true});
    EXPECT_EQ(world.state(), before);
    EXPECT_THAT(world.actions, IsEmpty());
}

TEST(Events, OfThePastCountAsNow) {
    World world(primaries());
    world.settle();
    const Step late = step(world.state(), event::Tick{}, world.now() - minutes(30));
    EXPECT_EQ(late.state, world.state());
}

TEST(Sleep, IsNotHeldAgainstAnybody) {
    World world(secondaries());
    world.settle().read("OB").send(event::SuspendStarting{}).lose(Loss::server);
    EXPECT_THAT(world.told(), ElementsAre("ONBATT", "SUSPEND_STARTING", "COMMBAD"));
    world.wait(seconds(59));
    EXPECT_EQ(world.reason(), Reason::none);
    world.send(event::SuspendFinished{}).wait(seconds(14));
    EXPECT_THAT(world.told(), ElementsAre("SUSPEND_FINISHED"));
    EXPECT_EQ(world.reason(), Reason::none);
    world.wait(seconds(1));
    EXPECT_EQ(world.reason(), Reason::dead_on_battery) << "DEADTIME after waking";
}

TEST(Sleep, ThatNobodyEndsEndsByItself) {
    World world(secondaries());
    world.settle().read("OB").send(event::SuspendStarting{}).lose(Loss::server);
    world.wait(seconds(60 + 14));
    EXPECT_EQ(world.reason(), Reason::none);
    world.wait(seconds(1));
    EXPECT_EQ(world.reason(), Reason::dead_on_battery);
}

TEST(Sleep, StartsCountdownsAnew) {
    Settings settings = primaries();
    settings.low_duration = seconds(10);
    World world(settings);
    world.settle().read("OB LB").pass(seconds(9)).send(event::SuspendFinished{}).pass(seconds(9));
    EXPECT_EQ(world.reason(), Reason::none);
    world.pass(seconds(1));
    EXPECT_EQ(world.reason(), Reason::low_battery);
}

TEST(Sleep, DoesNotShortenTheWaitForSecondaries) {
    Settings settings = primaries();
    settings.host_sync = seconds(20);
    World world(settings);
    world.settle().read("OB LB").send(event::FsdResult{0, true}).send(event::Clients{0, 2});
    world.pass(seconds(19)).send(event::SuspendFinished{}).pass(seconds(19));
    EXPECT_EQ(world.phase(), Phase::host_sync);
    world.pass(seconds(1));
    EXPECT_NE(world.phase(), Phase::host_sync);
}

TEST(TimeJump, IsToldAndPutsNothingOff) {
    World world(secondaries());
    world.settle().read("OB").lose().wait(seconds(14)).send(event::TimeJump{});
    EXPECT_THAT(world.told(), ElementsAre("ONBATT", "COMMBAD", "SUSPEND_TIMEJUMP_UNEXPECTED"));
    EXPECT_FALSE(world.is_going_down());
    world.wait(seconds(1));
    EXPECT_TRUE(world.is_going_down());
}

TEST(Stop, OfTheProcessDoesNotCount) {
    World world(secondaries());
    world.settle().read("OB").lose().wait(seconds(10)).stop(seconds(3600));
    EXPECT_FALSE(world.is_going_down());
    world.wait(seconds(4));
    EXPECT_FALSE(world.is_going_down());
    world.wait(seconds(1));
    EXPECT_EQ(world.reason(), Reason::dead_on_battery) << "DEADTIME without the stop";
    EXPECT_TRUE(world.is_going_down());
}

TEST(Stop, IsNoSilenceOfTheServer) {
    World world(primaries());
    world.settle().read("OB").stop(seconds(3600));
    EXPECT_THAT(world.told(), ElementsAre("ONBATT"));
    world.wait(seconds(10));
    EXPECT_THAT(world.told(), ElementsAre("COMMBAD"));
}

TEST(Stop, ShortensNoCountdownAndPutsNoStepOff) {
    Settings settings = primaries();
    settings.low_duration = seconds(10);
    settings.host_sync = seconds(20);
    settings.final_delay = seconds(5);
    World world(settings);
    world.settle().read("OB LB").pass(seconds(9)).stop(seconds(600));
    EXPECT_FALSE(world.is_going_down());
    world.pass(seconds(1)).send(event::FsdResult{0, true}).send(event::Clients{0, 2});
    world.pass(seconds(1)).stop(seconds(18));
    EXPECT_EQ(world.phase(), Phase::host_sync);
    world.pass(seconds(1));
    EXPECT_EQ(world.phase(), Phase::final_delay) << "secondaries had 20 seconds";
    world.stop(seconds(4)).pass(seconds(1));
    EXPECT_NE(world.phase(), Phase::final_delay);
}

TEST(Sleep, DoesNotDelayAFreshOrder) {
    World world(secondaries());
    world.settle().send(event::SuspendStarting{}).read("FSD OB");
    EXPECT_TRUE(world.is_going_down());
}

TEST(Explain, BeginsWithWhatIsCritical) {
    Settings settings = primaries(3);
    settings.min_supplies = 3;
    World world(settings);
    world.settle().read("OB LB", 2);
    const std::string log = world.logged();
    EXPECT_LT(log.find("ups=c@h"), log.find("ups=a@h"));
    EXPECT_LT(log.find("ups=a@h"), log.find("ups=b@h"));
}

TEST(Explain, SaysWhyInOneLine) {
    Settings settings = primaries(2);
    settings.min_supplies = 2;
    World world(settings);
    world.settle().read("OL", 1).pass(seconds(2));
    world.send(
        event::Reading{.feed = 0, .status = "OB LB DISCHRG", .charge = 17.6, .runtime = 100});
    const std::string log = world.logged();
    EXPECT_THAT(log, HasSubstr("this host is to be shut down: supplies=1 needed=2 user=no rule=no "
                               "parent=alive; ups=a@h pv=1 role=primary "
                               "status=\"OB LB DISCHRG\" mains=battery contact=good age=0.0s "
                               "login=ok low_for=0.0s charge=18 runtime=100s critical=low_battery; "
                               "ups=b@h pv=1 role=primary status=\"OL\" mains=online contact=good "
                               "age=0.0s login=ok critical=none\n"));
    world.read("FSD OB LB OFF OVER TEST")
        .send(event::Clients{0, 4})
        .lose(Loss::stale)
        .wait(seconds(3))
        .send(event::Tick{});
    EXPECT_THAT(explain(world.state()),
                HasSubstr("contact=stale age=3.0s login=ok low_for=3.0s "
                          "low=doubted off_for=3.0s over_for=3.0s clients=4"));
    EXPECT_THAT(explain(world.state()), Not(HasSubstr("\n")));
}

TEST(StateValue, IsComparableAndHashable) {
    World world(primaries(2));
    world.settle();
    const State before = world.state();
    EXPECT_EQ(std::hash<State>{}(before), std::hash<State>{}(State(before)));
    std::vector<std::size_t> hashes{hash_of(before)};
    for (const Event& event :
         {Event{event::ContactLost{0, Loss::server}}, Event{event::ContactLost{1, Loss::server}},
          Event{event::Reading{.feed = 0, .status = "OB"}}, Event{event::UserFsd{}},
          Event{event::ParentDied{}}, Event{event::LoginResult{0, Login::failed}}}) {
        const State after = step(before, event, world.now()).state;
        EXPECT_NE(after, before);
        EXPECT_THAT(hashes, Not(::testing::Contains(hash_of(after))));
        hashes.push_back(hash_of(after));
    }
}

TEST(StatusWords, AreCutAndNeverLost) {
    const ParsedStatus parsed = parse_status(" OL\tob  FSD " + std::string(500, 'x') + " Y ");
    EXPECT_EQ(to_text(parsed.words), "OL OB FSD");
    EXPECT_EQ(parsed.mains, Word::ob);
    EXPECT_EQ(parsed.others, "Y");
    EXPECT_TRUE(parse_status("").is_empty);
    EXPECT_FALSE(parse_status("x").is_empty);
    EXPECT_EQ(parse_status("x").mains, std::nullopt);
    for (const char* economy : {"vendor:acme:ECO", "vendor:x:he", "y vendor:a:b:ESS"})
        EXPECT_TRUE(parse_status("OL", economy).words.has(Word::eco)) << economy;
    for (const char* not_economy : {"ECO", "vendor:ECO:x", "vendor:acme:ECONOMY", "x:y:ECO"})
        EXPECT_FALSE(parse_status("OL", not_economy).words.has(Word::eco)) << not_economy;
}

}  // namespace
}  // namespace ups::upsmon::testing
