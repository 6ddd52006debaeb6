// SPDX-License-Identifier: Apache-2.0
#include "commands.hpp"
#include "simulator.hpp"

#include <gtest/gtest.h>

#include <set>

namespace ups::sim {
namespace {

Simulator simulator(const char* scenario) {
    Scenario parsed = parse_scenario(scenario);
    EXPECT_TRUE(parsed.problems.empty());
    return {Design{}, Controls{}, std::move(parsed)};
}

TEST(Simulator, PlaysEventsAtTheirInstants) {
    Simulator it = simulator("at 0 load 50\nat 10 mains off\nat 60 mains on\n");
    it.advance(0);
    EXPECT_EQ(it.model().set_load(), 50);
    EXPECT_EQ(it.next_change(), 10);
    it.advance(9.999);
    EXPECT_TRUE(it.model().is_mains_present());
    it.advance(10);
    EXPECT_FALSE(it.model().is_mains_present());
    it.advance(1000);
    EXPECT_TRUE(it.model().is_mains_present());
    const double used = 50 * (300 / 0.9 + 8) / 3600;
    Simulator again = simulator("at 0 load 50\nat 10 mains off\nat 60 mains on\n");
    again.advance(60);
    EXPECT_NEAR(again.model().battery().energy_wh(), 216 - used, 1e-6)
        << "fifty seconds on battery, wherever the calls fell";
}

TEST(Simulator, RampsTheLoad) {
    Simulator it = simulator("at 0 load 20\nat 10 ramp load to 120 over 100 s\n");
    it.advance(60);
    EXPECT_NEAR(it.model().set_load(), 70, 1.5);
    it.advance(109.9);
    EXPECT_LT(it.model().set_load(), 120);
    it.advance(110);
    EXPECT_NEAR(it.model().set_load(), 120, 1e-9);
    EXPECT_TRUE(it.model().is_overloaded());
}

TEST(Simulator, RampsTheMainsFromWhereItIs) {
    Simulator it = simulator("at 0 ramp mains to 170 over 10 s\n");
    it.advance(5);
    EXPECT_NEAR(it.model().line_volts(), 200, 1);
    it.advance(10);
    EXPECT_NEAR(it.model().line_volts(), 170, 1e-9);
    EXPECT_EQ(it.model().transfer_reason(), TransferReason::low_voltage);
}

TEST(Simulator, StartsOver) {
    Simulator it = simulator("at 10 mains off\nat 20 mains on\nloop at 100 s\n");
    for (const double round : {0.0, 100.0, 200.0}) {
        it.advance(round + 15);
        EXPECT_FALSE(it.model().is_mains_present()) << round;
        it.advance(round + 25);
        EXPECT_TRUE(it.model().is_mains_present()) << round;
    }
}

TEST(Simulator, EndsFaultsByItself) {
    Simulator it = simulator("");
    it.set_fault(Fault::comm, 30);
    it.set_fault(Fault::overload, 10);
    EXPECT_EQ(it.next_change(), 10);
    EXPECT_TRUE(it.model().is_overloaded());
    it.advance(10);
    EXPECT_FALSE(it.model().is_overloaded());
    EXPECT_TRUE(it.has_fault(Fault::comm));
    it.advance(30);
    EXPECT_FALSE(it.has_fault(Fault::comm));
    it.set_fault(Fault::replace, Simulator::kForEver);
    it.advance(1e6);
    EXPECT_TRUE(it.model().needs_battery());
    it.clear_faults();
    EXPECT_FALSE(it.model().needs_battery());
}

TEST(Simulator, HandsCommandsAndValuesOn) {
    Simulator it =
        simulator("at 1 command load.off.delay 5\nat 2 set ups.id x y\nat 3 alarm Hot\n");
    std::string seen;
    it.set_hooks(
        {[&](auto name, auto parameter) {
             seen += std::string(name) + '/' + std::string(parameter.value_or("-")) + ' ';
         },
         [&](auto name, auto value) { seen += std::string(name) + '=' + std::string(value); }});
    it.advance(5);
    EXPECT_EQ(seen, "load.off.delay/5 ups.id=x y");
    EXPECT_EQ(it.alarm(), "Hot");
}

TEST(Commands, ExistForEveryName) {
    Simulator it = simulator("");
    const auto names = command_names(it.model());
    EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
    for (const std::string& name : names) {
        Simulator fresh = simulator("");
        EXPECT_NE(run_command(fresh, name, std::nullopt), CommandResult::unknown) << name;
    }
    for (const char* name : {"", "load", "outlet.", "outlet.9.load.off", "outlet.x.load.off",
                             "outlet.group.3.load.off", "outlet.1.explode", "outlet.1"})
        EXPECT_EQ(run_command(it, name, std::nullopt), CommandResult::unknown) << name;
}

TEST(Commands, CheckTheirParameter) {
    Simulator it = simulator("");
    EXPECT_EQ(run_command(it, "shutdown.return", "90"), CommandResult::done);
    EXPECT_EQ(it.model().shutdown_at(), 90);
    EXPECT_EQ(run_command(it, "shutdown.return", "soon"), CommandResult::bad_parameter);
    EXPECT_EQ(run_command(it, "shutdown.return", "-1"), CommandResult::bad_parameter);
    EXPECT_EQ(run_command(it, "load.off", "5"), CommandResult::bad_parameter);
    EXPECT_EQ(run_command(it, "load.off", ""), CommandResult::done);
}

TEST(Commands, UseTheConfiguredDelays) {
    Simulator it = simulator("");
    (void)run_command(it, "shutdown.reboot.graceful", std::nullopt);
    EXPECT_EQ(it.model().shutdown_at(), 20);
    (void)run_command(it, "shutdown.stop", std::nullopt);
    (void)run_command(it, "load.on.delay", std::nullopt);
    EXPECT_EQ(it.model().start_at(), 30);
}

TEST(Commands, SwitchGroups) {
    Simulator it = simulator("");
    EXPECT_EQ(run_command(it, "outlet.group.1.load.off", std::nullopt), CommandResult::done);
    EXPECT_FALSE(it.model().outlets()[0].on);
    EXPECT_TRUE(it.model().outlets()[1].on);
    EXPECT_FALSE(it.model().outlets()[2].on);
    EXPECT_EQ(run_command(it, "outlet.1.load.cycle", std::nullopt), CommandResult::done);
    it.advance(5);
    EXPECT_TRUE(it.model().outlets()[0].on);
}

TEST(Commands, ObeyTheBeeper) {
    Simulator it = simulator("");
    (void)run_command(it, "beeper.mute", std::nullopt);
    EXPECT_EQ(it.model().controls().beeper, Beeper::muted);
    (void)run_command(it, "beeper.disable", std::nullopt);
    EXPECT_EQ(run_command(it, "beeper.mute", std::nullopt), CommandResult::refused);
    (void)run_command(it, "beeper.toggle", std::nullopt);
    EXPECT_EQ(it.model().controls().beeper, Beeper::enabled);
}

TEST(Commands, RefuseWhatTheStateDoesNotAllow) {
    Simulator it = simulator("");
    EXPECT_EQ(run_command(it, "test.battery.stop", std::nullopt), CommandResult::refused);
    EXPECT_EQ(run_command(it, "calibrate.stop", std::nullopt), CommandResult::refused);
    EXPECT_EQ(run_command(it, "test.panel.start", std::nullopt), CommandResult::done);
    EXPECT_EQ(run_command(it, "calibrate.start", std::nullopt), CommandResult::refused);
    EXPECT_EQ(run_command(it, "test.panel.stop", std::nullopt), CommandResult::done);
}

}  // namespace
}  // namespace ups::sim
