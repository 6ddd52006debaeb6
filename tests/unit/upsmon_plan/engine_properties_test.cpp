// SPDX-License-Identifier: Apache-2.0
/// What holds for rules whatever the readings do. Seeded, so that a failure can be seen again.
#include "tests/unit/upsmon_plan/support.hpp"

#include <random>

namespace ups::upsmon::plan {
namespace {

class Random {
  public:
    explicit Random(unsigned seed) : engine_(seed) {}
    unsigned below(unsigned end) { return static_cast<unsigned>(engine_() % end); }

  private:
    std::mt19937 engine_;
};

bool has_fired(const World& world) {
    return world.state.rules[0].phase == RuleState::Phase::fired;
}

/// However the charge jitters between the limit and the hysteresis, the rule stays as it is.
TEST(RuleProperties, HysteresisNeverFlaps) {
    for (unsigned seed = 0; seed < 100; ++seed) {
        Random random(seed);
        World world("RULE r WHEN a charge < 40 HYSTERESIS 5 FOR 3 DO NOTIFY low ELSE NOTIFY fine");
        const bool starts_fired = random.below(2) == 0;
        if (starts_fired) {
            world.charge("20");
            world.look();
            world.look_after(seconds(3));
        }
        for (int step = 0; step < 200; ++step) {
            world.charge(std::to_string(40 + random.below(5)));
            if (random.below(5) == 0) world.readings[0].remove("battery.charge");
            world.readings[0].is_fresh = random.below(5) != 0;
            EXPECT_EQ(world.look_after(seconds(random.below(10))), "") << "seed " << seed;
        }
        EXPECT_EQ(has_fired(world), starts_fired);
    }
}

/// A model of one comparison with FOR, evaluated every second: when must the rule have fired?
TEST(RuleProperties, FiresExactlyWhenTheConditionHeldForItsTime) {
    for (unsigned seed = 0; seed < 100; ++seed) {
        Random random(seed);
        const unsigned hold = random.below(12);
        World world("RULE r WHEN a charge < 40 HYSTERESIS 5 FOR " + std::to_string(hold) +
                    " DO NOTIFY low");
        unsigned held = 0;  // seconds since the condition became true, plus one; 0: it is not
        bool fired = false;
        unsigned charge = 50;
        for (int second = 0; second < 300; ++second) {
            if (random.below(4) == 0) charge = 30 + random.below(20);
            const bool is_known = random.below(20) != 0;
            world.charge(std::to_string(charge));
            world.readings[0].is_fresh = is_known;
            const std::string did = world.look_after(seconds(1));
            if (fired) {
                if (is_known && charge >= 45) {
                    EXPECT_EQ(did, "cleared r");
                    fired = false;
                } else {
                    EXPECT_EQ(did, "");
                }
                held = 0;
                continue;
            }
            held = is_known && charge < 40 ? held + 1 : 0;
            fired = held > hold;
            ASSERT_EQ(did, fired ? "fired r, low" : "") << "seed " << seed << " second " << second;
        }
    }
}

/// Between the calls that a deadline or a reading demand, further calls change nothing but the time.
TEST(RuleProperties, OnlyDeadlinesAndReadingsMatter) {
    const std::string rules =
        "RULE r WHEN a on-battery > 7 AND charge < 50 FOR 4 DO NOTIFY one THEN AFTER 6 NOTIFY two "
        "ELSE AFTER 3 NOTIFY three\nRULE s WHEN ALL UPS IS OB OR a on-battery = 5 DO NOTIFY four";
    for (unsigned seed = 0; seed < 100; ++seed) {
        Random random(seed);
        World eager(rules);
        World lazy(rules);
        std::string eager_did;
        std::string lazy_did;
        const auto note = [](std::string& log, World& world) {
            const std::string did = world.look();
            if (!did.empty())
                log += std::to_string((world.now - kStart) / seconds(1)) + " " + did + "\n";
        };
        for (int second = 0; second < 200; ++second) {
            const bool changes = second == 0 || random.below(15) == 0;
            if (changes) {
                const std::string status = random.below(3) == 0 ? "OL" : "OB";
                const std::string charge = std::to_string(40 + random.below(20));
                const bool is_fresh = random.below(6) != 0;
                for (World* world : {&eager, &lazy}) {
                    world->status(status);
                    world->charge(charge);
                    world->readings[0].is_fresh = is_fresh;
                }
            }
            eager.now = lazy.now = kStart + seconds(second);
            note(eager_did, eager);
            if (changes || (lazy.deadline && *lazy.deadline <= lazy.now)) note(lazy_did, lazy);
        }
        EXPECT_EQ(eager_did, lazy_did) << "seed " << seed;
    }
}

/// No sequence of readings without a known value makes any action happen.
TEST(RuleProperties, NothingKnownNothingDone) {
    for (unsigned seed = 0; seed < 100; ++seed) {
        Random random(seed);
        World world("RULE r WHEN a charge < 101 OR NOT charge < 101 DO FSD\nRULE s WHEN ANY UPS IS "
                    "NOT XX DO FSD\n"
                    "RULE t WHEN ALL UPS on-battery < 1000000 DO FSD");
        for (int step = 0; step < 100; ++step) {
            for (UpsReading& reading : world.readings) {
                reading.is_fresh = random.below(2) == 0;
                reading.status = random.below(2) == 0 ? "" : "OB";
                if (reading.is_fresh) reading.status.clear();
                reading.numbers.clear();
            }
            EXPECT_EQ(world.look_after(seconds(random.below(1000))), "");
            EXPECT_EQ(world.deadline, std::nullopt);
        }
    }
}

}  // namespace
}  // namespace ups::upsmon::plan
