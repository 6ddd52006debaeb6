// SPDX-License-Identifier: Apache-2.0
// Table: RULE lines with what comes out of them.
#include "conf/parse/rules.hpp"

#include "conf/parse/upsmon_conf.hpp"
#include "tests/unit/conf/support.hpp"

#include <gtest/gtest.h>

namespace ups::conf {
namespace {

using std::chrono::seconds;

Loaded<UpsmonConf> parse(const std::string& rule) {
    return parse_upsmon_conf("MONITOR su700@localhost 1 u p primary\nMONITOR hall:left@h 0 u p slave\n"
                             "MONITOR hall:right@h 0 u p slave\nSHUTDOWNCMD x\n" + rule + "\n",
                             "f");
}

Rule parse_one(const std::string& rule) {
    const auto loaded = parse(rule);
    EXPECT_EQ(texts(loaded.problems), "");
    EXPECT_EQ(loaded.value.rules.size(), 1U);
    return loaded.value.rules.empty() ? Rule{} : loaded.value.rules[0];
}

RuleTest number_test(std::string name, Comparison comparison, double number, double hysteresis = 0) {
    RuleTest test;
    test.subject = "su700@localhost";
    test.name = std::move(name);
    test.comparison = comparison;
    test.number = number;
    test.hysteresis = hysteresis;
    return test;
}

TEST(Rules, ReadsAsItIsSaid) {
    const Rule rule = parse_one("RULE lab-off WHEN su700@localhost battery.charge < 40 FOR 30 HYSTERESIS 5 "
                                "DO outlet.group lab off");
    EXPECT_EQ(rule.name, "lab-off");
    EXPECT_EQ(rule.condition, "su700@localhost battery.charge < 40 FOR 30 HYSTERESIS 5");
    EXPECT_EQ(rule.any_of, (std::vector<std::vector<RuleTest>>{{number_test("battery.charge", Comparison::lt, 40, 5)}}));
    EXPECT_EQ(rule.hold, seconds(30));
    ASSERT_EQ(rule.actions.size(), 1U);
    EXPECT_EQ(rule.actions[0].kind, ActionKind::outlet_group);
    EXPECT_EQ(rule.actions[0].text, "lab");
    EXPECT_EQ(rule.actions[0].parameter, "off");
    EXPECT_EQ(rule.actions[0].ups, "su700@localhost");
    EXPECT_TRUE(rule.otherwise.empty());
    EXPECT_EQ(rule.place.line, 5U);
}

struct TestCase {
    const char* name;
    const char* text;
    RuleTest test;
};
class RuleTests : public testing::TestWithParam<TestCase> {};

TEST_P(RuleTests, AreRead) {
    const Rule rule = parse_one(std::string("RULE r WHEN ") + GetParam().text + " DO FSD");
    EXPECT_EQ(rule.any_of, (std::vector<std::vector<RuleTest>>{{GetParam().test}}));
}

RuleTest status_test(Quantifier quantifier, std::string subject, Comparison comparison, std::string word) {
    return {quantifier, std::move(subject), Quantity::status, std::move(word), comparison, 0, 0};
}

INSTANTIATE_TEST_SUITE_P(
    Cases, RuleTests,
    testing::Values(
        TestCase{"glued", "su700 charge<40", number_test("battery.charge", Comparison::lt, 40)},
        TestCase{"percent", "su700 charge < 40%", number_test("battery.charge", Comparison::lt, 40)},
        TestCase{"le", "su700 load <= 8.5", number_test("ups.load", Comparison::le, 8.5)},
        TestCase{"ge_glued", "su700 load>=80", number_test("ups.load", Comparison::ge, 80)},
        TestCase{"gt", "su700 temperature > 45 HYSTERESIS 2.5", number_test("ups.temperature", Comparison::gt, 45, 2.5)},
        TestCase{"eq", "su700 outlet.count = 3", number_test("outlet.count", Comparison::eq, 3)},
        TestCase{"ne", "su700 outlet.count!=3", number_test("outlet.count", Comparison::ne, 3)},
        TestCase{"minutes", "su700 runtime < 10m HYSTERESIS 1m", number_test("battery.runtime", Comparison::lt, 600, 60)},
        TestCase{"hours", "su700 battery.runtime.low > 2h", number_test("battery.runtime.low", Comparison::gt, 7200)},
        TestCase{"upper_case", "su700 Battery.Charge < 1", number_test("battery.charge", Comparison::lt, 1)},
        TestCase{"negative", "su700 ambient.temperature < -10", number_test("ambient.temperature", Comparison::lt, -10)},
        TestCase{"not", "NOT su700 charge >= 40", number_test("battery.charge", Comparison::lt, 40)},
        TestCase{"twice_not", "NOT NOT su700 charge >= 40", number_test("battery.charge", Comparison::ge, 40)},
        TestCase{"status", "su700 IS ob", status_test(Quantifier::one, "su700@localhost", Comparison::eq, "OB")},
        TestCase{"status_not", "su700 is not CAL", status_test(Quantifier::one, "su700@localhost", Comparison::ne, "CAL")},
        TestCase{"not_status_not", "not su700 is not CAL", status_test(Quantifier::one, "su700@localhost", Comparison::eq, "CAL")},
        TestCase{"any_group", "ANY hall IS OB", status_test(Quantifier::any, "hall", Comparison::eq, "OB")},
        TestCase{"not_any_group", "NOT ANY hall IS OB", status_test(Quantifier::all, "hall", Comparison::ne, "OB")},
        TestCase{"all_ups", "ALL UPS IS OB", status_test(Quantifier::all, "", Comparison::eq, "OB")},
        TestCase{"on_battery", "su700 on-battery > 5m",
                 {Quantifier::one, "su700@localhost", Quantity::on_battery, "", Comparison::gt, 300, 0}}),
    [](const auto& row) { return row.param.name; });

TEST(Rules, AndBindsTighterThanOrAndTheSubjectStays) {
    const Rule rule = parse_one("RULE r WHEN su700 IS OB AND charge < 40 OR ANY hall IS LB AND load > 10 FOR 1m DO FSD");
    ASSERT_EQ(rule.any_of.size(), 2U);
    ASSERT_EQ(rule.any_of[0].size(), 2U);
    ASSERT_EQ(rule.any_of[1].size(), 2U);
    EXPECT_EQ(rule.any_of[0][1].subject, "su700@localhost");
    EXPECT_EQ(rule.any_of[1][1].quantifier, Quantifier::any);
    EXPECT_EQ(rule.any_of[1][1].subject, "hall");
    EXPECT_EQ(rule.hold, seconds(60));
}

TEST(Rules, ReadsEveryAction) {
    const Rule rule = parse_one(
        "RULE r WHEN su700 IS OB DO RUN \"/bin/x -y\" THEN AFTER 10 SEND beeper.mute THEN SEND load.off.delay 20 AT left "
        "THEN AFTER 1m SHUTDOWN ELSE AFTER 3 RUN y");
    ASSERT_EQ(rule.actions.size(), 4U);
    const auto expect = [](const RuleAction& got, ActionKind kind, const char* text, const char* parameter,
                           const char* ups, int after) {
        EXPECT_EQ(got, (RuleAction{kind, text, parameter, ups, seconds(after)}));
    };
    expect(rule.actions[0], ActionKind::run, "/bin/x -y", "", "", 0);
    expect(rule.actions[1], ActionKind::send, "beeper.mute", "", "su700@localhost", 10);
    expect(rule.actions[2], ActionKind::send, "load.off.delay", "20", "hall:left@h", 10);
    expect(rule.actions[3], ActionKind::shutdown, "", "", "", 70);
    ASSERT_EQ(rule.otherwise.size(), 1U);
    expect(rule.otherwise[0], ActionKind::run, "y", "", "", 3);
    const Rule second = parse_one("RULE s WHEN ALL UPS IS OB DO outlet.group b OFF at su700 THEN NOTIFY \"{ups} %\" THEN fsd");
    ASSERT_EQ(second.actions.size(), 3U);
    expect(second.actions[0], ActionKind::outlet_group, "b", "off", "su700@localhost", 0);
    expect(second.actions[1], ActionKind::notify, "{ups} %", "", "", 0);
    expect(second.actions[2], ActionKind::fsd, "", "", "", 0);
}

struct Faulty {
    const char* name;
    const char* text;
    const char* problem;
};
class FaultyRules : public testing::TestWithParam<Faulty> {};

TEST_P(FaultyRules, AreRefusedWithTheirPlace) {
    const auto loaded = parse(GetParam().text);
    EXPECT_EQ(texts(loaded.problems), std::string("f:5:") + GetParam().problem + "\n");
    EXPECT_TRUE(loaded.value.rules.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Cases, FaultyRules,
    testing::Values(
        Faulty{"nothing", "RULE", "1: error: RULE has no name (expected RULE NAME WHEN CONDITION DO ACTION)"},
        Faulty{"name", "RULE a/b WHEN", "6: error: \"a/b\" is no name of a rule (letters, digits, - _ and .)"},
        Faulty{"no_when", "RULE a IF", "8: error: WHEN is missing (expected RULE NAME WHEN CONDITION DO ACTION)"},
        Faulty{"no_condition", "RULE a WHEN", "8: error: a test is missing (for instance: su700 charge < 40)"},
        Faulty{"no_do", "RULE a WHEN su700 IS OB", "22: error: DO is missing (expected RULE NAME WHEN CONDITION DO ACTION)"},
        Faulty{"no_subject", "RULE a WHEN charge < 4 DO FSD",
               "13: error: \"charge\" is no UPS of a MONITOR line (a test starts with a UPS, or with ANY or ALL and a group)"},
        Faulty{"ups", "RULE a WHEN su70@localhost IS OB DO FSD",
               "13: error: \"su70@localhost\" is no UPS of a MONITOR line (did you mean \"su700@localhost\"?)"},
        Faulty{"group", "RULE a WHEN ANY hal IS OB DO FSD",
               "17: error: \"hal\" is no group of a MONITOR line (did you mean \"hall\"?)"},
        Faulty{"quantity", "RULE a WHEN su700 charg < 4 DO FSD", "19: error: \"charg\" can not be tested (did you mean \"charge\"?)"},
        Faulty{"comparison", "RULE a WHEN su700 charge below 4 DO FSD", "26: error: \"below\" is no comparison (expected < <= > >= = or !=)"},
        Faulty{"comparison_glued", "RULE a WHEN su700 charge<<4 DO FSD", "25: error: \"<<\" is no comparison (expected < <= > >= = or !=)"},
        Faulty{"number", "RULE a WHEN su700 charge < x DO FSD", "28: error: \"x\" is no number to compare with (for instance 40 or 40%)"},
        Faulty{"number_glued", "RULE a WHEN su700 charge<x DO FSD", "26: error: \"x\" is no number to compare with (for instance 40 or 40%)"},
        Faulty{"unit", "RULE a WHEN su700 charge < 10m DO FSD", "28: error: \"10m\" is no number to compare with (for instance 40 or 40%)"},
        Faulty{"unit_time", "RULE a WHEN su700 runtime < 10% DO FSD", "29: error: \"10%\" is no number to compare with (seconds, or 10m, or 2h)"},
        Faulty{"hysteresis", "RULE a WHEN su700 charge < 4 HYSTERESIS -1 DO FSD", "41: error: \"-1\" is no hysteresis (a number, 0 or more)"},
        Faulty{"hysteresis_status", "RULE a WHEN su700 IS OB FOR 3 HYSTERESIS 1 DO FSD", "31: error: HYSTERESIS is for < and > of a reading only"},
        Faulty{"hysteresis_equal", "RULE a WHEN su700 charge = 4 HYSTERESIS 1 DO FSD", "30: error: HYSTERESIS is for < and > of a reading only"},
        Faulty{"for_time", "RULE a WHEN su700 IS OB FOR ever DO FSD", "29: error: \"ever\" is no time for FOR (seconds, or 10m, or 2h; at most 7 days)"},
        Faulty{"for_long", "RULE a WHEN su700 IS OB FOR 169h DO FSD", "29: error: \"169h\" is no time for FOR (seconds, or 10m, or 2h; at most 7 days)"},
        Faulty{"trailing", "RULE a WHEN su700 IS OB FO 3 DO FSD", "25: error: \"FO\" is not understood here (did you mean \"FOR\"?)"},
        Faulty{"for_too_early", "RULE a WHEN su700 IS OB FOR 3 AND IS LB DO FSD", "31: error: \"AND\" is not understood here (FOR comes behind all tests)"},
        Faulty{"open_end", "RULE a WHEN su700 IS OB AND DO FSD", "29: error: a test is missing (for instance: su700 charge < 40)"},
        Faulty{"status", "RULE a WHEN su700 IS O/B DO FSD", "22: error: \"O/B\" is no word of ups.status (for instance OB, LB, ALARM)"},
        Faulty{"no_action", "RULE a WHEN su700 IS OB DO", "25: error: \"\" is no action (expected RUN, SEND, OUTLET, OUTLET.GROUP, NOTIFY, SHUTDOWN, FSD)"},
        Faulty{"action", "RULE a WHEN su700 IS OB DO SHUTDWN", "28: error: \"SHUTDWN\" is no action (did you mean \"SHUTDOWN\"?)"},
        Faulty{"run", "RULE a WHEN su700 IS OB DO RUN", "28: error: RUN needs more (expected RUN \"COMMAND\")"},
        Faulty{"send", "RULE a WHEN su700 IS OB DO SEND off", "28: error: \"off\" is no instant command (for instance beeper.mute)"},
        Faulty{"outlet", "RULE a WHEN su700 IS OB DO OUTLET 2", "35: error: switching an outlet needs more (expected OUTLET NUMBER on|off [AT UPS])"},
        Faulty{"outlet_position", "RULE a WHEN su700 IS OB DO OUTLET 2 open", "37: error: \"open\" is neither on nor off (expected OUTLET NUMBER on|off [AT UPS])"},
        Faulty{"which_ups", "RULE a WHEN ANY hall IS OB DO OUTLET 2 off", "40: error: which UPS is meant? (say AT and a UPS)"},
        Faulty{"at", "RULE a WHEN su700 IS OB DO OUTLET 2 off AT leftt@h", "44: error: \"leftt@h\" is no UPS of a MONITOR line"},
        Faulty{"not_then", "RULE a WHEN su700 IS OB DO FSD RUN x", "32: error: \"RUN\" is not understood here (the next action starts with THEN or ELSE)"},
        Faulty{"else_shutdown", "RULE a WHEN su700 IS OB DO NOTIFY x ELSE FSD", "42: error: ELSE cannot shut down (make a rule of its own)"}),
    [](const auto& row) { return row.param.name; });

TEST(Rules, AreBounded) {
    std::string tests = "RULE a WHEN su700 IS OB";
    for (int i = 0; i < 8; ++i) tests += " OR charge<1";
    EXPECT_TRUE(mentions(parse(tests + " DO FSD").problems, "more than 8 tests"));
    std::string actions = "RULE a WHEN su700 IS OB DO RUN x";
    for (int i = 0; i < 8; ++i) actions += " THEN FSD";
    EXPECT_TRUE(mentions(parse(actions).problems, "more than 8 actions"));
    std::string words = "RULE a WHEN su700 IS OB";
    for (int i = 0; i < 12; ++i) words += " AND NOT NOT";
    EXPECT_TRUE(mentions(parse(words + " IS LB DO FSD").problems, "32 words or more"));
    std::string many;
    for (int i = 0; i < 101; ++i) many += "RULE r" + std::to_string(i) + " WHEN su700 IS OB DO FSD\n";
    const auto loaded = parse(many);
    EXPECT_EQ(loaded.value.rules.size(), kMaxRules);
    EXPECT_TRUE(mentions(loaded.problems, "f:105:1: error: more than 100 rules"));
}

TEST(Rules, HaveNamesOfTheirOwn) {
    const auto loaded = parse("RULE a WHEN su700 IS OB DO FSD\nRULE a WHEN su700 IS LB DO FSD");
    EXPECT_EQ(texts(loaded.problems), "f:6:6: error: a second rule \"a\" (the first is in line 5)\n");
}

}  // namespace
}  // namespace ups::conf
