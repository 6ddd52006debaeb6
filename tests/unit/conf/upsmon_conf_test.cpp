// SPDX-License-Identifier: Apache-2.0
// Table: texts of upsmon.conf with what comes out of them.
#include "conf/parse/upsmon_conf.hpp"

#include "tests/unit/conf/support.hpp"

#include <gtest/gtest.h>

namespace ups::conf {
namespace {

using std::chrono::seconds;

Loaded<UpsmonConf> parse(std::string_view text) { return parse_upsmon_conf(text, "upsmon.conf"); }

constexpr const char* kHead = "MONITOR su700@localhost 1 mon pw primary\nSHUTDOWNCMD down\n";

UpsmonConf parse_more(const std::string& text) {
    auto loaded = parse(kHead + text);
    EXPECT_EQ(texts(loaded.problems), "") << text;
    return std::move(loaded.value);
}

TEST(UpsmonConf, DefaultsAreThoseOfTheStockMonitor) {
    const UpsmonConf conf = parse_more("");
    EXPECT_EQ(conf.min_supplies, 1U);
    EXPECT_EQ(conf.poll, seconds(5));
    EXPECT_EQ(conf.poll_alert, seconds(5));
    EXPECT_EQ(conf.host_sync, seconds(15));
    EXPECT_EQ(conf.dead_time, seconds(15));
    EXPECT_EQ(conf.replace_warn, seconds(43200));
    EXPECT_EQ(conf.no_contact_warn, seconds(300));
    EXPECT_EQ(conf.final_delay, seconds(5));
    EXPECT_EQ(conf.off_duration, seconds(30));
    EXPECT_EQ(conf.low_duration, seconds(0));
    EXPECT_FALSE(conf.over_duration);
    EXPECT_TRUE(conf.alarm_critical);
    EXPECT_EQ(conf.exit_after, seconds(0));
    EXPECT_EQ(conf.poll_fail_log, 0);
    EXPECT_EQ(conf.notification(NotifyType::onbatt).flags, kNotifySyslog | kNotifyWall);
    EXPECT_EQ(conf.notification(NotifyType::onbatt).text, notify_type_row(NotifyType::onbatt).text);
    EXPECT_FALSE(conf.cert_verify);
    EXPECT_FALSE(conf.force_ssl);
    EXPECT_FALSE(conf.recovery);
    EXPECT_EQ(conf.call_off, CallOff::until_logout);
    EXPECT_EQ(conf.stale_fsd, StaleFsd::doubt);
    EXPECT_EQ(conf.loss_patience, LossPatience::dead_time);
}

TEST(UpsmonConf, ReadsEveryDirectiveOfTheStockMonitor) {
    const UpsmonConf conf = parse_more(
        "MINSUPPLIES 0\nPOLLFREQ 2\nPOLLFREQALERT 1\nHOSTSYNC 6\nDEADTIME 20\nRBWARNTIME 100\n"
        "NOCOMMWARNTIME 50\nFINALDELAY 2\nNOTIFYCMD \"/bin/notify it\"\nSHUTDOWNEXIT no\n"
        "POWERDOWNFLAG /etc/killpower\nRUN_AS_USER nut\nPOLLFAIL_LOG_THROTTLE_MAX 10\n"
        "OFFDURATION -1\nOBLBDURATION 4\nOVERDURATION 7\nALARMCRITICAL 0\nCERTPATH /certs\n"
        "CERTFILE /c.pem\nCERTHOST a b 1 0\nCERTVERIFY 1\n"
        "FORCESSL 1\ndebug_min 4\nNOTIFYMSG ONLINE \"%s is back\"\nNOTIFYFLAG ONLINE SYSLOG+EXEC\n"
        "NOTIFYFLAG cal IGNORE\n");
    EXPECT_EQ(conf.min_supplies, 0U);
    EXPECT_EQ(conf.poll, seconds(2));
    EXPECT_EQ(conf.poll_alert, seconds(1));
    EXPECT_EQ(conf.host_sync, seconds(6));
    EXPECT_EQ(conf.dead_time, seconds(20));
    EXPECT_EQ(conf.replace_warn, seconds(100));
    EXPECT_EQ(conf.no_contact_warn, seconds(50));
    EXPECT_EQ(conf.final_delay, seconds(2));
    EXPECT_EQ(conf.notify_command, std::vector<std::string>{"/bin/notify it"});
    EXPECT_EQ(conf.shutdown_command, "down");
    EXPECT_FALSE(conf.exit_after);
    EXPECT_EQ(conf.power_down_flag, "/etc/killpower");
    EXPECT_EQ(conf.run_as_user, "nut");
    EXPECT_EQ(conf.poll_fail_log, 10);
    EXPECT_FALSE(conf.off_duration);
    EXPECT_EQ(conf.low_duration, seconds(4));
    EXPECT_EQ(conf.over_duration, seconds(7));
    EXPECT_FALSE(conf.alarm_critical);
    EXPECT_EQ(conf.cert_path, "/certs");
    EXPECT_EQ(conf.cert_file, "/c.pem");
    ASSERT_EQ(conf.cert_hosts.size(), 1U);
    EXPECT_TRUE(conf.cert_hosts[0].verify);
    EXPECT_FALSE(conf.cert_hosts[0].force);
    EXPECT_TRUE(conf.cert_verify);
    EXPECT_TRUE(conf.force_ssl);
    EXPECT_EQ(conf.debug_min, 4U);
    EXPECT_EQ(conf.notification(NotifyType::online).text, "%s is back");
    EXPECT_EQ(conf.notification(NotifyType::online).flags, kNotifySyslog | kNotifyExec);
    EXPECT_EQ(conf.notification(NotifyType::cal).flags, kNotifyIgnore);
}

TEST(UpsmonConf, TellsWhatToDoWithACertificateInAnNssDatabase) {
    const auto loaded =
        parse("SHUTDOWNCMD x\nMONITOR a 1 u p slave\nCERTIDENT \"my name\" \"my pass\"\n");
    EXPECT_EQ(loaded.value.cert_ident_name, "my name");
    EXPECT_EQ(loaded.value.cert_ident_password, "my pass");
    ASSERT_EQ(loaded.problems.size(), 1U);
    EXPECT_EQ(loaded.problems[0].severity, Severity::warning);
    EXPECT_EQ(loaded.problems[0].place.line, 3U);
    const std::string text = texts(loaded.problems);
    EXPECT_NE(text.find("pk12util"), std::string::npos) << text;
    EXPECT_EQ(text.find("my "), std::string::npos) << text;
}

struct MonitorCase {
    const char* name;
    const char* line;
    const char* group;
    const char* ups;
    const char* host;
    unsigned port;
    MonitorRole role;
};
class UpsmonMonitor : public testing::TestWithParam<MonitorCase> {};

TEST_P(UpsmonMonitor, IsRead) {
    const MonitorCase& row = GetParam();
    const auto loaded = parse(std::string("SHUTDOWNCMD x\nMONITOR ") + row.line + "\n");
    EXPECT_EQ(texts(loaded.problems), "");
    ASSERT_EQ(loaded.value.monitors.size(), 1U);
    const MonitorLine& monitor = loaded.value.monitors[0];
    EXPECT_EQ(monitor.address.group, row.group);
    EXPECT_EQ(monitor.address.name, row.ups);
    EXPECT_EQ(monitor.address.server.host, row.host);
    EXPECT_EQ(monitor.address.server.port, row.port);
    EXPECT_EQ(monitor.role, row.role);
    EXPECT_EQ(monitor.user, "u");
    EXPECT_EQ(monitor.password, "p w");
    EXPECT_EQ(monitor.power_value, 2U);
    EXPECT_EQ(monitor.place.line, 2U);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, UpsmonMonitor,
    testing::Values(
        MonitorCase{"primary", "su700@rack1 2 u \"p w\" primary", "", "su700", "rack1", 3493, MonitorRole::primary},
        MonitorCase{"master", "su700@rack1 2 u \"p w\" master", "", "su700", "rack1", 3493, MonitorRole::primary},
        MonitorCase{"secondary", "su700@rack1 2 u \"p w\" secondary", "", "su700", "rack1", 3493, MonitorRole::secondary},
        MonitorCase{"slave", "su700@rack1 2 u \"p w\" slave", "", "su700", "rack1", 3493, MonitorRole::secondary},
        MonitorCase{"upper_case", "su700@rack1 2 u \"p w\" PRIMARY", "", "su700", "rack1", 3493, MonitorRole::primary},
        MonitorCase{"no_host", "su700 2 u \"p w\" primary", "", "su700", "localhost", 3493, MonitorRole::primary},
        MonitorCase{"port", "su700@rack1:99 2 u \"p w\" primary", "", "su700", "rack1", 99, MonitorRole::primary},
        MonitorCase{"v6", "su700@[::1]:99 2 u \"p w\" primary", "", "su700", "::1", 99, MonitorRole::primary},
        MonitorCase{"group", "HB:heartbeat1@example.com:3493 2 u \"p w\" primary", "HB", "heartbeat1", "example.com", 3493, MonitorRole::primary},
        MonitorCase{"group_no_host", "hall:su700 2 u \"p w\" slave", "hall", "su700", "localhost", 3493, MonitorRole::secondary}),
    [](const auto& row) { return row.param.name; });

TEST(UpsmonConf, TheOldestMonitorFormHasNoUser) {
    const auto loaded = parse("SHUTDOWNCMD x\nMONITOR su700@localhost 1 hunter2 master\n");
    EXPECT_EQ(texts(loaded.problems),
              "upsmon.conf:2:1: warning: MONITOR without a user name (servers refuse that; expected UPS POWER USER "
              "PASSWORD primary|secondary)\n");
    ASSERT_EQ(loaded.value.monitors.size(), 1U);
    EXPECT_EQ(loaded.value.monitors[0].user, "");
    EXPECT_EQ(loaded.value.monitors[0].password, "hunter2");
}

TEST(UpsmonConf, FindsAMonitorLineByItsTextOrAnUnambiguousName) {
    const UpsmonConf conf = parse_more("MONITOR hall:left@a 0 u p slave\nMONITOR left@b 0 u p slave\n");
    EXPECT_EQ(conf.find_monitor("su700"), &conf.monitors[0]);
    EXPECT_EQ(conf.find_monitor("hall:left@a"), &conf.monitors[1]);
    EXPECT_EQ(conf.find_monitor("left@a"), &conf.monitors[1]);
    EXPECT_EQ(conf.find_monitor("left@b"), &conf.monitors[2]);
    EXPECT_EQ(conf.find_monitor("hall:left"), &conf.monitors[1]);
    EXPECT_EQ(conf.find_monitor("left"), nullptr);
    EXPECT_EQ(conf.find_monitor("right"), nullptr);
}

TEST(UpsmonConf, ShutdownExitIsAWordOrATime) {
    EXPECT_EQ(parse_more("SHUTDOWNEXIT yes").exit_after, seconds(0));
    EXPECT_EQ(parse_more("SHUTDOWNEXIT true").exit_after, seconds(0));
    EXPECT_EQ(parse_more("SHUTDOWNEXIT off").exit_after, std::nullopt);
    EXPECT_EQ(parse_more("SHUTDOWNEXIT 1").exit_after, seconds(1));
    EXPECT_EQ(parse_more("SHUTDOWNEXIT 90").exit_after, seconds(90));
}

TEST(UpsmonConf, LinesAboutOneUpsMayStandAnywhereAndTheLastCounts) {
    const auto loaded = parse(
        "LOSS * ANY FINE\nLOSS b@b SERVER DEAD\nSTAGE * 2\nSTAGE b@b 3 REST 4\nUNKNOWNAFTER * 60\n"
        "UNKNOWNAFTER b@b never\nHEARTBEAT a 20\nSHUTDOWNCMD x\nMONITOR a 1 u p primary\nMONITOR b@b 1 u p slave\n");
    EXPECT_EQ(texts(loaded.problems), "");
    const auto& [a, b] = std::pair(loaded.value.monitors[0], loaded.value.monitors[1]);
    for (const LossMeaning meaning : a.loss) EXPECT_EQ(meaning, LossMeaning::fine);
    EXPECT_EQ(b.loss[static_cast<std::size_t>(Loss::server)], LossMeaning::dead);
    EXPECT_EQ(b.loss[static_cast<std::size_t>(Loss::network)], LossMeaning::fine);
    EXPECT_EQ(a.stage, 2U);
    EXPECT_EQ(a.stage_rest, 0U);
    EXPECT_EQ(b.stage, 3U);
    EXPECT_EQ(b.stage_rest, 4U);
    EXPECT_EQ(a.unknown_after, seconds(60));
    EXPECT_FALSE(b.unknown_after);
    EXPECT_EQ(a.heartbeat, seconds(20));
    EXPECT_FALSE(b.heartbeat);
}

TEST(UpsmonConf, ReadsOurDirectives) {
    const UpsmonConf conf = parse_more(
        "LOSSPATIENCE NONE\nSTALEFSD OBEY\nCALLOFF COMMAND\nSTAGETIME 40\nDOUBTDURATION 3\nFULLCHARGE 80\n"
        "MAIL root admin@example.org\nMAIL third@example.org\nMAILFROM ups@example.org\nSENDMAIL /bin/mta -t\n"
        "WEBHOOK https://h/x\nWEBHOOKHEADER Authorization \"Bearer s\"\nWEBHOOK http://localhost:99/y\n"
        "NOTIFYTIMEOUT 9\nNOTIFYRETRY 3 4\nNOTIFYLIMIT 7 8\nNOTIFYFLAG * SYSLOG+MAIL+WEBHOOK+JOURNAL\n");
    EXPECT_EQ(conf.loss_patience, LossPatience::none);
    EXPECT_EQ(conf.stale_fsd, StaleFsd::obey);
    EXPECT_EQ(conf.call_off, CallOff::until_command);
    EXPECT_EQ(conf.stage_time, seconds(40));
    EXPECT_EQ(conf.doubt_duration, seconds(3));
    EXPECT_EQ(conf.full_charge, 80U);
    EXPECT_EQ(conf.mail_to, (std::vector<std::string>{"root", "admin@example.org", "third@example.org"}));
    EXPECT_EQ(conf.mail_from, "ups@example.org");
    EXPECT_EQ(conf.sendmail, (std::vector<std::string>{"/bin/mta", "-t"}));
    ASSERT_EQ(conf.webhooks.size(), 2U);
    ASSERT_EQ(conf.webhooks[0].headers.size(), 1U);
    EXPECT_EQ(conf.webhooks[0].headers[0].text, "Bearer s");
    EXPECT_EQ(conf.webhooks[1].url, "http://localhost:99/y");
    EXPECT_EQ(conf.notify_timeout, seconds(9));
    EXPECT_EQ(conf.notify_tries, 3U);
    EXPECT_EQ(conf.notify_retry, seconds(4));
    EXPECT_EQ(conf.notify_limit, 7U);
    EXPECT_EQ(conf.notify_limit_time, seconds(8));
    for (const Notification& notification : conf.notifications)
        EXPECT_EQ(notification.flags, kNotifySyslog | kNotifyMail | kNotifyWebhook | kNotifyJournal);
    EXPECT_EQ(parse_more("STALEFSD DOUBT 60").stale_fsd_after, seconds(60));
}

TEST(UpsmonConf, ReadsTheRecoveryPlan) {
    const UpsmonConf conf = parse_more(
        "RECOVERY CHARGE 40 RUNTIME 600 STABLE 30 ATMOST 3600\n"
        "WAKE switch OUTLET 2 su700 PAUSE 30\nWAKE rack OUTLETGROUP 1 su700@localhost\n"
        "WAKE nas LAN 00-11-22-AA-bb-cc BROADCAST 10.0.0.255 LOGIN 10.0.0.7 TIMEOUT 600 ELSE STOP\n"
        "WAKE rest COMMAND \"/bin/start all\"\n");
    ASSERT_TRUE(conf.recovery);
    EXPECT_EQ(conf.recovery->charge, 40U);
    EXPECT_EQ(conf.recovery->runtime, seconds(600));
    EXPECT_EQ(conf.recovery->stable, seconds(30));
    EXPECT_EQ(conf.recovery->at_most, seconds(3600));
    ASSERT_EQ(conf.wake.size(), 4U);
    EXPECT_EQ(conf.wake[0].kind, WakeKind::outlet);
    EXPECT_EQ(conf.wake[0].ups, "su700@localhost");
    EXPECT_EQ(conf.wake[0].target, "2");
    EXPECT_EQ(conf.wake[0].pause, seconds(30));
    EXPECT_EQ(conf.wake[0].timeout, seconds(300));
    EXPECT_EQ(conf.wake[1].kind, WakeKind::outlet_group);
    EXPECT_EQ(conf.wake[2].target, "00:11:22:aa:bb:cc");
    EXPECT_EQ(conf.wake[2].broadcast, "10.0.0.255");
    EXPECT_EQ(conf.wake[2].login, "10.0.0.7");
    EXPECT_EQ(conf.wake[2].timeout, seconds(600));
    EXPECT_TRUE(conf.wake[2].stop_if_failed);
    EXPECT_EQ(conf.wake[3].target, "/bin/start all");
    EXPECT_FALSE(conf.wake[3].stop_if_failed);
}

TEST(UpsmonConf, AWakeLineAloneHasTheUsualRecovery) {
    const UpsmonConf conf = parse_more("WAKE rest COMMAND x\n");
    ASSERT_TRUE(conf.recovery);
    EXPECT_EQ(conf.recovery->stable, seconds(60));
}

/// As Debian ships it, and in the words of 2.7.
TEST(UpsmonConf, TakesAStockFileWithoutAWord) {
    const auto loaded = parse(
        "# Network UPS Tools: example upsmon configuration\nRUN_AS_USER nut\n"
        "MONITOR myups@bigserver 1 upswired blah master\nMINSUPPLIES 1\n"
        "SHUTDOWNCMD \"/sbin/shutdown -h +0\"\nNOTIFYCMD /sbin/upssched\nPOLLFREQ 5\nPOLLFREQALERT 5\n"
        "HOSTSYNC 15\nDEADTIME 15\nPOWERDOWNFLAG /etc/killpower\n"
        "NOTIFYMSG ONLINE\t\"UPS %s on line power\"\nNOTIFYMSG SHUTDOWN\t\"Auto logout and shutdown proceeding\"\n"
        "NOTIFYMSG ALARM \"UPS %s alarm: %s\"\nNOTIFYFLAG ONLINE\tSYSLOG+WALL+EXEC\nNOTIFYFLAG SUSPEND_TIMEJUMP_UNEXPECTED EXEC\n"
        "RBWARNTIME 43200\nNOCOMMWARNTIME 300\nFINALDELAY 5\nSHUTDOWNEXIT yes\n");
    EXPECT_EQ(texts(loaded.problems), "");
}

TEST(UpsmonConf, WarnsWhenEverybodyCanReadIt) {
    MemoryFiles files;
    EXPECT_EQ(load_upsmon_conf(files, "/e").error().code, ErrorCode::not_found);
    files.put("/e/upsmon.conf", kHead, 0644);
    const auto loaded = load_upsmon_conf(files, "/e");
    ASSERT_TRUE(loaded);
    EXPECT_EQ(texts(loaded->problems),
              "/e/upsmon.conf: warning: everyone on this host can read the passwords in this file (chmod o-r)\n");
    files.put("/e/upsmon.conf", kHead, 0640);
    EXPECT_EQ(texts(load_upsmon_conf(files, "/e")->problems), "");
}

}  // namespace
}  // namespace ups::conf
