// SPDX-License-Identifier: Apache-2.0
// Table: every row of the tables "loss of contact" and "when is a device critical": not before, but then.
#include "world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ups::upsmon::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::optional<Loss> kInReach{};

/// Timers that cannot be taken for one another.
Settings settings_for(Role role) {
    Settings settings = role == Role::primary ? primaries() : secondaries();
    settings.min_supplies = 0;  // judging only
    settings.dead_time = seconds(20);
    settings.host_sync = seconds(13);
    settings.off_duration = seconds(31);
    settings.low_duration = seconds(7);
    settings.over_duration = seconds(43);
    return settings;
}

struct Row {
    const char* name;
    const char* status;
    std::optional<Loss> loss;  ///< none: stays in contact
    Reason reason;             ///< none: never
    seconds after;             ///< since the reading (and the loss, in the same instant)
    Role role = Role::primary;
    void (*change)(Settings&) = [](Settings&) {};
};

class Criticality : public ::testing::TestWithParam<Row> {};

TEST_P(Criticality, BeginsWhenTheTableSays) {
    const Row& row = GetParam();
    Settings settings = settings_for(row.role);
    row.change(settings);
    World world(settings);
    world.settle().read(row.status);
    if (row.loss) world.lose(*row.loss);
    if (row.reason == Reason::none) {
        world.pass(seconds(500));
        EXPECT_EQ(name_of(world.reason()), "none");
        return;
    }
    if (row.after > seconds(0)) {
        world.pass(row.after - milliseconds(1));
        EXPECT_EQ(name_of(world.reason()), "none");
        world.pass(milliseconds(1));
    }
    EXPECT_EQ(name_of(world.reason()), name_of(row.reason));
}

void at_once(Settings& s) {
    s.loss_patience = LossPatience::at_once;
}
void off_never(Settings& s) {
    s.loss_patience = LossPatience::at_once;
    s.off_duration.reset();
}
void alarm_harmless(Settings& s) {
    s.loss_patience = LossPatience::at_once;
    s.alarm_critical = false;
}
void over_never(Settings& s) {
    s.over_duration.reset();
}
void losses_are_fine(Settings& s) {
    s.feeds[0].meaning.fill(LossMeaning::fine);
}
void server_loss_is_dead(Settings& s) {
    s.feeds[0].meaning[static_cast<std::size_t>(Loss::server)] = LossMeaning::dead;
}
void low_at_once(Settings& s) {
    s.low_duration = {};
}
void obey(Settings& s) {
    s.stale_fsd = StaleFsd::obey;
}

// clang-format off
const Row kRows[] = {
    // The manual's §6, in contact.
    {"ForcedShutdown",            "FSD OL",      kInReach,      Reason::forced_shutdown,  seconds(0)},
    {"ForcedShutdownOnBattery",   "FSD OB",      kInReach,      Reason::forced_shutdown,  seconds(0)},
    {"ForcedShutdownAndCal",      "FSD OB CAL",  kInReach,      Reason::forced_shutdown,  seconds(0)},
    {"ForcedShutdownSecondary",   "FSD OL",      kInReach,      Reason::forced_shutdown,  seconds(0), Role::secondary},
    {"ForcedShutdownObeyed",      "FSD OL",      kInReach,      Reason::forced_shutdown,  seconds(0), Role::secondary, obey},
    {"OffForLong",                "OL OFF",      kInReach,      Reason::off,              seconds(31)},
    {"OffNever",                  "OL OFF",      kInReach,      Reason::none,             seconds(0), Role::primary, off_never},
    {"LowPrimary",                "OB LB",       kInReach,      Reason::low_battery,      seconds(7)},
    {"LowPrimaryAtOnce",          "OB LB",       kInReach,      Reason::low_battery,      seconds(0), Role::primary, low_at_once},
    {"LowSecondary",              "OB LB",       kInReach,      Reason::low_battery,      seconds(20), Role::secondary},
    {"LowSecondaryHostsync",      "OB LB",       kInReach,      Reason::low_battery,      seconds(13), Role::secondary, low_at_once},
    {"LowAndCalibrating",         "OB LB CAL",   kInReach,      Reason::none,             seconds(0)},
    {"LowOnline",                 "OL LB",       kInReach,      Reason::none,             seconds(0)},
    {"LowWithoutMains",           "LB",          kInReach,      Reason::none,             seconds(0)},
    {"LowOnBothLastIsOnline",     "OB LB OL",    kInReach,      Reason::none,             seconds(0)},
    {"LowOnBothLastIsBattery",    "OL LB OB",    kInReach,      Reason::low_battery,      seconds(7)},
    {"LowInTest",                 "OB LB TEST",  kInReach,      Reason::low_battery,      seconds(30)},
    {"LowInTestSecondary",        "OB LB TEST",  kInReach,      Reason::low_battery,      seconds(43), Role::secondary},
    {"OnBattery",                 "OB",          kInReach,      Reason::none,             seconds(0)},
    {"Online",                    "OL",          kInReach,      Reason::none,             seconds(0)},
    {"Bypass",                    "BYPASS",      kInReach,      Reason::none,             seconds(0)},
    {"Alarm",                     "OL ALARM",    kInReach,      Reason::none,             seconds(0)},
    {"Overload",                  "OL OVER",     kInReach,      Reason::none,             seconds(0)},
    {"Calibrating",               "OB CAL",      kInReach,      Reason::none,             seconds(0)},
    {"SelfTest",                  "OB TEST",     kInReach,      Reason::none,             seconds(0)},
    {"ReplaceBattery",            "OL RB LB",    kInReach,      Reason::none,             seconds(0)},
    {"Unheard",                   "OL TIP",      kInReach,      Reason::none,             seconds(0)},
    // §5: out of reach, by what was known last.
    {"LostOnline",                "OL",          Loss::server,  Reason::none,             seconds(0)},
    {"LostOnlineLow",             "OL LB",       Loss::server,  Reason::none,             seconds(0)},
    {"LostOnBattery",             "OB",          Loss::server,  Reason::dead_on_battery,  seconds(20)},
    {"LostOnBatteryNetwork",      "OB",          Loss::network, Reason::dead_on_battery,  seconds(20)},
    {"LostOnBatteryDriver",       "OB",          Loss::driver,  Reason::dead_on_battery,  seconds(20)},
    {"LostOnBatteryStale",        "OB",          Loss::stale,   Reason::dead_on_battery,  seconds(20)},
    {"LostOnBatterySecondary",    "OB",          Loss::server,  Reason::dead_on_battery,  seconds(20), Role::secondary},
    {"LostOnBatteryMaySurvive",   "OB",          Loss::server,  Reason::none,             seconds(0), Role::secondary, losses_are_fine},
    {"LostLow",                   "OB LB",       Loss::server,  Reason::low_battery,      seconds(7)},
    {"LostLowMaySurvive",         "OB LB",       Loss::server,  Reason::none,             seconds(0), Role::primary, losses_are_fine},
    {"LostCal",                   "OB CAL",      Loss::stale,   Reason::dead_calibrating, seconds(0), Role::primary, at_once},
    {"LostCalPatient",            "OB CAL",      Loss::stale,   Reason::dead_calibrating, seconds(20)},
    {"LostCalOnline",             "OL CAL",      Loss::stale,   Reason::dead_calibrating, seconds(20)},
    {"LostCalMaySurvive",         "OB CAL",      Loss::stale,   Reason::none,             seconds(0), Role::primary, losses_are_fine},
    {"LostBypass",                "BYPASS",      Loss::stale,   Reason::dead_in_bypass,   seconds(0), Role::primary, at_once},
    {"LostBypassPatient",         "OL BYPASS",   Loss::stale,   Reason::dead_in_bypass,   seconds(20)},
    {"LostOff",                   "OL OFF",      Loss::stale,   Reason::dead_off,         seconds(0), Role::primary, at_once},
    {"LostOffPatient",            "OL OFF",      Loss::stale,   Reason::dead_off,         seconds(20)},
    {"LostOffNever",              "OL OFF",      Loss::stale,   Reason::none,             seconds(0), Role::primary, off_never},
    {"LostAlarm",                 "OL ALARM",    Loss::stale,   Reason::dead_in_alarm,    seconds(0), Role::primary, at_once},
    {"LostAlarmPatient",          "OL ALARM",    Loss::stale,   Reason::dead_in_alarm,    seconds(20)},
    {"LostAlarmHarmless",         "OL ALARM",    Loss::stale,   Reason::none,             seconds(0), Role::primary, alarm_harmless},
    {"LostOver",                  "OL OVER",     Loss::stale,   Reason::dead_overloaded,  seconds(43)},
    {"LostOverAtOnce",            "OL OVER",     Loss::stale,   Reason::dead_overloaded,  seconds(43), Role::primary, at_once},
    {"LostOverNever",             "OL OVER",     Loss::stale,   Reason::none,             seconds(0), Role::primary, over_never},
    {"LostIsDead",                "OL",          Loss::server,  Reason::dead,             seconds(20), Role::primary, server_loss_is_dead},
    {"OtherLossIsNot",            "OL",          Loss::network, Reason::none,             seconds(0), Role::primary, server_loss_is_dead},
    {"LostForcedShutdown",        "FSD OL",      Loss::server,  Reason::forced_shutdown,  seconds(0), Role::secondary, losses_are_fine},
};
// clang-format on
INSTANTIATE_TEST_SUITE_P(, Criticality, ::testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Loss, TellsAtOnceAndThenAgainAndAgain) {
    Settings settings = secondaries();
    settings.no_contact_warn = seconds(60);
    World world(settings);
    world.settle().lose();
    EXPECT_THAT(world.told(), ElementsAre("COMMBAD"));
    world.lose(Loss::network).wait(seconds(59));
    EXPECT_THAT(world.told(), IsEmpty());
    world.wait(seconds(61));
    EXPECT_THAT(world.told(), ElementsAre("NOCOMM", "NOCOMM"));
    world.read("OL");
    EXPECT_THAT(world.told(), ElementsAre("COMMOK"));
}

TEST(Loss, OfSomethingNeverSeenIsToldButIsNotCritical) {
    World world(primaries());
    world.lose().wait(minutes(600));
    const Strings told = world.told();
    EXPECT_EQ(told.front(), "COMMBAD");
    EXPECT_EQ(told[1], "NOCOMM");
    EXPECT_EQ(world.reason(), Reason::none);
    EXPECT_FALSE(world.is_going_down());
    world.read("OL");
    EXPECT_THAT(world.told(), ElementsAre("COMMOK"));
}

TEST(Loss, TheUnknownIsCriticalAtItsTimeAndNotBefore) {
    Settings settings = primaries();
    settings.feeds[0].unknown_after = seconds(90);
    World world(settings);
    world.wait(seconds(90) - milliseconds(1));
    EXPECT_EQ(world.reason(), Reason::none);
    world.wait(milliseconds(1));
    EXPECT_EQ(world.reason(), Reason::unknown);

    World known(settings);
    known.read("ALARM").pass(seconds(60)).read("OL ALARM").pass(seconds(600));
    EXPECT_EQ(known.reason(), Reason::none);
}

TEST(Loss, SilenceForTwoPollsIsOne) {
    Settings settings = secondaries();
    settings.poll = seconds(5);
    settings.poll_alert = seconds(2);
    World world(settings);
    world.settle().wait(seconds(10) - milliseconds(1));
    EXPECT_THAT(world.told(), IsEmpty());
    world.wait(milliseconds(1));
    EXPECT_THAT(world.told(), ElementsAre("COMMBAD"));
    EXPECT_EQ(world.of().loss, Loss::silence);
    world.send(event::Confirmed{0});
    EXPECT_THAT(world.told(), ElementsAre("COMMOK"));
}

TEST(Loss, ConfirmingWhatWasNeverReadIsNoSignOfLife) {
    World world(secondaries());
    world.lose().send(event::Confirmed{0});
    EXPECT_EQ(world.of().contact, Contact::lost);
}

TEST(Loss, AStatusWithoutContentsIsOne) {
    for (const std::string_view status : {"", "  ", "NOCOMM", "OL NOCOMM", "WAIT", "ALARM WAIT"}) {
        World world(secondaries());
        world.settle().read(status);
        EXPECT_THAT(world.told(), ElementsAre("COMMBAD")) << status;
    }
}

TEST(Loss, AForcedShutdownIsHeardWhileTheDriverStarts) {
    World world(secondaries());
    world.settle().read("FSD WAIT");
    EXPECT_EQ(world.reason(), Reason::forced_shutdown);
    World fresh(secondaries());
    fresh.read("FSD WAIT");
    EXPECT_EQ(fresh.reason(), Reason::none);
}

TEST(LowBattery, HasToLastWithoutABreak) {
    Settings settings = primaries();
    settings.low_duration = seconds(10);
    World world(settings);
    world.settle();
    for (int i = 0; i < 20; ++i)
        world.read("OB LB").pass(seconds(9)).read("OB").pass(seconds(1));
    EXPECT_EQ(world.reason(), Reason::none);
    world.read("OB LB").pass(seconds(10));
    EXPECT_EQ(world.reason(), Reason::low_battery);
}

TEST(LowBattery, WithoutRuntimeOnAFullBatteryHasToLast) {
    World world(primaries());
    world.settle();
    const auto say = [&world](double charge, std::int32_t runtime) {
        world.send(event::Reading{.status = "OB LB", .charge = charge, .runtime = runtime});
    };
    say(100.0, 0);
    world.pass(seconds(29));
    EXPECT_EQ(world.reason(), Reason::none);
    say(89.0, 0);
    EXPECT_EQ(world.reason(), Reason::low_battery);
    World honest(primaries());
    honest.settle().send(event::Reading{.status = "OB LB", .charge = 100.0, .runtime = 30});
    EXPECT_EQ(honest.reason(), Reason::low_battery);
}

TEST(Off, CountsOnlyWhileItLastsWithoutABreak) {
    Settings settings = primaries();
    ASSERT_EQ(settings.off_duration, seconds(30));
    World world(settings);
    world.settle();
    for (int i = 0; i < 5; ++i) {
        world.read("OL OFF").pass(seconds(29));
        world.read("OL").pass(seconds(2));
    }
    EXPECT_EQ(name_of(world.reason()), "none");
    EXPECT_EQ(world.state().phase, Phase::watching);
    world.read("OL OFF").pass(seconds(30));
    EXPECT_EQ(name_of(world.reason()), "off");
    EXPECT_NE(world.state().phase, Phase::watching);
}

TEST(PollPeriod, IsShortWhileSomethingNeedsAttention) {
    Settings settings = secondaries(2);
    settings.min_supplies = 0;
    settings.poll = seconds(10);
    settings.poll_alert = seconds(3);
    settings.over_duration = seconds(1);
    settings.off_duration.reset();
    for (const std::string_view status : {"OB", "OL OFF", "BYPASS", "OL ALARM", "OL OVER"}) {
        World world(settings);
        world.settle().read(status, 1);
        EXPECT_EQ(world.state().poll, seconds(3)) << status;
        world.read("OL", 1);
        EXPECT_EQ(world.state().poll, seconds(10)) << status;
    }
    settings.over_duration.reset();
    settings.alarm_critical = false;
    for (const std::string_view status : {"OL OVER", "OL ALARM", "OL CAL"}) {
        World world(settings);
        world.settle().read(status, 1);
        EXPECT_EQ(world.state().poll, seconds(10)) << status;
    }
}

TEST(PollPeriod, FitsIntoARunningCountdown) {
    Settings settings = primaries();
    settings.min_supplies = 0;
    settings.poll_alert = seconds(6);
    settings.low_duration = seconds(4);
    settings.off_duration = seconds(9);
    World world(settings);
    world.settle().read("OB LB");
    EXPECT_EQ(world.state().poll, seconds(2));
    world.pass(seconds(4));
    EXPECT_EQ(world.state().poll, seconds(6));
    world.read("OL OFF");
    EXPECT_EQ(world.state().poll, seconds(3));
    world.pass(seconds(9));
    EXPECT_EQ(world.state().poll, seconds(6));
}

TEST(Supplies, AreThoseOfFeedsThatAreNotCritical) {
    Settings settings = primaries(3);
    settings.feeds[0].power_value = 2;
    settings.feeds[2].power_value = 0;
    settings.min_supplies = 2;
    World world(settings);
    EXPECT_EQ(supplies(world.state()), 3U);
    world.settle().read("OB LB", 1).read("FSD OB", 2);
    EXPECT_EQ(supplies(world.state()), 2U);
    EXPECT_FALSE(world.is_going_down());
    world.read("OB LB", 0);
    EXPECT_EQ(supplies(world.state()), 0U);
    EXPECT_TRUE(world.is_going_down());
}

TEST(Off, IsNotConcludedFromWhatWasReadBefore) {
    World world(primaries());
    world.settle().read("OL OFF").pass(seconds(21)).wait(seconds(9));
    EXPECT_EQ(world.reason(), Reason::none) << "nobody has said OFF for nine seconds";
    world.read("OL OFF");
    EXPECT_EQ(world.reason(), Reason::off);
}

TEST(LowBattery, InDoubtIsNotConcludedFromWhatWasReadBefore) {
    World world(primaries());
    world.settle().read("OB LB TEST").pass(seconds(23)).lose(Loss::stale).wait(seconds(14));
    EXPECT_EQ(world.reason(), Reason::none) << "30 seconds of doubt, of which 14 without a reading";
    world.wait(seconds(1));
    EXPECT_EQ(world.reason(), Reason::dead_on_battery) << "DEADTIME is for that";
}

}  // namespace
}  // namespace ups::upsmon::testing
