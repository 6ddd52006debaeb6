// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/settings_from_conf.hpp"

#include <gtest/gtest.h>

namespace ups::upsmon {
namespace {

using namespace std::chrono_literals;

Settings settings_of(std::string_view text) {
    return settings_from(conf::parse_upsmon_conf(text, "upsmon.conf").value);
}

TEST(SettingsFromConf, DefaultsAreThoseOfTheMachine) {
    Settings expected;
    FeedSettings feed;
    feed.monitor = "su700@localhost";
    feed.role = Role::primary;
    expected.feeds.push_back(feed);
    EXPECT_EQ(settings_of("MONITOR su700@localhost 1 user pass master\n"), expected);
}

TEST(SettingsFromConf, TakesEveryTimeOfTheStockFile) {
    const Settings settings = settings_of("MONITOR rack:a@h 2 u p secondary\n"
                                          "MINSUPPLIES 2\nPOLLFREQ 7\nPOLLFREQALERT 3\n"
                                          "HOSTSYNC 21\nDEADTIME 31\nRBWARNTIME 41\n"
                                          "NOCOMMWARNTIME 51\nFINALDELAY 9\nOFFDURATION -1\n"
                                          "OBLBDURATION 4\nOVERDURATION 6\nALARMCRITICAL 0\n"
                                          "SHUTDOWNEXIT no\n");
    ASSERT_EQ(settings.feeds.size(), 1U);
    EXPECT_EQ(settings.feeds[0].monitor, "rack:a@h");
    EXPECT_EQ(settings.feeds[0].group, "rack");
    EXPECT_EQ(settings.feeds[0].power_value, 2U);
    EXPECT_EQ(settings.feeds[0].role, Role::secondary);
    EXPECT_EQ(settings.min_supplies, 2U);
    EXPECT_EQ(settings.poll, 7s);
    EXPECT_EQ(settings.poll_alert, 3s);
    EXPECT_EQ(settings.host_sync, 21s);
    EXPECT_EQ(settings.dead_time, 31s);
    EXPECT_EQ(settings.replace_warn, 41s);
    EXPECT_EQ(settings.no_contact_warn, 51s);
    EXPECT_EQ(settings.final_delay, 9s);
    EXPECT_FALSE(settings.off_duration);
    EXPECT_EQ(settings.low_duration, 4s);
    EXPECT_EQ(settings.over_duration, Duration(6s));
    EXPECT_FALSE(settings.alarm_critical);
    EXPECT_FALSE(settings.exit_after);
}

}  // namespace
}  // namespace ups::upsmon
