// SPDX-License-Identifier: Apache-2.0
#include "scenario.hpp"

#include <gtest/gtest.h>

namespace ups::sim {
namespace {

struct Good {
    const char* name;
    const char* line;
    ActionKind kind;
    double at;
    double number;
};

class ScenarioLine : public ::testing::TestWithParam<Good> {};

TEST_P(ScenarioLine, IsRead) {
    const Scenario scenario = parse_scenario(GetParam().line);
    ASSERT_TRUE(scenario.problems.empty()) << scenario.problems.front().text;
    ASSERT_EQ(scenario.events.size(), 1u);
    EXPECT_EQ(scenario.events[0].action.kind, GetParam().kind);
    EXPECT_DOUBLE_EQ(scenario.events[0].at, GetParam().at);
    EXPECT_DOUBLE_EQ(scenario.events[0].action.number, GetParam().number);
}

INSTANTIATE_TEST_SUITE_P(
    Lines, ScenarioLine,
    ::testing::Values(
        Good{"MainsOff", "at 10 s mains off", ActionKind::mains_off, 10, 0},
        Good{"MainsOn", "at 60s mains on\n", ActionKind::mains_on, 60, 0},
        Good{"DefaultUnit", "at 5 mains on", ActionKind::mains_on, 5, 0},
        Good{"Minutes", "after 2 min mains on", ActionKind::mains_on, 120, 0},
        Good{"Milliseconds", "at 500ms mains on", ActionKind::mains_on, 0.5, 0},
        Good{"Hours", "at 1.5 h mains on", ActionKind::mains_on, 5400, 0},
        Good{"Voltage", "at 1 mains 195 V", ActionKind::mains_volts, 1, 195},
        Good{"VoltageWithoutUnit", "at 1 mains 195", ActionKind::mains_volts, 1, 195},
        Good{"Frequency", "at 1 frequency 49.5Hz", ActionKind::frequency, 1, 49.5},
        Good{"LoadPercent", "at 1 load 80 %", ActionKind::load_percent, 1, 80},
        Good{"LoadWithoutUnit", "at 1 load 80", ActionKind::load_percent, 1, 80},
        Good{"LoadWatts", "at 1 load 450 W", ActionKind::load_watts, 1, 450},
        Good{"Charge", "at 1 battery 40 %", ActionKind::charge, 1, 40},
        Good{"Health", "at 1 health 50", ActionKind::health, 1, 50},
        Good{"Ramp", "at 1 ramp load to 110 % over 30 s", ActionKind::ramp_load_percent, 1, 110},
        Good{"RampWatts", "at 1 ramp load to 9W over 1min", ActionKind::ramp_load_watts, 1, 9},
        Good{"RampMains", "at 1 ramp mains to 190V over 5 s", ActionKind::ramp_mains, 1, 190},
        Good{"FaultOn", "at 1 fault comm on", ActionKind::fault_on, 1, 0},
        Good{"FaultOff", "at 1 fault comm off", ActionKind::fault_off, 1, 0},
        Good{"Command", "at 1 command load.off", ActionKind::command, 1, 0},
        Good{"Set", "at 1 set ups.id new name", ActionKind::set, 1, 0},
        Good{"Alarm", "at 1 alarm Fan stopped", ActionKind::alarm, 1, 0},
        Good{"Comment", "at 1 mains on # back", ActionKind::mains_on, 1, 0}),
    [](const auto& one) { return one.param.name; });

struct Bad {
    const char* name;
    const char* text;
    int line;
    int column;
    const char* part;
};

class ScenarioProblemAt : public ::testing::TestWithParam<Bad> {};

TEST_P(ScenarioProblemAt, NamesThePlace) {
    const Scenario scenario = parse_scenario(GetParam().text);
    ASSERT_EQ(scenario.problems.size(), 1u);
    EXPECT_EQ(scenario.problems[0].line, GetParam().line);
    EXPECT_EQ(scenario.problems[0].column, GetParam().column);
    EXPECT_NE(scenario.problems[0].text.find(GetParam().part), std::string::npos)
        << scenario.problems[0].text;
}

INSTANTIATE_TEST_SUITE_P(
    Lines, ScenarioProblemAt,
    ::testing::Values(Bad{"NoTime", "mains off", 1, 1, "at or after"},
                      Bad{"TimeIsText", "\nat noon mains off", 2, 4, "a time"},
                      Bad{"TimeGoesBack", "at 9 mains off\nat 8 mains on", 2, 4, "go back"},
                      Bad{"TimeIsHuge", "at 99999 h mains off", 1, 4, "too large"},
                      Bad{"UnknownAction", "at 1 s explode", 1, 8, "expected mains"},
                      Bad{"NoAction", "at 1 s", 1, 7, "expected mains"},
                      Bad{"MainsHow", "at 1 mains maybe", 1, 12, "on, off or a voltage"},
                      Bad{"TooManyVolts", "at 1 mains 5000 V", 1, 12, "too large"},
                      Bad{"TooMuchLoad", "at 1 load 2000 %", 1, 17, "at most"},
                      Bad{"RampWithoutTime", "at 1 ramp load to 5 %", 1, 22, "\"over\""},
                      Bad{"RampOfWhat", "at 1 ramp noise to 5", 1, 11, "load or mains"},
                      Bad{"UnknownFault", "at 1 fault gremlins on", 1, 12, "comm"},
                      Bad{"FaultHow", "at 1 fault comm", 1, 16, "on or off"},
                      Bad{"ChargeTooHigh", "at 1 battery 101 %", 1, 14, "too large"},
                      Bad{"CommandWithoutName", "at 1 command", 1, 13, "a name"},
                      Bad{"SetWithoutValue", "at 1 set ups.id", 1, 16, "a value"},
                      Bad{"Surplus", "at 1 mains off now", 1, 16, "end of the line"},
                      Bad{"LoopAtZero", "loop at 0 s", 1, 12, "above 0"},
                      Bad{"AfterTheLoop", "loop at 5 s\nat 6 mains on", 2, 1, "follow"}),
    [](const auto& one) { return one.param.name; });

TEST(Scenario, AddsUpRelativeTimes) {
    const Scenario scenario =
        parse_scenario("at 10 mains off\nafter 5 mains on\n\n# nothing\nafter 1 min load 5\n"
                       "loop after 10 s\n");
    ASSERT_EQ(scenario.events.size(), 3u);
    EXPECT_EQ(scenario.events[1].at, 15);
    EXPECT_EQ(scenario.events[2].at, 75);
    EXPECT_EQ(scenario.events[2].line, 5);
    EXPECT_EQ(scenario.events[2].column, 13);
    EXPECT_EQ(scenario.loop_at, 85);
}

TEST(Scenario, KeepsTextsAndParameters) {
    const Scenario scenario =
        parse_scenario("at 1 command shutdown.return 90\nat 1 command load.on\n"
                       "at 2 set ups.id  a b \nat 3 alarm off\n");
    ASSERT_EQ(scenario.events.size(), 4u);
    EXPECT_EQ(scenario.events[0].action.text, "90");
    EXPECT_TRUE(scenario.events[0].action.has_text);
    EXPECT_FALSE(scenario.events[1].action.has_text);
    EXPECT_EQ(scenario.events[2].action.text, "a b");
    EXPECT_EQ(scenario.events[3].action.text, "");
}

TEST(Scenario, IsBounded) {
    std::string text;
    for (std::size_t i = 0; i < kMaxEvents + 5; ++i)
        text += "at 1 mains on\n";
    const Scenario scenario = parse_scenario(text);
    EXPECT_EQ(scenario.events.size(), kMaxEvents);
    EXPECT_EQ(scenario.problems.size(), 5u);
}

}  // namespace
}  // namespace ups::sim
