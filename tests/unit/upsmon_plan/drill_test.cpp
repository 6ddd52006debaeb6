// SPDX-License-Identifier: Apache-2.0
// Table: power cuts with what would happen.
#include "tools/upsmon/plan/drill.hpp"

#include "tests/unit/upsmon_plan/support.hpp"
#include "tools/upsmon/plan/settings.hpp"

#include <nlohmann/json.hpp>

namespace ups::upsmon::plan {
namespace {

using Kind = TimelineEntry::Kind;
using Outcome = Timeline::Outcome;

/// One UPS with a charge of 100 % that lasts for 1000 seconds and is low at 20 %: 1 % in 10 seconds.
struct Site {
    explicit Site(const std::string& lines, const std::string& role = "secondary") {
        const auto loaded = conf::parse_upsmon_conf(
            "MONITOR a@h 1 u p " + role + "\nSHUTDOWNCMD x\nHOSTSYNC 15\nFINALDELAY 5\n" + lines +
                "\n",
            "f");
        for (const conf::Problem& problem : loaded.problems)
            ADD_FAILURE() << to_text(problem);
        conf = loaded.value;
        readings.resize(conf.monitors.size());
        for (UpsReading& reading : readings)
            fill(reading);
    }
    static void fill(UpsReading& reading) {
        reading.is_fresh = true;
        reading.set("ups.status", "OL");
        reading.set("battery.charge", "100");
        reading.set("battery.runtime", "1000");
        reading.set("battery.charge.low", "20");
        reading.set("ups.load", "30");
    }
    [[nodiscard]] Timeline run(const Outage& outage = {}) const {
        return drill(make_plan(conf), settings_from(conf), readings, outage);
    }

    conf::UpsmonConf conf;
    Readings readings;
};

/// Seconds at which an entry with this text stands; -1: there is none.
std::int64_t when(const Timeline& timeline, std::string_view text) {
    for (const TimelineEntry& entry : timeline.entries)
        if (entry.text.find(text) != std::string::npos) return entry.at.count();
    return -1;
}

TEST(Drill, ASecondaryWithoutRulesGoesDownWhenTheBatteryIsLow) {
    const Timeline timeline = Site("").run();
    EXPECT_EQ(timeline.outcome, Outcome::down);
    EXPECT_EQ(when(timeline, "the mains fail"), 0);
    EXPECT_EQ(when(timeline, "ONBATT"), 0);
    EXPECT_EQ(when(timeline, "LOWBATT"), 800);
    // HOSTSYNC for the primary's order, then FINALDELAY.
    EXPECT_EQ(when(timeline, "SHUTDOWN:"), 815);
    EXPECT_EQ(when(timeline, "SHUTDOWNCMD"), 820);
    EXPECT_EQ(when(timeline, "another 3 min"), 820);
    EXPECT_TRUE(timeline.assumed.empty());
}

TEST(Drill, APrimaryWaitsForItsSecondaries) {
    const Site site("", "primary");
    const Timeline worst = site.run();
    EXPECT_EQ(when(worst, "FSD is set"), 800);
    EXPECT_EQ(when(worst, "SHUTDOWNCMD"), 820);
    Outage quick;
    quick.secondaries_leave = seconds(4);
    EXPECT_EQ(when(site.run(quick), "SHUTDOWNCMD"), 809);
}

TEST(Drill, RulesActInTheOrderOfTheCharge) {
    const Site site(
        "RULE second WHEN a charge < 40 FOR 30 DO OUTLET.GROUP 2 off\n"
        "RULE first WHEN a IS OB AND charge < 80% DO SEND beeper.mute\n"
        "RULE third WHEN a on-battery >= 10m DO SHUTDOWN\nRULE hot WHEN a temperature > 40 DO FSD");
    const Timeline timeline = site.run();
    EXPECT_EQ(when(timeline, "rule first: send beeper.mute to a@h"), 201);
    EXPECT_EQ(when(timeline, "rule third: shut this host down"), 600);
    // 605: down, so the second does not come to act at 631.
    EXPECT_EQ(when(timeline, "rule second"), -1);
    EXPECT_EQ(when(timeline, "SHUTDOWNCMD"), 605);
    EXPECT_EQ(timeline.outcome, Outcome::down);
    ASSERT_EQ(timeline.idle.size(), 2U);
    EXPECT_EQ(timeline.idle[0].substr(0, 11), "rule second");
    EXPECT_EQ(timeline.idle[1], "rule hot: a temperature > 40: a@h ups.temperature=?");
}

TEST(Drill, AShutdownByARuleIsCalledOffWithTheMains) {
    const Site site("FINALDELAY 60\nRULE r WHEN a on-battery >= 100 DO SHUTDOWN ELSE NOTIFY back");
    Outage outage;
    outage.mains_back = seconds(130);
    const Timeline timeline = site.run(outage);
    EXPECT_EQ(when(timeline, "rule r: shut this host down"), 100);
    EXPECT_EQ(when(timeline, "the mains are back"), 130);
    EXPECT_EQ(when(timeline, "rule r clears"), 130);
    EXPECT_EQ(when(timeline, "rule r: notify \"back\""), 130);
    EXPECT_GE(when(timeline, "CALLOFF"), 130);
    EXPECT_EQ(when(timeline, "SHUTDOWNCMD"), -1);
    EXPECT_EQ(timeline.outcome, Outcome::up);
}

TEST(Drill, AShutdownByARuleIsOfThisHostAlone) {
    const Site site("RULE r WHEN a on-battery >= 100 DO SHUTDOWN THEN AFTER 2 SHUTDOWN", "primary");
    const Timeline timeline = site.run();
    EXPECT_EQ(when(timeline, "SHUTDOWNCMD"), 105);
    EXPECT_EQ(when(timeline, "FSD is set"), -1);
    EXPECT_EQ(when(timeline, "SHUTDOWN_HOSTSYNC"), -1);
}

TEST(Drill, WhatAUpsDoesNotTellNoRuleSees) {
    Site site("RULE r WHEN a charge < 90 DO FSD\nRULE s WHEN a runtime < 500 DO FSD");
    site.readings[0].remove("battery.charge");
    site.readings[0].set("battery.runtime", "0");
    const Timeline timeline = site.run();
    EXPECT_EQ(when(timeline, "rule r fires"), -1);
    // It claims no runtime now, so the rule holds already, and fires no more.
    EXPECT_EQ(when(timeline, "rule s fires"), -1);
}

TEST(Drill, MainsThatComeBackTooLateAreSaidSo) {
    const Site site("RULE r WHEN a on-battery >= 100 DO FSD");
    Outage outage;
    outage.mains_back = seconds(500);
    const Timeline timeline = site.run(outage);
    EXPECT_EQ(when(timeline, "SHUTDOWNCMD"), 105);
    EXPECT_EQ(when(timeline, "too late to call it off"), 105);
}

TEST(Drill, ElseActsWhenTheBatteryHasRecovered) {
    const Site site("RULE r WHEN a charge < 90 HYSTERESIS 5 DO OUTLET 2 off ELSE OUTLET 2 on");
    Outage outage;
    outage.mains_back = seconds(150);
    const Timeline timeline = site.run(outage);
    EXPECT_EQ(when(timeline, "switch off outlet 2 of a@h"), 101);
    // 10 % in 1440 seconds: from 85 % to 95 %.
    EXPECT_EQ(when(timeline, "switch on outlet 2 of a@h"), 150 + 1440);
    EXPECT_EQ(timeline.outcome, Outcome::up);
}

TEST(Drill, TwoFeedsSurviveTheLossOfOne) {
    Site site("MONITOR b@h 1 u p secondary\nMINSUPPLIES 1");
    Outage outage;
    outage.upses = {1};
    const Timeline timeline = site.run(outage);
    EXPECT_EQ(timeline.outcome, Outcome::up);
    EXPECT_EQ(when(timeline, "the battery is empty"), 1000);
    EXPECT_EQ(when(timeline, "SHUTDOWNCMD"), -1);
    site.conf.min_supplies = 2;
    EXPECT_EQ(site.run(outage).outcome, Outcome::down);
}

TEST(Drill, AHostThatIsTooSlowGoesDark) {
    Site site("HOSTSYNC 300");
    const Timeline timeline = site.run();
    EXPECT_EQ(timeline.outcome, Outcome::dark);
    EXPECT_EQ(when(timeline, "loses its power"), 1000);
}

TEST(Drill, SaysWhatItHadToAssume) {
    Site site("");
    for (const char* variable : {"battery.charge", "battery.runtime", "battery.charge.low"})
        site.readings[0].remove(variable);
    const Timeline timeline = site.run();
    EXPECT_EQ(timeline.assumed,
              (std::vector<std::string>{"a@h does not tell its charge: 100 %",
                                        "a@h does not tell its runtime: 10 min with a full battery",
                                        "a@h does not tell when its battery is low: at 20 %"}));
    EXPECT_EQ(when(timeline, "LOWBATT"), 480);
}

TEST(Drill, AUpsOutOfReachStaysThere) {
    Site site("MONITOR b@h 0 u p secondary\nRULE r WHEN b IS OB DO FSD");
    site.readings[1].is_fresh = false;
    const Timeline timeline = site.run();
    EXPECT_EQ(timeline.assumed, std::vector<std::string>{"b@h cannot be reached, and stays so"});
    EXPECT_EQ(timeline.outcome, Outcome::down);
    EXPECT_EQ(timeline.idle.size(), 1U);
}

TEST(Drill, EndsWithinItsTime) {
    Site site("MINSUPPLIES 0");
    site.readings[0].set("battery.runtime", "1000000");
    Outage outage;
    outage.at_most = seconds(7200);
    const Timeline timeline = site.run(outage);
    EXPECT_EQ(timeline.outcome, Outcome::up);
    EXPECT_EQ(timeline.entries.back().at, seconds(7200));
}

const std::string kWake =
    "POWERDOWNFLAG /x\nRECOVERY CHARGE 40 STABLE 60 ATMOST 7200\nWAKE switch OUTLET 1 a PAUSE 30\n"
    "WAKE storage LAN 00:11:22:aa:bb:cc LOGIN 192.0.2.7 TIMEOUT 600 ELSE STOP\n"
    "WAKE cluster COMMAND \"/bin/start it\"\n";

std::vector<std::pair<std::int64_t, std::string>> recovery_of(const Timeline& timeline) {
    std::vector<std::pair<std::int64_t, std::string>> found;
    for (const TimelineEntry& entry : timeline.recovery)
        found.emplace_back(entry.at.count(), entry.text);
    return found;
}

TEST(Drill, TellsWhoIsWokenWhenTheMainsAreBack) {
    const Timeline timeline = Site(kWake).run();
    EXPECT_EQ(timeline.outcome, Outcome::down);
    EXPECT_EQ(
        timeline.recovery_when,
        "after 1 min on mains, with a charge of 40 % or more; after 2 h on mains in any case");
    // From 18 % to 40 % at 100 % in 4 hours.
    const std::int64_t start = 3168;
    const std::vector<std::pair<std::int64_t, std::string>> wanted{
        {0, "recovery begins"},
        {start, "recovery: mains are back, hosts are woken"},
        {start, "switch: switch on outlet 1 of a@h"},
        {start, "step switch is done"},
        {start + 30,
         "storage: send the wake-up packet to 00:11:22:aa:bb:cc, then wait up to 10 min "
         "for 192.0.2.7 to log in"},
        {start + 150, "step storage is done"},
        {start + 150, "cluster: run \"/bin/start it\""},
        {start + 150, "step cluster is done"},
        {start + 150, "recovery ends: 0 of 3 steps failed"}};
    EXPECT_EQ(recovery_of(timeline), wanted);
    EXPECT_EQ(timeline.recovery[1].charge, 40);
    EXPECT_EQ(timeline.assumed.back(), "a host that is woken logs in after 2 min");
}

TEST(Drill, AHostThatStaysUpWakesNobodyButAfterACallOff) {
    Site site("MINSUPPLIES 0\n" + kWake);
    EXPECT_TRUE(site.run().recovery.empty());
    Site called("FINALDELAY 60\nRULE r WHEN a on-battery >= 100 DO SHUTDOWN\n" + kWake);
    Outage outage;
    outage.mains_back = seconds(130);
    const Timeline timeline = called.run(outage);
    EXPECT_EQ(timeline.outcome, Outcome::up);
    EXPECT_GE(when(timeline, "CALLOFF"), 130);
    EXPECT_EQ(when(timeline, "switch: switch on outlet 1"), 130 + 60);
    EXPECT_EQ(when(timeline, "recovery ends"), 130 + 60 + 150);
    EXPECT_TRUE(timeline.recovery.empty());
}

TEST(Drill, AConditionThatIsNeverReachedIsSaidSo) {
    Site site("POWERDOWNFLAG /x\nRECOVERY CHARGE 40\nWAKE w COMMAND /bin/x");
    site.readings[0].remove("battery.charge");
    const Timeline timeline = site.run();
    EXPECT_EQ(timeline.recovery.back().text,
              "nobody is woken: what RECOVERY asks for is not reached in 24 h");
}

TEST(Drill, IsTheSameEveryTimeAndInOrder) {
    const Site site("RULE r WHEN a charge < 50 FOR 7 DO NOTIFY x THEN AFTER 9 RUN y ELSE NOTIFY z");
    const Timeline timeline = site.run();
    EXPECT_EQ(to_text(timeline), to_text(site.run()));
    for (std::size_t i = 1; i < timeline.entries.size(); ++i)
        EXPECT_LE(timeline.entries[i - 1].at, timeline.entries[i].at);
}

TEST(Drill, PrintsATimeline) {
    const std::string text = to_text(Site("RULE r WHEN a charge < 40 DO OUTLET.GROUP 2 off").run());
    EXPECT_EQ(text,
              "a@h: OL, charge 100 %, runtime 1000 s, load 30 %, low at 20 %\n"
              "\n"
              "+0:00               the mains fail\n"
              "+0:00    a@h 100 %  ONBATT: UPS a@h: on battery\n"
              "+10:01   a@h 39 %   rule r fires: a charge < 40\n"
              "+10:01   a@h 39 %   rule r: switch off outlet group 2 of a@h\n"
              "+13:20   a@h 20 %   LOWBATT: UPS a@h: battery is low\n"
              "+13:35              SHUTDOWN: This host is shutting down now (a@h: low_battery)\n"
              "+13:40              SHUTDOWNCMD is run: this host goes down\n"
              "+13:40   a@h 18 %   the battery would last for another 3 min\n");
}

TEST(Drill, PrintsJson) {
    const auto json =
        nlohmann::json::parse(to_json(Site("RULE r WHEN a charge < 40 DO FSD").run()));
    EXPECT_EQ(json["outcome"], "down");
    EXPECT_EQ(json["events"][0]["kind"], "mains");
    EXPECT_EQ(json["events"][2]["at"], 601);
    EXPECT_EQ(json["events"][2]["ups"], "a@h");
    EXPECT_EQ(json["events"][2]["charge"], 39);
    EXPECT_EQ(json["events"][2]["text"], "rule r fires: a charge < 40");
    EXPECT_EQ(json["idle"].size(), 0U);
    EXPECT_FALSE(json.contains("recovery"));
    const auto with = nlohmann::json::parse(to_json(Site(kWake).run()));
    EXPECT_EQ(with["recovery"]["when"].get<std::string>().substr(0, 14), "after 1 min on");
    EXPECT_EQ(with["recovery"]["events"][2]["at"], 3168);
    EXPECT_EQ(with["recovery"]["events"][2]["kind"], "recovery");
    EXPECT_EQ(with["recovery"]["events"][2]["charge"], 40);
}

TEST(Explain, GoesOnWithWhoIsWoken) {
    const std::string text =
        explain(Site("POWERDOWNFLAG /x\nRECOVERY CHARGE 40\nWAKE switch OUTLET 1 a\n").run());
    EXPECT_EQ(
        text.substr(text.find("\nWhen")),
        "\nWhen the mains are back, hosts are woken after 1 min on mains, with a charge of 40 % "
        "or more:\n"
        "- a@h at 18 %, at once: recovery begins\n"
        "- a@h at 40 %, after 52 min 48 s: recovery: mains are back, hosts are woken\n"
        "- a@h at 40 %, after 52 min 48 s: switch: switch on outlet 1 of a@h\n"
        "- a@h at 40 %, after 52 min 48 s: step switch is done\n"
        "- a@h at 40 %, after 52 min 48 s: recovery ends: 0 of 1 steps failed\n");
}

TEST(Explain, TellsWhatWouldHappenInOrder) {
    const Site site(
        "RULE late WHEN a charge < 30 DO FSD\nRULE lab WHEN a charge < 40 DO OUTLET.GROUP lab off\n"
        "RULE hot WHEN a temperature > 40 DO FSD");
    const std::string text = explain(site.run());
    EXPECT_EQ(text,
              "If the mains failed now:\n"
              "  a@h: OL, charge 100 %, runtime 1000 s, load 30 %, low at 20 %\n"
              "\n"
              "- a@h at 39 %, after 10 min 1 s: rule lab fires: a charge < 40\n"
              "- a@h at 39 %, after 10 min 1 s: rule lab: switch off outlet group lab of a@h\n"
              "- a@h at 29 %, after 11 min 41 s: rule late fires: a charge < 30\n"
              "- a@h at 29 %, after 11 min 41 s: rule late: forced shutdown\n"
              "- after 11 min 41 s: SHUTDOWN: This host is shutting down now (asked for)\n"
              "- after 11 min 46 s: SHUTDOWNCMD is run: this host goes down\n"
              "- a@h at 29 %, after 11 min 46 s: the battery would last for another 4 min 54 s\n"
              "\n"
              "Rules that would do nothing:\n"
              "- rule hot: a temperature > 40: a@h ups.temperature=?\n");
}

}  // namespace
}  // namespace ups::upsmon::plan
