// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/recovery/recovery.hpp"

#include <gtest/gtest.h>

namespace ups::upsmon::recovery {
namespace {

using std::chrono::seconds;
using Lines = std::vector<std::string>;

conf::WakeStep step(std::string name, std::string login = {}) {
    conf::WakeStep made;
    made.name = std::move(name);
    made.login = std::move(login);
    made.timeout = seconds(100);
    return made;
}

event::Supply on(std::optional<double> charge = 100, std::optional<double> runtime = 3600) {
    return {Mains::on, charge, runtime};
}
event::Supply lost() {
    return {Mains::lost, 50, 600};
}

/// A plan at work. What it orders is kept as lines, without what is only logged.
class Site {
  public:
    explicit Site(std::vector<conf::WakeStep> steps, conf::Recovery when = {}) {
        plan.when = when;
        plan.steps = std::move(steps);
    }

    /// The orders that `event` leads to.
    Lines take(const Event& event) {
        Turn turn = recovery::take(plan, std::move(state), event, now);
        state = std::move(turn.state);
        deadline = turn.deadline;
        Lines lines;
        for (const Order& order : turn.orders) {
            if (order.kind == Order::Kind::wake)
                lines.push_back("wake " + plan.steps[order.step].name);
            if (order.kind == Order::Kind::told) lines.push_back("WAKE " + order.text);
            if (order.kind == Order::Kind::failed) lines.push_back("WAKEFAIL " + order.text);
            if (order.kind == Order::Kind::log) log.push_back(order.text);
        }
        return lines;
    }
    /// Goes to the deadline, and takes it.
    Lines at_deadline() {
        EXPECT_TRUE(deadline);
        if (!deadline) return {};
        now = *deadline;
        return take(event::Tick{});
    }
    Lines done() { return take(event::Result{state.ticket, true}); }
    Lines refused(std::string why) {
        return take(event::Result{state.ticket, false, std::move(why)});
    }
    Lines logged_in(std::vector<std::string> who) { return take(event::Clients{std::move(who)}); }
    /// Until the first step is ordered.
    Lines begin() {
        (void)take(event::Needed{});
        (void)take(on());
        return at_deadline();
    }

    Plan plan;
    State state;
    Instant now{std::chrono::hours(1)};
    std::optional<Instant> deadline;
    Lines log;
};

TEST(Recovery, DoesNothingUnlessItIsNeeded) {
    Site site({step("a")});
    EXPECT_EQ(site.take(lost()), Lines{});
    EXPECT_EQ(site.take(on()), Lines{});
    site.now += seconds(1000);
    EXPECT_EQ(site.take(event::Tick{}), Lines{});
    EXPECT_FALSE(site.deadline);
}

TEST(Recovery, WithoutStepsNeedsNothing) {
    Site site({});
    EXPECT_EQ(site.take(event::Needed{}), Lines{});
    EXPECT_EQ(site.take(on()), Lines{});
    EXPECT_EQ(site.state.phase, Phase::idle);
    EXPECT_FALSE(wants_clients(site.plan, site.state));
}

TEST(Recovery, TakesTheStepsInOrderEachWhenTheOneBeforeIsDone) {
    Site site({step("a"), step("b")});
    EXPECT_EQ(site.begin(), (Lines{"WAKE a", "wake a"}));
    EXPECT_EQ(site.done(), (Lines{"WAKE b", "wake b"}));
    EXPECT_EQ(site.done(), Lines{});
    EXPECT_EQ(site.state.phase, Phase::idle);
    EXPECT_EQ(site.log.back(), "recovery ends: 0 of 2 steps failed");
    EXPECT_FALSE(site.deadline);
}

TEST(Recovery, PausesBehindAStepButNotBehindTheLast) {
    Site site({step("a"), step("b")});
    site.plan.steps[0].pause = site.plan.steps[1].pause = seconds(30);
    (void)site.begin();
    const Instant end = site.now;
    EXPECT_EQ(site.done(), Lines{});
    EXPECT_EQ(site.at_deadline(), (Lines{"WAKE b", "wake b"}));
    EXPECT_EQ(site.now - end, seconds(30));
    EXPECT_EQ(site.done(), Lines{});
    EXPECT_EQ(site.state.phase, Phase::idle);
}

TEST(Recovery, WaitsForTheHostToLogIn) {
    Site site({step("a", "192.0.2.7"), step("b")});
    (void)site.begin();
    EXPECT_EQ(site.done(), Lines{});
    EXPECT_TRUE(wants_clients(site.plan, site.state));
    EXPECT_EQ(site.logged_in({"192.0.2.8"}), Lines{});
    EXPECT_EQ(site.logged_in({"192.0.2.8", "::ffff:192.0.2.7"}), (Lines{"WAKE b", "wake b"}));
    EXPECT_FALSE(wants_clients(site.plan, site.state));
}

TEST(Recovery, AHostThatIsLoggedInIsNotWoken) {
    Site site({step("a", "192.0.2.7"), step("b")});
    (void)site.logged_in({"192.0.2.7"});
    EXPECT_EQ(site.begin(), (Lines{"WAKE b", "wake b"}));
}

TEST(Recovery, AStepThatFailsIsToldAndTheNextTaken) {
    Site site({step("a"), step("b")});
    (void)site.begin();
    EXPECT_EQ(site.refused("ACCESS-DENIED"),
              (Lines{"WAKEFAIL a: ACCESS-DENIED", "WAKE b", "wake b"}));
    (void)site.done();
    EXPECT_EQ(site.log.back(), "recovery ends: 1 of 2 steps failed");
}

TEST(Recovery, TheTimeOfAStepCoversTheAnswerAndTheLogin) {
    Site site({step("a", "db"), step("b")});
    (void)site.begin();
    const Instant start = site.now;
    site.now += seconds(60);
    (void)site.done();
    EXPECT_EQ(site.at_deadline(), (Lines{"WAKEFAIL a: db has not logged in", "WAKE b", "wake b"}));
    EXPECT_EQ(site.now - start, seconds(100));
    EXPECT_EQ(site.at_deadline(), Lines{"WAKEFAIL b: no answer in time"});
}

TEST(Recovery, ElseStopEndsIt) {
    Site site({step("a"), step("b")});
    site.plan.steps[0].stop_if_failed = true;
    (void)site.begin();
    EXPECT_EQ(site.refused("no"), Lines{"WAKEFAIL a: no"});
    EXPECT_EQ(site.state.phase, Phase::stopped);
    EXPECT_FALSE(site.deadline);
    // It is tried again when it is needed again.
    EXPECT_EQ(site.take(event::Needed{}), (Lines{"WAKE a", "wake a"}));
}

TEST(Recovery, StartsOverWhenTheMainsAreLostAgain) {
    Site site({step("a"), step("b"), step("c")});
    (void)site.begin();
    (void)site.done();
    const Ticket old = site.state.ticket;
    EXPECT_EQ(site.take(lost()), Lines{});
    EXPECT_FALSE(site.deadline);
    EXPECT_EQ(site.take(event::Result{old, true}), Lines{}) << "of an order that counts no more";
    EXPECT_EQ(site.take(on()), Lines{});
    EXPECT_EQ(site.at_deadline(), (Lines{"WAKE a", "wake a"}));
    EXPECT_EQ(site.take(event::Result{old, true}), Lines{});
    EXPECT_EQ(site.state.phase, Phase::acting);
}

TEST(Recovery, WhatIsNotKnownStopsNothingUnderWayAndBeginsNothing) {
    Site site({step("a"), step("b")});
    (void)site.take(event::Needed{});
    (void)site.take(on());
    site.now += seconds(59);
    (void)site.take(event::Supply{});
    EXPECT_FALSE(site.deadline);
    (void)site.take(on());
    const Instant back = site.now;
    EXPECT_EQ(site.at_deadline(), (Lines{"WAKE a", "wake a"}));
    EXPECT_EQ(site.now - back, seconds(60));
    (void)site.take(event::Supply{});
    EXPECT_EQ(site.done(), (Lines{"WAKE b", "wake b"}));
}

TEST(Recovery, ASecondNeedChangesNothing) {
    Site site({step("a")});
    (void)site.begin();
    EXPECT_EQ(site.take(event::Needed{}), Lines{});
    EXPECT_EQ(site.state.phase, Phase::acting);
}

struct BeginCase {
    const char* name;
    conf::Recovery when;
    event::Supply supply;
    int after_s;  ///< when hosts are woken, -1: not by the deadlines alone
};

class RecoveryBegin : public testing::TestWithParam<BeginCase> {};

TEST_P(RecoveryBegin, WaitsForWhatIsAskedFor) {
    Site site({step("a")}, GetParam().when);
    const Instant start = site.now;
    (void)site.take(event::Needed{});
    Lines orders = site.take(GetParam().supply);
    while (orders.empty() && site.deadline)
        orders = site.at_deadline();
    if (GetParam().after_s < 0) {
        EXPECT_EQ(orders, Lines{});
    } else {
        EXPECT_EQ(orders, (Lines{"WAKE a", "wake a"}));
        EXPECT_EQ(site.now - start, seconds(GetParam().after_s));
    }
}

conf::Recovery when(unsigned charge, int runtime, int stable, int at_most = 0) {
    conf::Recovery made{charge, seconds(runtime), seconds(stable), {}};
    if (at_most > 0) made.at_most = seconds(at_most);
    return made;
}

INSTANTIATE_TEST_SUITE_P(
    Recovery, RecoveryBegin,
    testing::Values(BeginCase{"nothing_asked", when(0, 0, 0), on(), 0},
                    BeginCase{"stable", when(0, 0, 60), on(), 60},
                    BeginCase{"charge_reached", when(40, 0, 60), on(40), 60},
                    BeginCase{"charge_not_reached", when(40, 0, 60), on(39.9), -1},
                    BeginCase{"charge_unknown", when(40, 0, 60), on({}), -1},
                    BeginCase{"charge_unknown_not_asked", when(0, 600, 5), on({}), 5},
                    BeginCase{"runtime_not_reached", when(0, 600, 60), on(100, 599), -1},
                    BeginCase{"runtime_unknown", when(0, 600, 60), on(100, {}), -1},
                    BeginCase{"at_most", when(40, 600, 60, 7200), on(10, 10), 7200},
                    BeginCase{"at_most_before_stable", when(0, 0, 60, 30), on(), 30},
                    BeginCase{"mains_lost", when(0, 0, 0, 10), lost(), -1},
                    BeginCase{"mains_unknown", when(0, 0, 0, 10), event::Supply{}, -1}),
    [](const auto& tested) { return tested.param.name; });

TEST(Recovery, BeginsWhenTheChargeIsReached) {
    Site site({step("a")}, when(40, 0, 60));
    (void)site.take(event::Needed{});
    (void)site.take(on(10));
    (void)site.at_deadline();
    EXPECT_FALSE(site.deadline);
    site.now += seconds(900);
    EXPECT_EQ(site.take(on(39)), Lines{});
    EXPECT_EQ(site.take(on(40)), (Lines{"WAKE a", "wake a"}));
}

TEST(Recovery, KnowsAHostByItsAddressHoweverWritten) {
    EXPECT_TRUE(is_host("192.0.2.7", "192.0.2.7"));
    EXPECT_TRUE(is_host("192.0.2.7", "::ffff:192.0.2.7"));
    EXPECT_TRUE(is_host("2001:DB8::1", "2001:db8:0:0::1"));
    EXPECT_TRUE(is_host("DB.example.org", "db.example.org"));
    EXPECT_FALSE(is_host("192.0.2.7", "192.0.2.70"));
    EXPECT_FALSE(is_host("db", "192.0.2.7"));
    EXPECT_FALSE(is_host("", "192.0.2.7"));
}

}  // namespace
}  // namespace ups::upsmon::recovery
