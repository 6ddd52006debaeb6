// SPDX-License-Identifier: Apache-2.0
// Every row of the specification's table "Event deduction from status changes", both halves, and every
// notification of the manual.
#include "world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ups::upsmon::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct EventRow {
    const char* name;
    const char* before;
    const char* after;
    std::optional<Word> word;  ///< the change that is reported; none: only contact
    bool is_there;
    Strings told;
};

class EventTable : public ::testing::TestWithParam<EventRow> {};

TEST_P(EventTable, RaisesWhatTheTableSays) {
    const EventRow& row = GetParam();
    World world(secondaries());
    world.settle().read(row.before).pass(seconds(2));
    world.actions.clear();
    world.read(row.after);
    bool is_reported = false;
    for (const Action& action : world.actions)
        if (const auto* change = std::get_if<action::Change>(&action))
            is_reported |= row.word == change->word && row.is_there == change->is_there;
    EXPECT_EQ(is_reported, row.word.has_value());
    EXPECT_EQ(world.told(), row.told);
    world.read(row.after);
    EXPECT_THAT(world.told(), IsEmpty()) << "notifications are edges";
}

// clang-format off
const EventRow kRows[] = {
    {"AlarmOn",          "OL",         "OL ALARM",   Word::alarm,   true,  {"ALARM"}},
    {"AlarmOff",         "OL ALARM",   "OL",         Word::alarm,   false, {"NOTALARM"}},
    {"Boosting",         "OL",         "OL BOOST",   Word::boost,   true,  {"BOOST"}},
    {"NotBoosting",      "OL BOOST",   "OL",         Word::boost,   false, {"NOTBOOST"}},
    {"BypassOn",         "OL",         "OL BYPASS",  Word::bypass,  true,  {"BYPASS"}},
    {"BypassOff",        "OL BYPASS",  "OL",         Word::bypass,  false, {"NOTBYPASS"}},
    {"Calibrating",      "OL",         "OL CAL",     Word::cal,     true,  {"CAL"}},
    {"NotCalibrating",   "OL CAL",     "OL",         Word::cal,     false, {"NOTCAL"}},
    {"Charging",         "OL",         "OL CHRG",    Word::chrg,    true,  {}},
    {"NotCharging",      "OL CHRG",    "OL",         Word::chrg,    false, {}},
    {"Communicating",    "NOCOMM",     "OL COMM",    Word::comm,    true,  {"COMMOK"}},
    {"CommGone",         "OL COMM",    "OL",         Word::comm,    false, {}},
    {"Discharging",      "OL",         "OL DISCHRG", Word::dischrg, true,  {}},
    {"NotDischarging",   "OL DISCHRG", "OL",         Word::dischrg, false, {}},
    {"SystemShutdown",   "OL",         "FSD OL",     Word::fsd,     true,  {"FSD", "SHUTDOWN"}},
    {"Abandoned",        "FSD OL",     "OL",         Word::fsd,     false, {"CALLOFF"}},
    {"LowBattery",       "OL",         "OL LB",      Word::lb,      true,  {"LOWBATT"}},
    {"BatteryNotLow",    "OL LB",      "OL",         Word::lb,      false, {}},
    {"Nocomm",           "OL",         "NOCOMM",     {},            false, {"COMMBAD"}},
    {"NocommGone",       "NOCOMM",     "OL",         {},            false, {"COMMOK"}},
    {"TurnedOff",        "OL",         "OL OFF",     Word::off,     true,  {"OFF"}},
    {"NotTurnedOff",     "OL OFF",     "OL",         Word::off,     false, {"NOTOFF"}},
    {"ReceivingPower",   "OB",         "OL",         Word::ol,      true,  {"ONLINE"}},
    {"PowerLost",        "OL",         "OB",         Word::ob,      true,  {"ONBATT"}},
    {"Overloaded",       "OL",         "OL OVER",    Word::over,    true,  {"OVER"}},
    {"OverloadGone",     "OL OVER",    "OL",         Word::over,    false, {"NOTOVER"}},
    {"ReplaceBattery",   "OL",         "OL RB",      Word::rb,      true,  {"REPLBATT"}},
    {"ReplaceCancelled", "OL RB",      "OL",         Word::rb,      false, {}},
    {"TestStarts",       "OL",         "OL TEST",    Word::test,    true,  {}},
    {"TestFinished",     "OL TEST",    "OL",         Word::test,    false, {}},
    {"Tick",             "OL",         "TICK",       Word::tick,    true,  {}},
    {"NoTick",           "TICK",       "TOCK",       Word::tick,    false, {}},
    {"Tock",             "OL",         "TOCK",       Word::tock,    true,  {}},
    {"NoTock",           "TOCK",       "TICK",       Word::tock,    false, {}},
    {"Trimming",         "OL",         "OL TRIM",    Word::trim,    true,  {"TRIM"}},
    {"NotTrimming",      "OL TRIM",    "OL",         Word::trim,    false, {"NOTTRIM"}},
    // Beyond the table: words of recent releases.
    {"Economy",          "OL",         "OL ECO",     Word::eco,     true,  {"ECO"}},
    {"NotEconomy",       "OL ECO",     "OL",         Word::eco,     false, {"NOTECO"}},
    {"Other",            "OL",         "OL TIP",     {},            false, {"OTHER"}},
    {"NotOther",         "OL TIP",     "OL",         {},            false, {"NOTOTHER"}},
    {"OtherInOrder",     "OL TIP SD",  "SD OL TIP",  {},            false, {}},
    {"OtherWords",       "OL TIP",     "OL SD",      {},            false, {"OTHER"}},
    {"LastWordWins",     "OL",         "OL OB",      Word::ob,      true,  {"ONBATT"}},
    {"LastWordWinsToo",  "OL",         "OB OL",      Word::ob,      true,  {}},
    {"AnyCase",          "OL",         "ob",         Word::ob,      true,  {"ONBATT"}},
    {"OverBypass",       "OB",         "BYPASS",     Word::bypass,  true,  {"BYPASS"}},
};
// clang-format on
INSTANTIATE_TEST_SUITE_P(, EventTable, ::testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(FirstReading, TellsWhatIsWrongButNotThatAllIsWell) {
    World well(secondaries());
    well.read("OL CHRG");
    EXPECT_THAT(well.told(), IsEmpty());

    Settings settings = secondaries();
    settings.min_supplies = 0;
    World ill(settings);
    ill.send(event::Reading{.status = "OB LB RB OVER ALARM CAL OFF TIP", .alarm = "hot"});
    EXPECT_THAT(ill.told(), ElementsAre("ONBATT", "LOWBATT", "REPLBATT", "CAL", "OFF", "OVER",
                                        "ALARM", "OTHER"));
}

TEST(Notifications, OnlineComesAfterOnbattWhateverIsBetween) {
    World world(secondaries());
    world.settle().read("OB").read("BYPASS").read("OL");
    EXPECT_THAT(world.told(), ElementsAre("ONBATT", "BYPASS", "ONLINE", "NOTBYPASS"));
}

TEST(Notifications, AlarmCarriesItsTextAndComesAgainWhenThatChanges) {
    World world(secondaries(2));
    world.settle();
    const auto alarm = [&world](FeedIndex feed, std::string_view text) {
        world.send(event::Reading{.feed = feed, .status = "OL ALARM", .alarm = text});
    };
    alarm(0, "hot\x01");
    ASSERT_EQ(world.actions.size(), 2U);  // the word, the notification
    EXPECT_EQ(std::get<action::Notify>(world.actions[1]).detail, "hot\\x01");
    world.actions.clear();
    alarm(1, "old");
    EXPECT_THAT(world.told(), ElementsAre("ALARM b"));
    // Each UPS has a text of its own: two in alarm do not tell each other's over and over.
    alarm(0, "hot\x01");
    alarm(1, "old");
    EXPECT_THAT(world.told(), IsEmpty());
    alarm(1, "older");
    EXPECT_THAT(world.told(), ElementsAre("ALARM b"));
}

TEST(Notifications, OtherListsTheUnknownWords) {
    World world(secondaries());
    world.settle().read("OL SD TIP HB");
    ASSERT_EQ(world.actions.size(), 2U);
    EXPECT_EQ(std::get<action::Notify>(world.actions[1]).detail, "SD TIP");
}

TEST(Notifications, EconomyModeIsKnownByBuzzwordsToo) {
    World world(secondaries());
    world.settle();
    world.send(event::Reading{.status = "OL", .buzzwords = "vendor:acme:ECO vendor:acme:FAN"});
    EXPECT_THAT(world.told(), ElementsAre("ECO"));
    world.send(event::Reading{.status = "OL", .buzzwords = "vendor:acme:FAN ECO"});
    EXPECT_THAT(world.told(), ElementsAre("NOTECO"));
}

TEST(Notifications, ReplaceBatteryIsRepeatedWhileItIsTrue) {
    Settings settings = secondaries();
    settings.replace_warn = seconds(100);
    World world(settings);
    world.settle().read("OL RB");
    EXPECT_THAT(world.told(), ElementsAre("REPLBATT"));
    world.pass(seconds(99));
    EXPECT_THAT(world.told(), IsEmpty());
    world.pass(seconds(101));
    EXPECT_THAT(world.told(), ElementsAre("REPLBATT", "REPLBATT"));
    world.read("OL").pass(seconds(500));
    EXPECT_THAT(world.told(), IsEmpty());
}

TEST(Notifications, ADeadParentIsToldEveryTwoMinutes) {
    World world(secondaries());
    world.settle().send(event::ParentDied{}).send(event::ParentDied{});
    EXPECT_THAT(world.told(), ElementsAre("NOPARENT"));
    world.pass(seconds(119));
    EXPECT_THAT(world.told(), IsEmpty());
    world.pass(seconds(122));
    EXPECT_THAT(world.told(), ElementsAre("NOPARENT", "NOPARENT"));
    world.send(event::ParentBack{}).pass(seconds(300));
    EXPECT_THAT(world.told(), IsEmpty());
}

TEST(Notifications, ARefusedLoginIsToldOncePerReason) {
    World world(primaries());
    world.send(event::LoginResult{0, Login::access_denied});
    world.send(event::LoginResult{0, Login::access_denied});
    EXPECT_THAT(world.told(), ElementsAre("AUTHFAIL"));
    world.send(event::LoginResult{0, Login::primary_refused});
    EXPECT_THAT(world.told(), ElementsAre("AUTHFAIL"));
    world.send(event::LoginResult{0, Login::ok}).lose().send(event::LoginResult{0, Login::ok});
    EXPECT_THAT(world.told(), ElementsAre("COMMBAD"));
    world.send(event::LoginResult{0, Login::primary_refused});
    EXPECT_THAT(world.told(), ElementsAre("AUTHFAIL"));
}

TEST(Heartbeat, AMissingBeatIsToldAndItsReturnToo) {
    Settings settings = secondaries();
    settings.feeds.push_back(feed("HB:heartbeat@h", Role::secondary, 0));
    settings.feeds[1].heartbeat = seconds(60);
    World world(settings);
    world.settle().read("TICK", 1).pass(seconds(50)).read("TOCK", 1).pass(seconds(59));
    EXPECT_THAT(world.told(), IsEmpty());
    world.pass(seconds(2));
    EXPECT_THAT(world.told(), ElementsAre("NOBEAT b"));
    world.pass(seconds(200)).read("TOCK", 1);  // the same word again is no beat
    EXPECT_THAT(world.told(), IsEmpty());
    world.read("TICK", 1);
    EXPECT_THAT(world.told(), ElementsAre("BEAT b"));
}

TEST(Heartbeat, OneThatNeverBeatsIsMissing) {
    Settings settings = secondaries();
    settings.feeds[0].heartbeat = seconds(60);
    World world(settings);
    world.settle().pass(seconds(61));
    EXPECT_THAT(world.told(), ElementsAre("NOBEAT"));
}

}  // namespace
}  // namespace ups::upsmon::testing
