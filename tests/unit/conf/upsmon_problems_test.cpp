// SPDX-License-Identifier: Apache-2.0
// Table: faulty lines of upsmon.conf with what is said about them.
#include "conf/parse/upsmon_conf.hpp"
#include "conf/schema/row.hpp"

#include "tests/unit/conf/support.hpp"

#include <gtest/gtest.h>

namespace ups::conf {
namespace {

/// The line under test is the third.
Loaded<UpsmonConf> parse(std::string_view text) {
    return parse_upsmon_conf("MONITOR su700@localhost 1 mon pw primary\nSHUTDOWNCMD down\n" + std::string(text), "f");
}

struct Case {
    const char* name;
    const char* text;
    const char* problem;
};
class UpsmonConfProblems : public testing::TestWithParam<Case> {};

TEST_P(UpsmonConfProblems, AreReportedWithTheirPlace) {
    EXPECT_EQ(texts(parse(GetParam().text).problems), std::string("f:") + GetParam().problem + "\n");
}

INSTANTIATE_TEST_SUITE_P(
    UpsmonConf, UpsmonConfProblems,
    testing::Values(
        Case{"monitor_short", "MONITOR a 1 u", "3:1: error: MONITOR has no value (expected UPS POWER USER PASSWORD primary|secondary)"},
        Case{"monitor_role", "MONITOR a 1 u p boss", "3:17: error: the fifth value of MONITOR is neither primary nor secondary (put a password with blanks or = in double quotes)"},
        Case{"monitor_power", "MONITOR a x u p slave", "3:11: error: the power value cannot be the value (expected a whole number, 0 to 1000)"},
        Case{"monitor_ups", "MONITOR a@ 1 u p slave", "3:9: error: \"a@\" is no UPS: the host name is empty (expected [GROUP:]NAME[@HOST[:PORT]])"},
        Case{"monitor_port", "MONITOR a@b:0 1 u p slave", "3:9: error: \"a@b:0\" is no UPS: a port is a number from 1 to 65535 (expected [GROUP:]NAME[@HOST[:PORT]])"},
        Case{"monitor_twice", "MONITOR su700@localhost 1 u p slave", "3:9: error: \"su700@localhost\" is monitored twice (the first is in line 1)"},
        Case{"monitor_surplus", "MONITOR a 1 u p slave secret", "3:23: warning: text after the value of MONITOR is ignored (put a value with blanks or = in double quotes)"},
        Case{"supplies", "MINSUPPLIES 2", "1:1: error: the MONITOR lines feed 1 supplies, MINSUPPLIES is 2 (this host would shut down at once)"},
        Case{"poll", "POLLFREQ 0", "3:10: error: POLLFREQ cannot be \"0\" (expected a whole number, 1 to 3600 seconds)"},
        Case{"deadtime", "DEADTIME 3", "1:1: warning: DEADTIME is shorter than the time between two polls, 5 seconds (use about three times as long)"},
        Case{"exit", "SHUTDOWNEXIT soon", "3:14: error: SHUTDOWNEXIT cannot be \"soon\" (expected yes, no, or a number of seconds)"},
        Case{"exit_long", "SHUTDOWNEXIT -5", "3:14: error: SHUTDOWNEXIT cannot be \"-5\" (expected a whole number, 0 to 86400 seconds)"},
        Case{"alarm", "ALARMCRITICAL 2", "3:15: error: ALARMCRITICAL cannot be \"2\" (expected yes or no)"},
        Case{"calloff", "CALLOFF maybe", "3:9: error: CALLOFF cannot be \"maybe\" (expected one of NEVER, LOGOUT, COMMAND)"},
        Case{"stalefsd", "STALEFSD x", "3:10: error: STALEFSD cannot be \"x\" (expected one of DOUBT, OBEY)"},
        Case{"stalefsd_time", "STALEFSD DOUBT 0", "3:16: error: the time of STALEFSD cannot be \"0\" (expected a whole number, 1 to 86400 seconds)"},
        Case{"stalefsd_more", "STALEFSD OBEY 3", "3:15: warning: \"3\" after the value of STALEFSD is ignored (put a value with blanks or = in double quotes)"},
        Case{"certhost", "CERTHOST a b 1", "3:1: error: CERTHOST has no value (expected HOST NAME VERIFY FORCE)"},
        Case{"certhost_bool", "CERTHOST a b 1 7", "3:16: error: FORCE of CERTHOST cannot be \"7\" (expected yes or no)"},
        Case{"notifymsg", "NOTIFYMSG ONLINE", "3:1: error: NOTIFYMSG has no value (expected TYPE TEXT)"},
        Case{"notifymsg_type", "NOTIFYMSG ONLIN x", "3:11: warning: \"ONLIN\" is no type of notification (did you mean \"ONLINE\"?)"},
        Case{"notifymsg_conversion", "NOTIFYMSG ONLINE \"%s at %d\"", "3:18: error: \"%d\" in the text of ONLINE (%s is the UPS, %% a percent sign)"},
        Case{"notifymsg_end", "NOTIFYMSG ONLINE \"100%\"", "3:18: error: \"%\" in the text of ONLINE (%s is the UPS, %% a percent sign)"},
        Case{"notifymsg_details", "NOTIFYMSG ONLINE \"%s %s\"", "3:18: error: the text of ONLINE has 2 %s (at most 1)"},
        Case{"notifymsg_details_alarm", "NOTIFYMSG ALARM \"%s %s %s\"", "3:17: error: the text of ALARM has 3 %s (at most 2)"},
        Case{"notifymsg_placeholder", "NOTIFYMSG ONLINE \"{upss}\"", "3:18: warning: no placeholder \"{upss}\" (did you mean {ups}?)"},
        Case{"notifymsg_unquoted", "NOTIFYMSG ONLINE UPS %s", "3:22: warning: \"%s\" after the value of NOTIFYMSG is ignored (put a value with blanks or = in double quotes)"},
        Case{"notifyflag", "NOTIFYFLAG ONLINE SYSLOG+WAL", "3:26: error: \"WAL\" is no flag of NOTIFYFLAG (did you mean \"WALL\"?)"},
        Case{"notifyflag_empty", "NOTIFYFLAG ONLINE SYSLOG+", "3:26: error: \"\" is no flag of NOTIFYFLAG (expected one of SYSLOG, WALL, EXEC, IGNORE, MAIL, WEBHOOK, JOURNAL)"},
        Case{"exec_without_command", "NOTIFYFLAG ONLINE EXEC", "1:1: warning: NOTIFYFLAG says EXEC, but there is no NOTIFYCMD"},
        Case{"mail_unused", "MAIL root", "1:1: note: MAIL is never used (NOTIFYFLAG * SYSLOG+WALL+MAIL would use it)"},
        Case{"mail", "MAIL -oQ/tmp", "3:6: error: \"-oQ/tmp\" is no mail address (expected name@host, or a local name)"},
        Case{"webhook", "WEBHOOK http://example.org/x", "3:9: error: WEBHOOK is no address to post to (expected https://..., or http://localhost...)"},
        Case{"webhook_scheme", "WEBHOOK file:///etc/passwd", "3:9: error: WEBHOOK is no address to post to (expected https://..., or http://localhost...)"},
        Case{"webhook_lookalike", "WEBHOOK http://localhost.example.org/", "3:9: error: WEBHOOK is no address to post to (expected https://..., or http://localhost...)"},
        Case{"header_first", "WEBHOOKHEADER A b", "3:1: error: WEBHOOKHEADER without a WEBHOOK above it"},
        Case{"retry", "NOTIFYRETRY 0", "3:13: error: the tries of NOTIFYRETRY cannot be \"0\" (expected a whole number, 1 to 20)"},
        Case{"limit", "NOTIFYLIMIT 5", "3:1: error: NOTIFYLIMIT has no value (expected N SECONDS)"},
        Case{"loss_ups", "LOSS su700@localhos ANY DEAD", "3:6: error: \"su700@localhos\" is no UPS of a MONITOR line (did you mean \"su700@localhost\"?)"},
        Case{"loss_kind", "LOSS * THE DEAD", "3:8: error: the kind of LOSS cannot be \"THE\" (expected one of SERVER, NETWORK, DRIVER, STALE, SILENCE, ANY)"},
        Case{"loss_meaning", "LOSS * ANY GONE", "3:12: error: the meaning of LOSS cannot be \"GONE\" (expected one of LASTSTATE, FINE, DEAD)"},
        Case{"stage", "STAGE * 0", "3:9: error: the stage cannot be \"0\" (expected a whole number, 1 to 99)"},
        Case{"stage_rest", "STAGE * 2 RES 3", "3:11: error: \"RES\" is not understood here (expected REST N)"},
        Case{"unknown_after", "UNKNOWNAFTER * x", "3:16: error: the time of UNKNOWNAFTER cannot be \"x\" (expected a whole number, 1 to 86400 seconds)"},
        Case{"heartbeat", "HEARTBEAT su700", "3:1: error: HEARTBEAT has no value (expected UPS SECONDS)"},
        Case{"recovery", "RECOVERY CHARG 4", "3:10: error: this word cannot be \"CHARG\" (expected one of CHARGE, RUNTIME, STABLE, ATMOST)"},
        Case{"recovery_value", "RECOVERY CHARGE", "3:10: error: CHARGE has no value"},
        Case{"recovery_charge", "RECOVERY CHARGE 101", "3:17: error: CHARGE cannot be \"101\" (expected a whole number, 0 to 100)"},
        Case{"wake_way", "WAKE x RADIO 1", "3:8: error: the way cannot be \"RADIO\" (expected one of OUTLET, OUTLETGROUP, LAN, COMMAND)"},
        Case{"wake_ups", "WAKE x OUTLET 1 y", "3:17: error: \"y\" is no UPS of a MONITOR line"},
        Case{"wake_lan", "WAKE x LAN 00:11", "3:12: error: \"00:11\" is no hardware address (for instance 00:11:22:aa:bb:cc)"},
        Case{"wake_broadcast", "WAKE x LAN 00:11:22:33:44:55 BROADCAST me", "3:40: error: \"me\" is no address to broadcast to (an IPv4 address, for LAN only)"},
        Case{"wake_else", "WAKE x COMMAND y ELSE GO", "3:23: error: \"GO\" is not understood here (expected ELSE STOP)"},
        Case{"unknown", "MINSUPPLY 1", "3:1: warning: unknown directive \"MINSUPPLY\" (did you mean \"MINSUPPLIES\"?)"},
        Case{"lower_case", "monitor a 1 u p slave", "3:1: warning: unknown directive \"monitor\" (did you mean \"MONITOR\"?)"}),
    [](const auto& tested) { return tested.param.name; });

TEST(UpsmonConf, AFileWithoutMonitorLinesIsRefused) {
    const auto loaded = parse_upsmon_conf("SHUTDOWNCMD x\n", "f");
    EXPECT_EQ(texts(loaded.problems), "f:1:1: error: there is no MONITOR line (nothing would be watched)\n");
}

TEST(UpsmonConf, SaysThatAHostCannotBeShutDown) {
    EXPECT_EQ(texts(parse_upsmon_conf("MONITOR a 1 u p slave\n", "f").problems),
              "f:1:1: warning: there is no SHUTDOWNCMD (this host could not be shut down)\n");
    EXPECT_EQ(texts(parse_upsmon_conf("MINSUPPLIES 0\nMONITOR a 0 u p slave\n", "f").problems), "");
}

TEST(UpsmonConf, NeverShowsASecret) {
    const auto loaded = parse("MONITOR a 1 u hunter2 boss\nMONITOR a 1 u hunter2 slave hunter3\nMONITOR a hunter2 u p slave\n"
                              "MONITOR a hunter2 master\nMONITOR a 1 mon pass hunter4\nCERTIDENT n hunter5 hunter6\n"
                              "WEBHOOK ftp://hunter7@x/\nWEBHOOK https://h/ hunter8\nWEBHOOKHEADER hunter9: x\n"
                              "MONITOR b 1 u \"hunter10#\" slave\nMONITOR c hunter2 hunter3 slave\n");
    EXPECT_GE(loaded.problems.size(), 9U);
    EXPECT_FALSE(mentions(loaded.problems, "hunter")) << texts(loaded.problems);
}

/// A numeric directive is refused one beyond each end of its range.
TEST(UpsmonConf, NumbersAreRefusedBeyondTheirRange) {
    for (const Row& row : rows(File::upsmon_conf)) {
        if (row.type != Type::integer && row.type != Type::seconds) continue;
        for (const std::int64_t bad : {row.least - 1, row.most + 1})
            EXPECT_FALSE(parse(std::string(row.name) + " " + std::to_string(bad)).ok()) << row.name << " " << bad;
    }
}

/// Every directive is there, and none without a value.
TEST(UpsmonConf, EveryDirectiveNeedsAValueOrANote) {
    for (const Row& row : rows(File::upsmon_conf)) {
        if (row.name == "RECOVERY") continue;
        EXPECT_FALSE(parse(std::string(row.name) + "\n").ok()) << row.name;
    }
}

}  // namespace
}  // namespace ups::conf
