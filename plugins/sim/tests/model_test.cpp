// SPDX-License-Identifier: Apache-2.0
#include "model.hpp"

#include <gtest/gtest.h>

namespace ups::sim {
namespace {

// 216 Wh; with 300 W it lasts 216 / (300 / 0.9 + 8) h.
Model model() {
    Model made(Design{}, Controls{});
    made.set_load_percent(50);
    return made;
}
constexpr double kRuntime = 216.0 / (300.0 / 0.9 + 8) * 3600;

TEST(Model, CarriesTheLoadThroughAnOutage) {
    Model it = model();
    EXPECT_EQ(it.supply(), Supply::mains);
    it.set_mains(false);
    EXPECT_EQ(it.supply(), Supply::battery);
    EXPECT_EQ(it.transfer_reason(), TransferReason::blackout);
    EXPECT_NEAR(it.runtime_seconds(), kRuntime, 1e-6);
    it.advance(kRuntime / 2);
    EXPECT_NEAR(it.charge_percent(), 50, 1e-6);
    it.set_mains(true);
    EXPECT_EQ(it.supply(), Supply::mains);
    EXPECT_TRUE(it.is_charging());
}

TEST(Model, KnowsWhenTheBatteryBecomesLow) {
    Model it = model();
    it.set_mains(false);
    EXPECT_FALSE(it.is_battery_low());
    const double low = it.next_change();
    EXPECT_NEAR(low, kRuntime * 0.8, 0.1);
    it.advance(low - 0.1);
    EXPECT_FALSE(it.is_battery_low());
    it.advance(low);
    EXPECT_TRUE(it.is_battery_low());
}

TEST(Model, CountsRuntimeForLowToo) {
    Model it = model();
    it.controls().charge_low = 0;
    it.controls().runtime_low = 600;
    it.set_mains(false);
    it.advance(kRuntime - 601.5);
    EXPECT_FALSE(it.is_battery_low());
    it.advance(kRuntime - 599.5);
    EXPECT_TRUE(it.is_battery_low());
}

TEST(Model, DropsTheLoadWhenTheBatteryIsEmptyAndComesBackWithMains) {
    Model it = model();
    it.controls().charge_restart = 10;
    it.set_mains(false);
    it.advance(kRuntime + 1);
    EXPECT_FALSE(it.is_output_on());
    EXPECT_EQ(it.charge_percent(), 0);
    EXPECT_EQ(it.load_watts(), 0);
    it.set_mains(true);
    it.advance(kRuntime + 100);
    EXPECT_FALSE(it.is_output_on()) << "not before the charge is back";
    const double seconds = it.battery().seconds_up_to(0.1);
    it.advance(it.now() + seconds + 29);
    EXPECT_FALSE(it.is_output_on());
    it.advance(it.now() + 2);
    EXPECT_TRUE(it.is_output_on());
}

TEST(Model, StaysOffAfterExhaustionWithoutAutomaticStart) {
    Model it = model();
    it.controls().start_auto = false;
    it.set_mains(false);
    it.advance(kRuntime + 1);
    it.set_mains(true);
    it.advance(kRuntime + 10'000);
    EXPECT_FALSE(it.is_output_on());
    EXPECT_EQ(it.load_on(), Outcome::done);
    EXPECT_TRUE(it.is_output_on());
}

TEST(Model, CyclesTheLoadOnShutdownReturn) {
    Model it = model();
    EXPECT_EQ(it.shutdown_return(20), Outcome::done);
    EXPECT_EQ(it.next_change(), 20);
    it.advance(20);
    EXPECT_FALSE(it.is_output_on());
    EXPECT_EQ(it.start_at(), 50);
    it.advance(50);
    EXPECT_TRUE(it.is_output_on());
    EXPECT_EQ(it.start_at(), std::nullopt);
}

TEST(Model, WaitsForMainsOnShutdownReturn) {
    Model it = model();
    it.set_mains(false);
    (void)it.shutdown_return(20);
    it.advance(1000);
    EXPECT_FALSE(it.is_output_on());
    it.set_mains(true);
    it.advance(1010);
    it.set_mains(false);
    it.advance(1100);
    EXPECT_FALSE(it.is_output_on()) << "mains went away while it waited";
    it.set_mains(true);
    it.advance(1130);
    EXPECT_TRUE(it.is_output_on());
}

TEST(Model, StaysOffOnShutdownStayoff) {
    Model it = model();
    (void)it.shutdown_stayoff(5);
    it.advance(100'000);
    EXPECT_FALSE(it.is_output_on());
    EXPECT_FALSE(it.controls().start_auto);
}

TEST(Model, RebootsTheLoad) {
    Model it = model();
    (void)it.shutdown_reboot(0);
    EXPECT_FALSE(it.is_output_on());
    it.advance(9.9);
    EXPECT_FALSE(it.is_output_on());
    it.advance(10);
    EXPECT_TRUE(it.is_output_on());
}

TEST(Model, StopsWhatIsPending) {
    Model it = model();
    (void)it.shutdown_return(20);
    (void)it.shutdown_stop();
    it.advance(100);
    EXPECT_TRUE(it.is_output_on());
    (void)it.shutdown_return(0);
    (void)it.shutdown_stop();
    it.advance(1000);
    EXPECT_FALSE(it.is_output_on());
}

TEST(Model, BoostsTrimsAndLeavesTheLine) {
    Model it = model();
    it.set_mains_volts(205);
    EXPECT_TRUE(it.is_boosting());
    EXPECT_GT(it.output_volts(), 220);
    it.set_mains_volts(255);
    EXPECT_TRUE(it.is_trimming());
    EXPECT_LT(it.output_volts(), 230);
    it.set_mains_volts(170);
    EXPECT_EQ(it.supply(), Supply::battery);
    EXPECT_EQ(it.transfer_reason(), TransferReason::low_voltage);
    it.set_mains_volts(230);
    it.set_mains_hertz(55);
    EXPECT_EQ(it.transfer_reason(), TransferReason::frequency);
    EXPECT_EQ(it.mains_volts_min(), 170);
    EXPECT_EQ(it.mains_volts_max(), 255);
    it.reset_input_extremes();
    EXPECT_EQ(it.mains_volts_min(), 230);
}

TEST(Model, PassesAQuickTest) {
    Model it = model();
    EXPECT_EQ(it.start_test(SelfTest::quick), Outcome::done);
    EXPECT_EQ(it.supply(), Supply::battery);
    EXPECT_TRUE(it.is_mains_good());
    EXPECT_EQ(it.test_result(), TestResult::running);
    EXPECT_EQ(it.start_test(SelfTest::quick), Outcome::refused);
    it.advance(10);
    EXPECT_EQ(it.test(), SelfTest::none);
    EXPECT_EQ(it.test_result(), TestResult::passed);
    EXPECT_EQ(it.last_test_at(), 0);
    EXPECT_LT(it.charge_percent(), 100);
}

TEST(Model, FailsATestOfAWornBattery) {
    Model it = model();
    it.set_battery_health(40);
    (void)it.start_test(SelfTest::quick);
    it.advance(10);
    EXPECT_EQ(it.test_result(), TestResult::failed);
    EXPECT_TRUE(it.needs_battery());
}

TEST(Model, TakesAQuarterOutInADeepTest) {
    Model it = model();
    (void)it.start_test(SelfTest::deep);
    it.advance(kRuntime);
    EXPECT_EQ(it.test_result(), TestResult::passed);
    Model other = model();
    (void)other.start_test(SelfTest::deep);
    other.advance(kRuntime / 4 - 1);
    EXPECT_EQ(other.test(), SelfTest::deep);
    other.advance(kRuntime / 4 + 1);
    EXPECT_EQ(other.test(), SelfTest::none);
}

TEST(Model, CalibratesDownToLow) {
    Model it = model();
    (void)it.start_test(SelfTest::calibration);
    it.advance(kRuntime * 0.8 - 2);
    EXPECT_EQ(it.test(), SelfTest::calibration);
    it.advance(kRuntime * 0.8 + 2);
    EXPECT_EQ(it.test(), SelfTest::none);
    EXPECT_EQ(it.test_result(), TestResult::passed);
    EXPECT_TRUE(it.is_charging());
    EXPECT_EQ(it.start_test(SelfTest::calibration), Outcome::refused) << "not full";
}

TEST(Model, AbortsATestWhenMainsFails) {
    Model it = model();
    (void)it.start_test(SelfTest::deep);
    it.advance(5);
    it.set_mains(false);
    EXPECT_EQ(it.test(), SelfTest::none);
    EXPECT_EQ(it.test_result(), TestResult::aborted);
    EXPECT_EQ(it.supply(), Supply::battery);
    EXPECT_EQ(it.start_test(SelfTest::quick), Outcome::refused);
}

TEST(Model, TestsItselfRegularly) {
    Model it = model();
    it.controls().test_interval = 1000;
    it.advance(1005);
    EXPECT_EQ(it.test(), SelfTest::quick);
    it.advance(1020);
    EXPECT_EQ(it.test_result(), TestResult::passed);
    it.advance(2005);
    EXPECT_EQ(it.test(), SelfTest::quick);
}

TEST(Model, SimulatesAFailure) {
    Model it = model();
    (void)it.simulate_failure(true);
    EXPECT_EQ(it.supply(), Supply::battery);
    EXPECT_EQ(it.mains_volts(), 0);
    (void)it.simulate_failure(false);
    EXPECT_EQ(it.supply(), Supply::mains);
}

TEST(Model, GoesToBypassAndBackToTheBattery) {
    Model it = model();
    EXPECT_EQ(it.set_bypass(true), Outcome::done);
    EXPECT_EQ(it.supply(), Supply::bypass);
    it.set_mains(false);
    EXPECT_EQ(it.supply(), Supply::battery);
    EXPECT_EQ(it.set_bypass(true), Outcome::refused);
}

TEST(Model, NoticesAnOverload) {
    Model it = model();
    EXPECT_FALSE(it.is_overloaded());
    it.set_overload(true);
    EXPECT_TRUE(it.is_overloaded());
    EXPECT_NEAR(it.load_watts(), 750, 1e-9);
    it.set_overload(false);
    it.set_load_percent(101);
    EXPECT_TRUE(it.is_overloaded());
}

TEST(Model, SharesTheLoadAmongTheOutlets) {
    Model it = model();
    (void)it.switch_outlet(0, false);
    EXPECT_NEAR(it.load_watts(), 225, 1e-9);
    EXPECT_EQ(it.outlet_watts(it.outlets()[0]), 0);
    EXPECT_NEAR(it.outlet_watts(it.outlets()[1]), 75, 1e-9);
    (void)it.outlet_on_in(0, 5);
    it.advance(5);
    EXPECT_NEAR(it.load_watts(), 300, 1e-9);
    it.outlets()[2].switchable = false;
    EXPECT_EQ(it.switch_outlet(2, false), Outcome::refused);
}

TEST(Model, ShedsAnOutletAtItsCharge) {
    Model it = model();
    it.outlets()[1].charge_low = 60;
    it.outlets()[1].delay_start = 7;
    it.set_mains(false);
    const double at = kRuntime * 0.4;
    EXPECT_NEAR(it.next_change(), at, 0.01);
    it.advance(at + 0.01);
    EXPECT_FALSE(it.outlets()[1].on);
    EXPECT_TRUE(it.outlets()[0].on);
    it.set_mains(true);
    it.advance(it.now() + 7);
    EXPECT_TRUE(it.outlets()[1].on);
}

TEST(Model, ReturnsAnOutletWithMains) {
    Model it = model();
    it.outlets()[0].delay_start = 4;
    (void)it.outlet_shutdown_return(0, 2);
    it.advance(2);
    EXPECT_FALSE(it.outlets()[0].on);
    it.advance(6);
    EXPECT_TRUE(it.outlets()[0].on);
}

TEST(Model, RebootsTheLoadOfASilentComputer) {
    Model it = model();
    it.controls().watchdog = true;
    it.advance(200);
    it.reset_watchdog();
    it.advance(499);
    EXPECT_TRUE(it.is_output_on());
    it.advance(500);
    EXPECT_FALSE(it.is_output_on());
    it.advance(510);
    EXPECT_TRUE(it.is_output_on());
}

TEST(Model, StartsFromTheBatteryOnlyWhenAllowed) {
    Model it = model();
    (void)it.load_off();
    it.set_mains(false);
    it.controls().start_battery = false;
    EXPECT_EQ(it.load_on(), Outcome::refused);
    it.controls().start_battery = true;
    EXPECT_EQ(it.load_on(), Outcome::done);
    EXPECT_EQ(it.supply(), Supply::battery);
}

}  // namespace
}  // namespace ups::sim
