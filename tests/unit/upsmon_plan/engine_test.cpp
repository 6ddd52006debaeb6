// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/upsmon_plan/support.hpp"

namespace ups::upsmon::plan {
namespace {

TEST(Rules, FireOnceWhileTheConditionHolds) {
    World world("RULE r WHEN a charge < 40 DO NOTIFY low");
    EXPECT_EQ(world.look(), "");
    world.charge("40");
    EXPECT_EQ(world.look_after(seconds(1)), "");
    world.charge("39");
    EXPECT_EQ(world.look_after(seconds(1)), "fired r, low");
    EXPECT_EQ(world.look_after(seconds(1000)), "");
    world.charge("40");
    EXPECT_EQ(world.look_after(seconds(1)), "cleared r");
    world.charge("39.9");
    EXPECT_EQ(world.look_after(seconds(1)), "fired r, low");
}

TEST(Rules, ForIsExact) {
    World world("RULE r WHEN a charge < 40 FOR 30 DO NOTIFY low");
    world.charge("10");
    EXPECT_EQ(world.look(), "");
    EXPECT_EQ(world.deadline, kStart + seconds(30));
    world.now = kStart + seconds(30) - Duration(1);
    EXPECT_EQ(world.look(), "");
    EXPECT_EQ(world.deadline, kStart + seconds(30));
    world.now = kStart + seconds(30);
    EXPECT_EQ(world.look(), "fired r, low");
    EXPECT_EQ(world.deadline, std::nullopt);
}

TEST(Rules, ForStartsAgainAfterABreak) {
    World world("RULE r WHEN a charge < 40 FOR 30 DO NOTIFY low");
    world.charge("10");
    EXPECT_EQ(world.look(), "");
    world.charge("50");
    EXPECT_EQ(world.look_after(seconds(29)), "");
    EXPECT_EQ(world.deadline, std::nullopt);
    world.charge("10");
    EXPECT_EQ(world.look_after(seconds(1)), "");
    EXPECT_EQ(world.look_after(seconds(29)), "");
    EXPECT_EQ(world.look_after(seconds(1)), "fired r, low");
}

TEST(Rules, HysteresisKeepsARuleThatHasFired) {
    World world("RULE r WHEN a charge < 40 HYSTERESIS 5 DO NOTIFY low");
    world.charge("39");
    EXPECT_EQ(world.look(), "fired r, low");
    for (const char* charge : {"40", "44.9", "39", "44", "0"}) {
        world.charge(charge);
        EXPECT_EQ(world.look_after(seconds(1)), "") << charge;
    }
    world.charge("45");
    EXPECT_EQ(world.look_after(seconds(1)), "cleared r");
    world.charge("40");
    EXPECT_EQ(world.look_after(seconds(1)), "");
    world.charge("39");
    EXPECT_EQ(world.look_after(seconds(1)), "fired r, low");
}

struct Limit {
    const char* name;
    const char* test;
    double fires;   ///< the last value that fires
    double rests;   ///< the nearest that does not
    double clears;  ///< the first that clears
    double keeps;   ///< the nearest that does not
};
class Limits : public testing::TestWithParam<Limit> {};

TEST_P(Limits, AreWhereTheyAreSaidToBe) {
    const Limit& limit = GetParam();
    World world(std::string("RULE r WHEN a ") + limit.test + " DO NOTIFY x");
    const auto set = [&](double value) { world.readings[0].numbers["ups.load"] = value; };
    set(limit.rests);
    EXPECT_EQ(world.look(), "");
    set(limit.fires);
    EXPECT_EQ(world.look_after(seconds(1)), "fired r, x");
    set(limit.keeps);
    EXPECT_EQ(world.look_after(seconds(1)), "");
    set(limit.clears);
    EXPECT_EQ(world.look_after(seconds(1)), "cleared r");
}

INSTANTIATE_TEST_SUITE_P(Comparisons, Limits,
                         testing::Values(Limit{"lt", "load < 40 HYSTERESIS 5", 39.9, 40, 45, 44.9},
                                         Limit{"le", "load <= 40 HYSTERESIS 5", 40, 40.1, 45.1, 45},
                                         Limit{"gt", "load > 40 HYSTERESIS 5", 40.1, 40, 35, 35.1},
                                         Limit{"ge", "load >= 40 HYSTERESIS 5", 40, 39.9, 34.9, 35},
                                         Limit{"lt_bare", "load < 40", 39.9, 40, 40, 39.9},
                                         Limit{"not_ge",
                                               "load < 1000 AND NOT load >= 40 HYSTERESIS 5", 39.9,
                                               40, 45, 44.9},
                                         Limit{"eq", "load = 40", 40, 40.1, 39.9, 40},
                                         Limit{"ne", "load != 40", 40.1, 40, 40, 39.9}),
                         [](const auto& row) { return row.param.name; });

TEST(Rules, UnknownNeverFiresAndNeverClears) {
    World world("RULE r WHEN a charge < 40 FOR 10 DO NOTIFY low");
    const auto unknowns = {+[](UpsReading& reading) { reading.is_fresh = false; },
                           +[](UpsReading& reading) { reading.remove("battery.charge"); },
                           +[](UpsReading& reading) { reading.set("battery.charge", "low"); }};
    for (const auto& make_unknown : unknowns) {
        World other("RULE r WHEN a charge < 40 FOR 10 DO NOTIFY low");
        other.charge("10");
        make_unknown(other.readings[0]);
        EXPECT_EQ(other.look(), "");
        EXPECT_EQ(other.look_after(seconds(100)), "");
        EXPECT_EQ(other.deadline, std::nullopt);
    }
    world.charge("10");
    EXPECT_EQ(world.look(), "");
    EXPECT_EQ(world.look_after(seconds(10)), "fired r, low");
    for (const auto& make_unknown : unknowns) {
        make_unknown(world.readings[0]);
        EXPECT_EQ(world.look_after(seconds(100)), "");
    }
    world.readings[0].is_fresh = true;
    world.charge("10");
    EXPECT_EQ(world.look_after(seconds(1)), "");
}

TEST(Rules, AnEmptyStatusIsUnknown) {
    World world("RULE r WHEN a IS NOT OL DO NOTIFY x\nRULE s WHEN a on-battery < 5 DO NOTIFY y");
    world.status(" ");
    EXPECT_EQ(world.look(), "");
    world.status("OB");
    EXPECT_EQ(world.look(), "fired r, x, fired s, y");
}

TEST(Rules, UnknownInterruptsFor) {
    World world("RULE r WHEN a charge < 40 FOR 10 DO NOTIFY low");
    world.charge("10");
    EXPECT_EQ(world.look(), "");
    world.readings[0].is_fresh = false;
    EXPECT_EQ(world.look_after(seconds(5)), "");
    world.readings[0].is_fresh = true;
    EXPECT_EQ(world.look_after(seconds(5)), "");
    EXPECT_EQ(world.look_after(seconds(9)), "");
    EXPECT_EQ(world.look_after(seconds(1)), "fired r, low");
}

/// Kleene's tables: unknown only counts where it matters.
TEST(Rules, AndAndOrKnowUnknown) {
    struct Row {
        const char* a;
        const char* b;
        Truth both;
        Truth either;
    };
    using enum Truth;
    const Row rows[] = {
        {"1", "1", yes, yes},     {"1", "0", no, yes},     {"0", "0", no, no},
        {"1", "?", unknown, yes}, {"0", "?", no, unknown}, {"?", "?", unknown, unknown},
        {"?", "1", unknown, yes}, {"?", "0", no, unknown}, {"0", "1", no, yes}};
    for (const Row& row : rows) {
        World world("RULE and WHEN a x.a = 1 AND x.b = 1 DO NOTIFY x\nRULE or WHEN a x.a = 1 OR "
                    "x.b = 1 DO NOTIFY x");
        world.readings[0].set("x.a", row.a);
        world.readings[0].set("x.b", row.b);
        EXPECT_EQ(truth_of(world.plan.rules[0], world.state, world.readings, world.now), row.both)
            << row.a << row.b;
        EXPECT_EQ(truth_of(world.plan.rules[1], world.state, world.readings, world.now), row.either)
            << row.a << row.b;
    }
}

TEST(Rules, AnyAndAllLookAtTheGroup) {
    World world(
        "RULE any WHEN ANY g IS OB DO NOTIFY x\nRULE all WHEN ALL g IS OB DO NOTIFY y\n"
        "RULE every WHEN ALL UPS IS OB DO NOTIFY z\nRULE none WHEN NOT ANY UPS IS OB DO NOTIFY n");
    EXPECT_EQ(world.look(), "fired none, n");
    world.readings[1].set("ups.status", "OB DISCHRG");
    EXPECT_EQ(world.look_after(seconds(1)), "fired any, x, cleared none");
    world.readings[2].set("ups.status", "ob");
    EXPECT_EQ(world.look_after(seconds(1)), "fired all, y");
    world.status("OB");
    EXPECT_EQ(world.look_after(seconds(1)), "fired every, z");
    world.readings[2].is_fresh = false;
    EXPECT_EQ(world.look_after(seconds(1)), "");
    world.readings[1].set("ups.status", "OL");
    EXPECT_EQ(world.look_after(seconds(1)), "cleared all, cleared every");
    world.readings[2].set("ups.status", "OL");
    world.readings[2].is_fresh = true;
    EXPECT_EQ(world.look_after(seconds(1)), "cleared any");
}

TEST(Rules, TimeOnBatteryCountsFromTheFirstWord) {
    World world("RULE r WHEN a on-battery >= 60 DO NOTIFY x");
    EXPECT_EQ(world.look(), "");
    EXPECT_EQ(world.deadline, std::nullopt);
    world.status("OB");
    EXPECT_EQ(world.look_after(seconds(5)), "");
    EXPECT_EQ(world.deadline, kStart + seconds(65));
    EXPECT_EQ(world.look_after(seconds(59)), "");
    EXPECT_EQ(world.look_after(seconds(1)), "fired r, x");
    world.status("OL CHRG");
    EXPECT_EQ(world.look_after(seconds(1)), "cleared r");
    world.status("OB");
    EXPECT_EQ(world.look_after(seconds(1)), "");
    EXPECT_EQ(world.look_after(seconds(59)), "");
    EXPECT_EQ(world.look_after(seconds(1)), "fired r, x");
}

TEST(Rules, MoreThanAMinuteIsSixtyOneSeconds) {
    World world("RULE r WHEN a on-battery > 1m DO NOTIFY x");
    world.status("OB");
    EXPECT_EQ(world.look(), "");
    world.now = *world.deadline;
    EXPECT_EQ(world.look(), "");
    world.now = *world.deadline;
    EXPECT_EQ(world.now, kStart + seconds(61));
    EXPECT_EQ(world.look(), "fired r, x");
}

TEST(Rules, ATimeOnBatteryThatNeverComesNeedsNoDeadline) {
    for (const std::string limit : {"1000000001", "9223372036854775807", "99999999999999999999"}) {
        World world("RULE r WHEN a on-battery > " + limit + " DO NOTIFY x");
        world.status("OB");
        EXPECT_EQ(world.look(), "") << limit;
        EXPECT_EQ(world.deadline, std::nullopt) << limit;
        EXPECT_EQ(world.look_after(seconds(1)), "") << limit;
    }
}

TEST(Rules, TakeActionsOneAfterAnother) {
    World world("RULE r WHEN a IS OB DO NOTIFY one THEN AFTER 10 NOTIFY two THEN NOTIFY three THEN "
                "AFTER 5 SHUTDOWN");
    world.status("OB");
    EXPECT_EQ(world.look(), "fired r, one");
    EXPECT_EQ(world.deadline, kStart + seconds(10));
    EXPECT_EQ(world.look_after(seconds(9)), "");
    EXPECT_EQ(world.look_after(seconds(1)), "two, three");
    EXPECT_FALSE(asks_shutdown(world.state));
    EXPECT_EQ(world.deadline, kStart + seconds(15));
    world.look_after(seconds(5));
    ASSERT_EQ(world.steps.size(), 1U);
    EXPECT_EQ(world.steps[0].action.kind, conf::ActionKind::shutdown);
    EXPECT_TRUE(asks_shutdown(world.state));
    world.status("OL");
    EXPECT_EQ(world.look_after(seconds(1)), "cleared r");
    EXPECT_FALSE(asks_shutdown(world.state));
}

TEST(Rules, WaitingActionsNeedTheCondition) {
    World world("RULE r WHEN a IS OB DO NOTIFY one THEN AFTER 10 NOTIFY two");
    world.status("OB");
    EXPECT_EQ(world.look(), "fired r, one");
    world.readings[0].is_fresh = false;
    EXPECT_EQ(world.look_after(seconds(20)), "");
    world.readings[0].is_fresh = true;
    EXPECT_EQ(world.look_after(seconds(1)), "two");
    world.status("OL");
    EXPECT_EQ(world.look_after(seconds(1)), "cleared r");
    world.status("OB");
    EXPECT_EQ(world.look_after(seconds(1)), "fired r, one");
    world.status("OL");
    EXPECT_EQ(world.look_after(seconds(1)), "cleared r");
    EXPECT_EQ(world.look_after(seconds(60)), "");
}

TEST(Rules, ElseFollowsWhenTheRuleClears) {
    World world(
        "RULE r WHEN a IS OB DO OUTLET 2 off ELSE AFTER 30 OUTLET 2 on THEN AFTER 30 NOTIFY done");
    EXPECT_EQ(world.look_after(seconds(100)), "");
    world.status("OB");
    EXPECT_EQ(world.look(), "fired r, 2off");
    world.status("OL");
    EXPECT_EQ(world.look_after(seconds(1)), "cleared r");
    EXPECT_EQ(world.look_after(seconds(29)), "");
    EXPECT_EQ(world.look_after(seconds(1)), "2on");
    EXPECT_EQ(world.look_after(seconds(30)), "done");
    EXPECT_EQ(world.look_after(seconds(1000)), "");
}

TEST(Rules, ElseWaitsForAKnownConditionAndEndsWithANewFiring) {
    World world("RULE r WHEN a IS OB FOR 10 DO OUTLET 2 off ELSE AFTER 30 OUTLET 2 on");
    world.status("OB");
    EXPECT_EQ(world.look(), "");
    EXPECT_EQ(world.look_after(seconds(10)), "fired r, 2off");
    world.status("OL");
    EXPECT_EQ(world.look_after(seconds(1)), "cleared r");
    // A moment that is too short to fire does not lose the ELSE.
    world.status("OB");
    EXPECT_EQ(world.look_after(seconds(25)), "");
    EXPECT_EQ(world.look_after(seconds(9)), "");
    world.readings[0].is_fresh = false;
    EXPECT_EQ(world.look_after(seconds(100)), "");
    world.readings[0].is_fresh = true;
    world.status("OL");
    EXPECT_EQ(world.look_after(seconds(1)), "2on");
    world.status("OB");
    EXPECT_EQ(world.look(), "");
    EXPECT_EQ(world.look_after(seconds(10)), "fired r, 2off");
    world.status("OL");
    EXPECT_EQ(world.look_after(seconds(1)), "cleared r");
    world.status("OB");
    EXPECT_EQ(world.look_after(seconds(1)), "");
    EXPECT_EQ(world.look_after(seconds(10)), "fired r, 2off");
    EXPECT_EQ(world.look_after(seconds(1000)), "");
}

TEST(Rules, LogWhatTheyLookedAt) {
    World world("RULE r WHEN a IS OB AND charge < 40% OR ANY g on-battery > 9 FOR 5 DO NOTIFY low");
    world.status("OB LB");
    world.charge("39.5");
    world.readings[2].is_fresh = false;
    EXPECT_EQ(world.look(), "");
    world.look_after(seconds(7));
    ASSERT_EQ(world.steps.size(), 2U);
    EXPECT_EQ(world.steps[0].log,
              "rule=r fired held=7s: WHEN a IS OB AND charge < 40% OR ANY g on-battery > 9 FOR 5: "
              "a@h ups.status=\"OB LB\", "
              "a@h battery.charge=39.5, g:b@h on-battery=0s, g:c@h on-battery=?");
    EXPECT_EQ(world.steps[1].log.substr(0, 40), "rule=r acts: notify \"low\": WHEN a IS OB ");
    for (const Step& step : world.steps)
        EXPECT_EQ(step.log.find('\n'), std::string::npos);
}

TEST(Rules, PeerTextCannotBreakTheLogLine) {
    World world("RULE r WHEN a IS OB DO NOTIFY low");
    world.status("OB \n fake");
    EXPECT_EQ(world.look(), "fired r, low");
    EXPECT_EQ(world.steps[0].log.find('\n'), std::string::npos);
}

TEST(Rules, AReloadKeepsWhatIsTheSame) {
    World world("RULE keep WHEN a IS OB FOR 1h DO NOTIFY x\nRULE gone WHEN a IS OB DO NOTIFY "
                "y\nRULE new WHEN a IS OB DO NOTIFY w");
    world.status("OB");
    EXPECT_EQ(world.look(), "fired gone, y, fired new, w");
    const Plan plan = make_plan(
        conf_with("RULE new WHEN a IS OB DO NOTIFY z\nRULE keep WHEN a IS OB FOR 10 DO NOTIFY x"));
    world.state = carry_over(world.plan, world.state, plan);
    world.plan = plan;
    EXPECT_EQ(world.look_after(seconds(20)), "fired new, z, fired keep, x");
    EXPECT_EQ(world.state.on_battery_since[0], kStart);
}

TEST(Plan, KnowsWhatToAskFor) {
    const Plan plan =
        make_plan(conf_with("RULE r WHEN a charge < 4 OR ALL UPS Ups.Load > 5 DO FSD\n"
                            "RULE s WHEN ANY g temperature > 3 AND IS OB OR load > 1 DO FSD"));
    EXPECT_EQ(needed_variables(plan, 0), (std::vector<std::string>{"battery.charge", "ups.load"}));
    EXPECT_EQ(needed_variables(plan, 1), (std::vector<std::string>{"ups.load", "ups.temperature"}));
}

TEST(Plan, WarnsOfNamesThatNoTableHas) {
    const auto problems =
        check_names(conf_with("RULE r WHEN a battery.charg < 4 OR ups.model = 3 OR IS OBB DO SEND "
                              "load.of THEN SEND load.off\n"
                              "RULE fine WHEN a battery.charge < 4 OR IS OB OR input.L1.current > "
                              "3 OR outlet.2.current > 1 DO SEND beeper.mute"));
    std::string all;
    for (const conf::Problem& problem : problems)
        all += to_text(problem) + "\n";
    EXPECT_EQ(all, "upsmon.conf:5:1: warning: rule r: battery.charg is no known variable\n"
                   "upsmon.conf:5:1: warning: rule r: values of ups.model are no numbers\n"
                   "upsmon.conf:5:1: warning: rule r: OBB is no known word of ups.status\n"
                   "upsmon.conf:5:1: warning: rule r: load.of is no known instant command\n");
}

TEST(Readings, TakeNumbersOnly) {
    UpsReading reading;
    reading.set("Battery.Charge", " 97.5 ");
    EXPECT_EQ(reading.number("battery.charge"), 97.5);
    reading.set("battery.charge", "n/a");
    EXPECT_EQ(reading.number("battery.charge"), std::nullopt);
    reading.set("UPS.STATUS", "OL");
    EXPECT_EQ(reading.status, "OL");
    reading.remove("ups.status");
    EXPECT_EQ(reading.status, "");
}

}  // namespace
}  // namespace ups::upsmon::plan
