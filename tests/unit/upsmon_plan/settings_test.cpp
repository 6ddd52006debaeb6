// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/plan/settings.hpp"

#include <gtest/gtest.h>

namespace ups::upsmon::plan {
namespace {

using std::chrono::seconds;

Settings from(const std::string& text) {
    return settings_from(conf::parse_upsmon_conf(text, "f").value);
}

TEST(Settings, WithoutDirectivesAreTheDefaultsOfTheStateMachine) {
    Settings expected;
    FeedSettings feed;
    feed.monitor = "a@h";
    feed.role = Role::secondary;
    expected.feeds = {feed};
    EXPECT_EQ(from("MONITOR a@h 1 u p slave\n"), expected);
    EXPECT_FALSE(objection(expected));
}

TEST(Settings, TakeEveryDirectiveThatDecides) {
    const Settings settings = from("MONITOR g:a@h 2 u p master\nMINSUPPLIES 2\nPOLLFREQ "
                                   "2\nPOLLFREQALERT 1\nHOSTSYNC 6\nDEADTIME 20\n"
                                   "RBWARNTIME 7\nNOCOMMWARNTIME 8\nFINALDELAY 9\nOFFDURATION "
                                   "-1\nOBLBDURATION 10\nOVERDURATION 11\n"
                                   "ALARMCRITICAL 0\nSHUTDOWNEXIT no\nSTAGETIME 12\nLOSSPATIENCE "
                                   "NONE\nSTALEFSD DOUBT 13\nCALLOFF NEVER\n"
                                   "DOUBTDURATION 14\nFULLCHARGE 70\nSTAGE * 3 REST 4\nLOSS * "
                                   "STALE DEAD\nLOSS * SILENCE FINE\n"
                                   "UNKNOWNAFTER * 15\nHEARTBEAT * 16\n");
    Settings expected;
    FeedSettings feed;
    feed.monitor = "g:a@h";
    feed.group = "g";
    feed.power_value = 2;
    feed.role = Role::primary;
    feed.stage = 3;
    feed.stage_rest = 4;
    feed.meaning[static_cast<std::size_t>(Loss::stale)] = LossMeaning::dead;
    feed.meaning[static_cast<std::size_t>(Loss::silence)] = LossMeaning::fine;
    feed.unknown_after = seconds(15);
    feed.heartbeat = seconds(16);
    expected.feeds = {feed};
    expected.min_supplies = 2;
    expected.poll = seconds(2);
    expected.poll_alert = seconds(1);
    expected.host_sync = seconds(6);
    expected.dead_time = seconds(20);
    expected.replace_warn = seconds(7);
    expected.no_contact_warn = seconds(8);
    expected.final_delay = seconds(9);
    expected.off_duration.reset();
    expected.low_duration = seconds(10);
    expected.over_duration = seconds(11);
    expected.alarm_critical = false;
    expected.exit_after.reset();
    expected.stage_time = seconds(12);
    expected.loss_patience = LossPatience::at_once;
    expected.stale_fsd_after = seconds(13);
    expected.call_off = CallOff::never;
    expected.doubt_duration = seconds(14);
    expected.full_charge = 70;
    EXPECT_EQ(settings, expected);
}

}  // namespace
}  // namespace ups::upsmon::plan
