// SPDX-License-Identifier: Apache-2.0
#include "battery.hpp"
#include "noise.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace ups::sim {
namespace {

BatteryDesign design() {
    return {.volts = 24, .amp_hours = 10, .charger_watts = 48};
}

TEST(Battery, StartsFull) {
    const Battery battery(design());
    EXPECT_DOUBLE_EQ(battery.capacity_wh(), 240);
    EXPECT_TRUE(battery.is_full());
    EXPECT_EQ(battery.charging_watts(), 0);
}

TEST(Battery, GivesTheEnergyThatIsTaken) {
    Battery battery(design());
    EXPECT_DOUBLE_EQ(battery.discharge(120, 3600), 120);
    EXPECT_DOUBLE_EQ(battery.charge(), 0.5);
    EXPECT_DOUBLE_EQ(battery.discharge(1000, 3600), 120) << "no more than there is";
    EXPECT_TRUE(battery.is_empty());
}

TEST(Battery, TakesAsLongAsItSays) {
    Battery battery(design());
    const double seconds = battery.seconds_down_to(0.25, 120);
    EXPECT_DOUBLE_EQ(seconds, 5400);
    (void)battery.discharge(120, seconds);
    EXPECT_NEAR(battery.charge(), 0.25, 1e-9);
    for (const double target : {0.5, 0.8, 0.9, 0.99}) {
        (void)battery.recharge(battery.seconds_up_to(target));
        EXPECT_NEAR(battery.charge(), target, 1e-9);
    }
    (void)battery.recharge(battery.seconds_up_to(1) + 0.001);
    EXPECT_TRUE(battery.is_full());
}

TEST(Battery, EndsNeverWithoutALoad) {
    EXPECT_TRUE(std::isinf(Battery(design()).seconds_down_to(0, 0)));
}

TEST(Battery, ChargesTheSameInOneStepOrInMany) {
    Battery whole(design());
    whole.set_charge(0.1);
    Battery parts = whole;
    const double stored = whole.recharge(20'000);
    double sum = 0;
    for (int i = 0; i < 2000; ++i)
        sum += parts.recharge(10);
    EXPECT_NEAR(whole.charge(), parts.charge(), 1e-9);
    EXPECT_NEAR(stored, sum, 1e-6);
}

TEST(Battery, ChargesSlowerAboveTheKnee) {
    Battery battery(design());
    battery.set_charge(0.5);
    EXPECT_DOUBLE_EQ(battery.charging_watts(), 48);
    battery.set_charge(0.9);
    EXPECT_NEAR(battery.charging_watts(), 24, 1e-9);
}

TEST(Battery, KeepsItsChargeWhenItAges) {
    Battery battery(design());
    battery.set_charge(0.6);
    battery.set_health(0.5);
    EXPECT_DOUBLE_EQ(battery.charge(), 0.6);
    EXPECT_DOUBLE_EQ(battery.capacity_wh(), 120);
}

TEST(Battery, ShowsAVoltageThatFallsWithChargeAndLoad) {
    Battery battery(design());
    const double rest = battery.volts_giving(0);
    EXPECT_GT(battery.volts_charging(), rest);
    EXPECT_LT(battery.volts_giving(240), rest);
    battery.set_charge(0.2);
    EXPECT_LT(battery.volts_giving(0), rest);
    EXPECT_GT(battery.volts_giving(240), 0);
}

TEST(Noise, IsTheSameForTheSameSeed) {
    for (double at = 0; at < 100; at += 0.7) {
        const double one = noise(7, NoiseChannel::mains_volts, at);
        EXPECT_EQ(one, noise(7, NoiseChannel::mains_volts, at));
        EXPECT_LE(std::abs(one), 1.0);
    }
    EXPECT_NE(noise(7, NoiseChannel::mains_volts, 3), noise(8, NoiseChannel::mains_volts, 3));
    EXPECT_NE(noise(7, NoiseChannel::mains_volts, 3), noise(7, NoiseChannel::mains_hertz, 3));
}

TEST(Noise, HasNoJumps) {
    for (double at = 0; at < 50; at += 0.01)
        EXPECT_LT(
            std::abs(noise(1, NoiseChannel::load, at + 0.01) - noise(1, NoiseChannel::load, at)),
            0.01);
}

}  // namespace
}  // namespace ups::sim
