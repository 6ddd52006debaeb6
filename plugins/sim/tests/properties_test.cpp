// SPDX-License-Identifier: Apache-2.0
// What must hold whatever happens: random lives of a unit, the same ones in every run.
#include "commands.hpp"
#include "noise.hpp"
#include "readings.hpp"
#include "simulator.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace ups::sim {
namespace {

/// Numbers without a pattern; the same for the same seed.
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}
    std::uint64_t below(std::uint64_t bound) { return mixed(++state_) % bound; }
    double between(double low, double high) {
        return low + (high - low) * static_cast<double>(below(1'000'000)) / 999'999;
    }

  private:
    std::uint64_t state_;
};

void change_anything(Simulator& it, Dice& dice) {
    static const std::vector<std::string> names = command_names(it.model());
    Model& model = it.model();
    switch (dice.below(9)) {
    case 0:
        return model.set_mains(dice.below(2) == 0);
    case 1:
        return model.set_mains_volts(dice.between(150, 290));
    case 2:
        return model.set_load_percent(dice.between(0, 140));
    case 3:
        model.outlets()[dice.below(4)].charge_low = dice.between(0, 90);
        return;
    case 4:
        model.controls().charge_restart = dice.between(0, 100);
        return;
    case 5:
        model.controls().test_interval = dice.between(0, 5000);
        return;
    case 6:
        return it.set_fault(static_cast<Fault>(dice.below(kFaults)), dice.between(0, 100));
    default:
        break;
    }
    (void)run_command(it, names[dice.below(names.size())], std::nullopt);
}

// What the change brings about at once has happened when this returns.
void do_anything(Simulator& it, Dice& dice) {
    change_anything(it, dice);
    it.advance(it.model().now());
}

void check_invariants(const Model& model) {
    EXPECT_GE(model.charge_percent(), 0);
    EXPECT_LE(model.charge_percent(), 100);
    EXPECT_GE(model.runtime_seconds(), 0);
    EXPECT_GE(model.load_watts(), 0);
    EXPECT_EQ(model.is_output_on(), model.supply() != Supply::none);
    if (model.is_battery_low()) {
        EXPECT_TRUE(std::floor(model.charge_percent()) < model.controls().charge_low ||
                    std::floor(model.runtime_seconds()) < model.controls().runtime_low);
    }
    EXPECT_FALSE(model.is_charging() && model.supply() == Supply::battery);
    for (const auto& at : {model.shutdown_at(), model.start_at(), model.reboot_at()})
        EXPECT_GT(at.value_or(std::numeric_limits<double>::infinity()), model.now());
    for (const Outlet& outlet : model.outlets())
        for (const auto& at : {outlet.off_at, outlet.on_at})
            EXPECT_GT(at.value_or(std::numeric_limits<double>::infinity()), model.now());
    const std::string words = status_words(model);
    EXPECT_TRUE(words.starts_with("OL") || words.starts_with("OB"));
    EXPECT_EQ(words.find("CHRG") != std::string::npos,
              model.is_charging() || model.supply() == Supply::battery);
}

class AnyLife : public ::testing::TestWithParam<int> {};

TEST_P(AnyLife, KeepsTheInvariants) {
    Dice dice(static_cast<std::uint64_t>(GetParam()) * 1000);
    Simulator it(Design{}, Controls{}, Scenario{});
    for (int step = 0; step < 400 && !HasFailure(); ++step) {
        do_anything(it, dice);
        it.advance(it.model().now() + dice.between(0, 400));
        check_invariants(it.model());
        EXPECT_GT(it.next_change(), it.model().now());
    }
}

TEST_P(AnyLife, BalancesItsEnergy) {
    Dice dice(static_cast<std::uint64_t>(GetParam()) * 7777);
    Simulator it(Design{}, Controls{}, Scenario{});
    const Model& model = it.model();
    const Design& design = model.design();
    for (int step = 0; step < 200; ++step) {
        do_anything(it, dice);
        // Up to the next change nothing but the clock moves, so the balance can be told from outside.
        const double before = model.battery().energy_wh();
        const double seconds =
            std::min(dice.between(1, 400), (it.next_change() - model.now()) * 0.999);
        const double watts = model.supply() == Supply::battery
                                 ? -(model.load_watts() / design.efficiency + design.own_use_w)
                                 : 0;
        const bool charging = model.is_charging();
        it.advance(model.now() + seconds);
        const double gained = model.battery().energy_wh() - before;
        if (charging) {
            EXPECT_GE(gained, 0);
            EXPECT_LE(gained, design.battery.charger_watts * seconds / 3600 + 1e-6);
        } else {
            EXPECT_NEAR(gained, watts * seconds / 3600, 1e-6) << "step " << step;
        }
    }
}

TEST_P(AnyLife, DoesNotDependOnHowOftenItIsAsked) {
    const auto live = [](int seed, double pace) {
        Dice dice(static_cast<std::uint64_t>(seed) * 31);
        Simulator it(Design{}, Controls{}, Scenario{});
        for (int step = 0; step < 60; ++step) {
            do_anything(it, dice);
            const double end = it.model().now() + dice.between(1, 300);
            while (it.model().now() < end)
                it.advance(std::min(end, it.model().now() + pace));
        }
        return std::pair(status_words(it.model()), it.model().battery().energy_wh());
    };
    const auto coarse = live(GetParam(), 1000);
    const auto fine = live(GetParam(), 0.5);
    EXPECT_EQ(coarse.first, fine.first);
    EXPECT_NEAR(coarse.second, fine.second, 1e-3);
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnyLife, ::testing::Range(1, 26));

TEST(Properties, ChargeFallsAndRisesSteadily) {
    Simulator it(Design{}, Controls{}, Scenario{});
    it.model().set_mains(false);
    double last = 101;
    while (it.model().is_output_on()) {
        EXPECT_LT(it.model().charge_percent(), last);
        last = it.model().charge_percent();
        it.advance(it.model().now() + 60);
    }
    it.model().set_mains(true);
    last = -1;
    while (it.model().charge_percent() < 100) {
        EXPECT_GT(it.model().charge_percent(), last);
        last = it.model().charge_percent();
        it.advance(it.model().now() + 600);
        ASSERT_LT(it.model().now(), 100'000) << "it fills up";
    }
}

}  // namespace
}  // namespace ups::sim
