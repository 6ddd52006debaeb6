// SPDX-License-Identifier: Apache-2.0
// The built plugin under a host in memory.
#include "kit/testing/fake_host.hpp"
#include "kit/testing/loaded_plugin.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>

namespace ups::sim {
namespace {

using kit::testing::FakeHost;
using kit::testing::Session;
using Options = std::vector<std::pair<std::string, std::string>>;

const upsdrv_plugin& plugin() {
    static const upsdrv_plugin& loaded = kit::testing::loaded_plugin(PLUGIN_FILE);
    return loaded;
}

struct Running {
    explicit Running(Options options = {}, std::string scenario = {}) {
        host.options = std::move(options);
        if (!scenario.empty()) {
            host.files["s.scn"] = std::move(scenario);
            host.options.emplace_back("scenario", "s.scn");
        }
        session.emplace(plugin(), host);
        opened = session->created() == UPSDRV_OK ? session->open() : session->created();
    }
    Running(const Running&) = delete;
    std::int32_t after_ms(std::int64_t wait) {
        host.advance_ms(wait);
        host.next_poll_ms.reset();
        return session->poll();
    }
    std::int32_t after(int seconds) { return after_ms(std::int64_t{seconds} * 1000); }
    [[nodiscard]] std::string value(std::string_view name) const {
        return host.value(name).value_or("(absent)");
    }
    [[nodiscard]] double number(std::string_view name) const {
        return std::atof(value(name).c_str());
    }
    [[nodiscard]] bool has_word(std::string_view word) const {
        return (' ' + value("ups.status") + ' ').find(' ' + std::string(word) + ' ') !=
               std::string::npos;
    }
    // As if the host had followed every `poll_at` up to then.
    void live(int seconds) {
        const std::int64_t end = host.now_ms + std::int64_t{seconds} * 1000;
        while (host.now_ms < end) {
            const std::int64_t next = std::min(end, host.next_poll_ms.value_or(end));
            host.advance_ms(next - host.now_ms);
            host.next_poll_ms.reset();
            (void)session->poll();
        }
    }

    FakeHost host;
    std::optional<Session> session;
    std::int32_t opened = 0;
};

TEST(SimPlugin, ShowsAHealthyUps) {
    Running it;
    ASSERT_EQ(it.opened, UPSDRV_OK);
    EXPECT_EQ(it.value("ups.status"), "OL");
    EXPECT_EQ(it.value("battery.charge"), "100");
    EXPECT_EQ(it.value("ups.load"), "30");
    EXPECT_EQ(it.value("ups.realpower"), "180");
    EXPECT_NEAR(it.number("input.voltage"), 230, 2);
    EXPECT_NEAR(it.number("input.frequency"), 50, 0.2);
    EXPECT_EQ(it.value("ups.timer.shutdown"), "-1");
    EXPECT_EQ(it.value("ups.alarm"), "(absent)");
    EXPECT_EQ(it.value("ups.test.date"), "(absent)");
    EXPECT_EQ(it.host.problems, std::vector<std::string>());
}

TEST(SimPlugin, DescribesEverySetting) {
    Running it;
    int writable = 0;
    for (const auto& [name, var] : it.host.vars) {
        if ((var.flags & UPSDRV_VAR_RW) == 0) continue;
        ++writable;
        const bool number = (var.flags & UPSDRV_VAR_NUMBER) != 0;
        const bool bounded = !var.enums.empty() || !var.ranges.empty() || var.max_length > 0;
        EXPECT_TRUE(bounded) << name;
        EXPECT_NE(number, (var.flags & UPSDRV_VAR_STRING) != 0) << name;
        if (!var.enums.empty()) {
            EXPECT_NE(std::find(var.enums.begin(), var.enums.end(), var.value), var.enums.end())
                << name;
        }
        EXPECT_EQ(it.session->set(name, var.value), UPSDRV_OK) << name;
    }
    EXPECT_GT(writable, 30);
}

TEST(SimPlugin, MakesItsNoiseFromTheSeed) {
    Running one(Options{{"seed", "5"}});
    Running same(Options{{"seed", "5"}});
    Running other(Options{{"seed", "6"}});
    Running quiet(Options{{"noise", "0"}});
    bool differs = false;
    for (int i = 0; i < 20; ++i) {
        for (Running* it : {&one, &same, &other, &quiet})
            ASSERT_EQ(it->after(3), UPSDRV_OK);
        EXPECT_EQ(one.value("input.voltage"), same.value("input.voltage"));
        differs = differs || one.value("input.voltage") != other.value("input.voltage");
        EXPECT_EQ(quiet.value("input.voltage"), "230.0");
    }
    EXPECT_TRUE(differs);
    EXPECT_EQ(one.value("ups.serial"), "SIM-5");
}

TEST(SimPlugin, MeetsTheInstantsOfAScenario) {
    Running it({}, "at 10 s mains off\nat 60.5 s mains on\n");
    ASSERT_EQ(it.opened, UPSDRV_OK);
    EXPECT_EQ(it.host.next_poll_ms, it.host.now_ms + 10'000);
    (void)it.after_ms(9'999);
    EXPECT_EQ(it.value("ups.status"), "OL");
    (void)it.after_ms(1);
    EXPECT_EQ(it.value("ups.status"), "OB DISCHRG");
    EXPECT_EQ(it.value("input.voltage"), "0.0");
    EXPECT_EQ(it.value("input.frequency"), "(absent)");
    EXPECT_EQ(it.value("input.transfer.reason"), "blackout");
    EXPECT_EQ(it.host.next_poll_ms, it.host.now_ms + 50'500);
    (void)it.after_ms(50'500);
    EXPECT_EQ(it.value("ups.status"), "OL CHRG");
}

TEST(SimPlugin, LetsAnHourPassInAMinute) {
    Running it(Options{{"timescale", "60"}, {"load", "50"}}, "at 1 min mains off\n");
    EXPECT_EQ(it.host.next_poll_ms, it.host.now_ms + 1000);
    it.live(1 + 27);
    EXPECT_TRUE(it.has_word("OB"));
    EXPECT_NEAR(it.number("battery.charge"), 100 * (1 - 1620 * (300 / 0.9 + 8) / 3600 / 216), 1.1);
}

TEST(SimPlugin, GoesThroughAWholeOutage) {
    Running it(Options{{"timescale", "60"}, {"load", "50"}},
               "at 1 min mains off\nat 2 h mains on\n");
    bool low = false;
    for (int second = 0; second < 119; ++second) {
        it.live(1);
        const bool below = it.number("battery.charge") < 20 || it.number("battery.runtime") < 120;
        EXPECT_EQ(it.has_word("LB"), below) << second;
        low = low || it.has_word("LB");
    }
    EXPECT_TRUE(low);
    EXPECT_TRUE(it.has_word("OFF")) << "the battery ran out";
    EXPECT_EQ(it.value("output.voltage"), "0.0");
    it.live(3);
    EXPECT_TRUE(it.has_word("OL"));
    EXPECT_FALSE(it.has_word("OFF"));
    EXPECT_TRUE(it.has_word("CHRG"));
    it.live(6 * 60);
    EXPECT_EQ(it.value("ups.status"), "OL");
    EXPECT_EQ(it.value("battery.charger.status"), "floating");
}

TEST(SimPlugin, CountsItsTimersDown) {
    Running it;
    ASSERT_EQ(it.session->command("shutdown.return", "15"), UPSDRV_OK);
    EXPECT_EQ(it.value("ups.timer.shutdown"), "15");
    EXPECT_EQ(it.host.next_poll_ms, it.host.now_ms + 15'000);
    (void)it.after(5);
    EXPECT_EQ(it.value("ups.timer.shutdown"), "10");
    (void)it.after(10);
    EXPECT_TRUE(it.has_word("OFF"));
    EXPECT_EQ(it.value("ups.timer.shutdown"), "-1");
    EXPECT_EQ(it.value("ups.timer.start"), "30");
    EXPECT_EQ(it.value("outlet.1.status"), "off");
    (void)it.after(30);
    EXPECT_EQ(it.value("ups.status"), "OL");
    EXPECT_EQ(it.value("outlet.1.status"), "on");
}

TEST(SimPlugin, DatesItsSelfTests) {
    Running it;
    it.host.wall_ms = 1'700'000'000'000;
    ASSERT_EQ(it.session->command("test.battery.start.quick"), UPSDRV_OK);
    EXPECT_EQ(it.value("ups.status"), "OL DISCHRG TEST");
    EXPECT_EQ(it.value("ups.test.result"), "In progress");
    EXPECT_EQ(it.value("ups.test.date"), "2023-11-14");
    (void)it.after(10);
    EXPECT_EQ(it.value("ups.test.result"), "Done and passed");
    EXPECT_EQ(it.session->command("calibrate.start"), UPSDRV_OK);
    EXPECT_TRUE(it.has_word("CAL"));
    EXPECT_FALSE(it.has_word("TEST"));
    EXPECT_EQ(it.session->command("calibrate.stop"), UPSDRV_OK);
    EXPECT_EQ(it.value("ups.test.result"), "Aborted");
}

TEST(SimPlugin, MapsOutcomesToResults) {
    Running it;
    EXPECT_EQ(it.session->command("nonsense"), UPSDRV_E_UNKNOWN);
    EXPECT_EQ(it.session->command("load.off", "x"), UPSDRV_E_INVALID);
    EXPECT_EQ(it.session->command("test.battery.stop"), UPSDRV_E_FAILED);
    EXPECT_EQ(it.session->set("nonsense", "1"), UPSDRV_E_UNKNOWN);
    EXPECT_EQ(it.session->set("battery.charge", "1"), UPSDRV_E_UNKNOWN);
    EXPECT_EQ(it.session->set("battery.charge.low", "96"), UPSDRV_E_INVALID);
    EXPECT_EQ(it.session->set("battery.charge.low", "x"), UPSDRV_E_INVALID);
    EXPECT_EQ(it.session->set("ups.beeper.status", "loud"), UPSDRV_E_INVALID);
    EXPECT_EQ(it.session->set("ups.id", std::string(33, 'x')), UPSDRV_E_INVALID);
    EXPECT_EQ(it.session->set("ups.id", "desk"), UPSDRV_OK);
    EXPECT_EQ(it.value("ups.id"), "desk");
}

TEST(SimPlugin, ObeysItsSettings) {
    Running it;
    ASSERT_EQ(it.session->set("battery.charge.low", "95"), UPSDRV_OK);
    ASSERT_EQ(it.session->set("sim.battery.charge", "94"), UPSDRV_OK);
    EXPECT_EQ(it.value("ups.status"), "OL LB CHRG");
    ASSERT_EQ(it.session->set("sim.mains.voltage", "205"), UPSDRV_OK);
    EXPECT_TRUE(it.has_word("BOOST"));
    ASSERT_EQ(it.session->set("sim.mains.voltage", "255"), UPSDRV_OK);
    EXPECT_TRUE(it.has_word("TRIM"));
    ASSERT_EQ(it.session->set("input.transfer.high", "250"), UPSDRV_OK);
    EXPECT_TRUE(it.has_word("OB"));
    ASSERT_EQ(it.session->set("sim.mains", "off"), UPSDRV_OK);
    ASSERT_EQ(it.session->set("outlet.2.switch", "off"), UPSDRV_OK);
    EXPECT_EQ(it.value("outlet.2.status"), "off");
    EXPECT_EQ(it.value("ups.realpower"), "135");
    ASSERT_EQ(it.session->set("outlet.2.desc", "router"), UPSDRV_OK);
    EXPECT_EQ(it.value("outlet.2.desc"), "router");
}

TEST(SimPlugin, RaisesAlarms) {
    Running it;
    ASSERT_EQ(it.session->command("sim.fault.overload"), UPSDRV_OK);
    EXPECT_TRUE(it.has_word("OVER"));
    EXPECT_TRUE(it.has_word("ALARM"));
    ASSERT_EQ(it.session->command("sim.fault.replace", "5"), UPSDRV_OK);
    EXPECT_TRUE(it.has_word("RB"));
    EXPECT_EQ(it.value("ups.alarm"), "Overload! Replace battery!");
    (void)it.after(30);
    EXPECT_EQ(it.value("ups.status"), "OL");
    EXPECT_EQ(it.value("ups.alarm"), "(absent)");
}

TEST(SimPlugin, FailsPollsOnDemand) {
    Running it;
    ASSERT_EQ(it.session->command("sim.fault.comm", "10"), UPSDRV_OK);
    EXPECT_EQ(it.after(1), UPSDRV_E_TIMEOUT);
    EXPECT_EQ(it.session->command("load.off"), UPSDRV_E_TIMEOUT);
    EXPECT_EQ(it.session->set("ups.id", "x"), UPSDRV_E_TIMEOUT);
    EXPECT_EQ(it.host.next_poll_ms, it.host.now_ms + 9000);
    EXPECT_EQ(it.after(9), UPSDRV_OK);
    ASSERT_EQ(it.session->command("sim.fault.garbage"), UPSDRV_OK);
    EXPECT_EQ(it.after(1), UPSDRV_E_FAILED);
    ASSERT_EQ(it.session->command("sim.fault.lost"), UPSDRV_OK);
    EXPECT_EQ(it.after(1), UPSDRV_E_LOST);
    it.session->close();
    EXPECT_EQ(it.session->open(), UPSDRV_E_LOST);
    ASSERT_EQ(it.session->command("sim.fault.clear"), UPSDRV_OK);
    EXPECT_EQ(it.session->open(), UPSDRV_OK);
    EXPECT_EQ(it.after(1), UPSDRV_OK);
}

TEST(SimPlugin, FreezesBeyondItsDeadlineOnDemand) {
    Running it;
    ASSERT_EQ(it.session->command("sim.fault.frozen"), UPSDRV_OK);
    const std::int64_t before = it.host.now_ms;
    EXPECT_EQ(it.after(1), UPSDRV_E_TIMEOUT);
    EXPECT_GT(it.host.now_ms, before + 1000 + it.session->budget_ms);
    it.host.stopping = true;
    EXPECT_EQ(it.after(1), UPSDRV_E_STOPPING);
}

TEST(SimPlugin, LivesOnWhileTheLineIsDead) {
    Running it(Options{{"load", "50"}});
    ASSERT_EQ(it.session->command("sim.mains.off"), UPSDRV_OK);
    ASSERT_EQ(it.session->command("sim.fault.comm", "600"), UPSDRV_OK);
    EXPECT_EQ(it.after(600), UPSDRV_OK);
    EXPECT_NEAR(it.number("battery.charge"), 100 * (1 - 600 * (300 / 0.9 + 8) / 3600 / 216), 1.1);
}

TEST(SimPlugin, CutsThePowerAndReturns) {
    Running it(Options{{"offdelay", "3"}, {"ondelay", "4"}});
    ASSERT_EQ(it.session->shutdown(), UPSDRV_OK);
    (void)it.after(3);
    EXPECT_TRUE(it.has_word("OFF"));
    (void)it.after(4);
    EXPECT_FALSE(it.has_word("OFF"));
}

TEST(SimPlugin, CutsThePowerAndStaysOff) {
    for (const Options& options :
         {Options{{"killpower", "stayoff"}, {"offdelay", "0"}}, Options{{"offdelay", "0"}}}) {
        Running it(options);
        if (options.size() == 1) {
            ASSERT_EQ(it.session->set("ups.start.auto", "no"), UPSDRV_OK);
        }
        ASSERT_EQ(it.session->shutdown(), UPSDRV_OK);
        (void)it.after(1000);
        EXPECT_TRUE(it.has_word("OFF"));
    }
}

TEST(SimPlugin, ReturnsOnlyWithEnoughCharge) {
    Running it(Options{
        {"battery_charge", "10"}, {"charge_restart", "15"}, {"offdelay", "0"}, {"ondelay", "1"}});
    ASSERT_EQ(it.session->shutdown(), UPSDRV_OK);
    (void)it.after(60);
    EXPECT_TRUE(it.has_word("OFF"));
    const double watts = 216 * 1.998 / 5;
    (void)it.after(static_cast<int>(0.05 * 216 / watts * 3600) + 2 - 60);
    EXPECT_FALSE(it.has_word("OFF"));
}

TEST(SimPlugin, RefusesABadScenario) {
    Running wrong({}, "at 10 s mains off\nat 5 s mains on\n");
    EXPECT_EQ(wrong.opened, UPSDRV_E_FATAL);
    EXPECT_TRUE(wrong.host.logged("s.scn:2:4: times must not go back"));
    Running unknown({}, "at 1 command self.destruct\n");
    EXPECT_EQ(unknown.opened, UPSDRV_E_FATAL);
    EXPECT_TRUE(unknown.host.logged("s.scn:1:6: there is no \"self.destruct\""));
    Running setting({}, "at 1 set ups.colour red\n");
    EXPECT_EQ(setting.opened, UPSDRV_E_FATAL);
    Running missing(Options{{"scenario", "none"}});
    EXPECT_EQ(missing.opened, UPSDRV_E_FATAL);
}

TEST(SimPlugin, PlaysCommandsAndSettingsOfAScenario) {
    Running it({}, "at 1 command shutdown.stayoff 4\nat 2 set ups.id renamed\nat 2 alarm Hot\n"
                   "at 3 set battery.charge.low 999\nat 9 fault comm on\n");
    ASSERT_EQ(it.opened, UPSDRV_OK);
    it.live(4);
    EXPECT_EQ(it.value("ups.id"), "renamed");
    EXPECT_EQ(it.value("ups.alarm"), "Hot");
    EXPECT_EQ(it.value("battery.charge.low"), "20");
    EXPECT_TRUE(it.host.logged("battery.charge.low was refused"));
    it.live(1);
    EXPECT_TRUE(it.has_word("OFF"));
    EXPECT_EQ(it.after(4), UPSDRV_E_TIMEOUT);
}

TEST(SimPlugin, ChangesItsPaceWhileItRuns) {
    Running it(Options{{"load", "50"}});
    ASSERT_EQ(it.session->command("sim.mains.off"), UPSDRV_OK);
    (void)it.after(10);
    ASSERT_EQ(it.session->set("sim.timescale", "100"), UPSDRV_OK);
    (void)it.after(5);
    EXPECT_NEAR(it.number("battery.charge"), 100 * (1 - 510 * (300 / 0.9 + 8) / 3600 / 216), 1.1);
    it.host.options = {{"timescale", "1"}, {"load", "10"}};
    EXPECT_EQ(it.session->reconfigure(), UPSDRV_OK);
    EXPECT_EQ(it.value("sim.timescale"), "1");
    EXPECT_EQ(it.value("ups.load"), "10");
}

TEST(SimPlugin, NeverAsksForPollsWithoutPause) {
    Running it(Options{{"timescale", "100000"}},
               "at 0 ramp load to 100 over 100 s\nloop at 200 s\n");
    for (int i = 0; i < 200; ++i) {
        ASSERT_TRUE(it.host.next_poll_ms.has_value());
        ASSERT_GE(*it.host.next_poll_ms, it.host.now_ms + 20);
        ASSERT_EQ(it.after_ms(20), UPSDRV_OK);
    }
}

TEST(SimPlugin, CanBeWithoutOutlets) {
    Running it(Options{{"outlets", "0"}});
    EXPECT_EQ(it.opened, UPSDRV_OK);
    EXPECT_EQ(it.value("outlet.count"), "(absent)");
    EXPECT_FALSE(it.host.commands.contains("outlet.group.1.load.off"));
    EXPECT_EQ(it.value("ups.realpower"), "180");
}

TEST(SimPlugin, BeatsAsAHeart) {
    Running it(Options{{"mode", "heartbeat"}, {"heartbeat_period", "30"}});
    ASSERT_EQ(it.opened, UPSDRV_OK);
    EXPECT_EQ(it.value("ups.status"), "OL TICK");
    EXPECT_EQ(it.host.next_poll_ms, it.host.now_ms + 30'000);
    (void)it.after(29);
    EXPECT_EQ(it.value("ups.status"), "OL TICK");
    (void)it.after(1);
    EXPECT_EQ(it.value("ups.status"), "OL TOCK");
    (void)it.after(30);
    EXPECT_EQ(it.value("ups.status"), "OL TICK");
    EXPECT_EQ(it.session->command("load.off"), UPSDRV_E_UNKNOWN);
}

TEST(SimPlugin, KeepsTwoInstancesApart) {
    Running one;
    Running two;
    ASSERT_EQ(one.session->command("sim.mains.off"), UPSDRV_OK);
    (void)two.after(1);
    EXPECT_EQ(two.value("ups.status"), "OL");
    EXPECT_TRUE(one.has_word("OB"));
}

}  // namespace
}  // namespace ups::sim
