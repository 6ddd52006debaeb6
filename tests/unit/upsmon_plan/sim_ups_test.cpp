// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/plan/sim_ups.hpp"

#include <gtest/gtest.h>

namespace ups::upsmon::plan {
namespace {

using std::chrono::seconds;

UpsReading reading_with(std::initializer_list<std::pair<const char*, const char*>> variables) {
    UpsReading reading;
    reading.is_fresh = true;
    for (const auto& [name, value] : variables)
        reading.set(name, value);
    return reading;
}

class SimUpsTest : public testing::Test {
  protected:
    std::vector<std::string> assumed;
    SimUps make(std::initializer_list<std::pair<const char*, const char*>> variables) {
        return {"a", reading_with(variables), {}, assumed};
    }
};

TEST_F(SimUpsTest, FallsInAStraightLineToTheEndOfItsRuntime) {
    SimUps ups = make({{"ups.status", "OL"}, {"battery.charge", "80"}, {"battery.runtime", "400"}});
    ups.set_supply(SimUps::Supply::battery);
    EXPECT_EQ(ups.runtime(), seconds(400));
    ups.advance(seconds(100));
    EXPECT_EQ(ups.runtime(), seconds(300));
    EXPECT_DOUBLE_EQ(ups.charge(), 60);
    EXPECT_EQ(ups.reading().status, "OB DISCHRG");
    EXPECT_EQ(ups.reading().number("battery.charge"), 60);
    ups.advance(seconds(300));
    EXPECT_TRUE(ups.is_dark());
    EXPECT_FALSE(ups.reading().is_fresh);
    ups.set_supply(SimUps::Supply::mains);
    EXPECT_FALSE(ups.is_dark());
    EXPECT_TRUE(ups.reading().is_fresh);
}

TEST_F(SimUpsTest, ChargesAtItsRate) {
    SimUps ups = make({{"ups.status", "OL"}, {"battery.charge", "50"}, {"battery.runtime", "400"}});
    ups.advance(seconds(3600));
    EXPECT_NEAR(ups.charge(), 75, 1e-6);
    EXPECT_EQ(ups.reading().status, "OL CHRG");
    ups.advance(seconds(3600));
    EXPECT_TRUE(ups.is_full());
    EXPECT_EQ(ups.reading().status, "OL");
}

TEST_F(SimUpsTest, IsLowByChargeOrRuntime) {
    SimUps by_charge =
        make({{"battery.charge", "100"}, {"battery.runtime", "100"}, {"battery.charge.low", "30"}});
    by_charge.set_supply(SimUps::Supply::battery);
    by_charge.advance(seconds(69));
    EXPECT_FALSE(by_charge.is_low());
    by_charge.advance(seconds(2));
    EXPECT_TRUE(by_charge.is_low());
    SimUps by_runtime = make(
        {{"battery.charge", "100"}, {"battery.runtime", "100"}, {"battery.runtime.low", "60"}});
    by_runtime.set_supply(SimUps::Supply::battery);
    by_runtime.advance(seconds(41));
    EXPECT_TRUE(by_runtime.is_low());
    EXPECT_EQ(by_runtime.reading().status, "OB DISCHRG LB");
    EXPECT_TRUE(assumed.empty());
}

TEST_F(SimUpsTest, KeepsWordsThatAnOutageDoesNotChange) {
    SimUps ups = make({{"ups.status", "OL CHRG RB TRIM ECO"},
                       {"battery.charge", "90"},
                       {"battery.runtime", "9"}});
    ups.set_supply(SimUps::Supply::battery);
    ups.set_forced_shutdown(true);
    EXPECT_EQ(ups.reading().status, "OB DISCHRG FSD RB ECO");
}

TEST_F(SimUpsTest, ARuntimeOfZeroIsNoRuntime) {
    SimUps ups =
        make({{"battery.charge", "50"}, {"battery.runtime", "0"}, {"battery.charge.low", "10"}});
    EXPECT_EQ(ups.runtime(), seconds(300));
    EXPECT_EQ(assumed.size(), 1U);
}

TEST_F(SimUpsTest, AnEmptyBatteryIsDarkAtOnce) {
    SimUps ups =
        make({{"battery.charge", "0"}, {"battery.runtime", "0"}, {"battery.charge.low", "10"}});
    ups.set_supply(SimUps::Supply::battery);
    EXPECT_TRUE(ups.is_dark());
}

TEST_F(SimUpsTest, ARuntimeBeyondAllReasonIsALongOne) {
    const SimUps ups = make({{"ups.status", "OL"}, {"battery.runtime", "99999999999999999999"}});
    EXPECT_GT(ups.runtime(), std::chrono::years(10));
    EXPECT_LT(ups.runtime(), std::chrono::years(100));
}

}  // namespace
}  // namespace ups::upsmon::plan
