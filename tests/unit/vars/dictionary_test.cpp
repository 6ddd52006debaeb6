// SPDX-License-Identifier: Apache-2.0
#include "lib/vars/dictionary.hpp"

#include "lib/base/text.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace ups::vars {
namespace {

struct Named {
    const char* label;
    const char* name;
    const char* text;
};

class VariableText : public testing::TestWithParam<Named> {};
TEST_P(VariableText, IsFound) {
    EXPECT_EQ(describe_variable(GetParam().name), GetParam().text);
}

constexpr Named kVariables[] = {
    {"ExampleOfTheSpecification", "ups.status", "UPS status"},
    {"InAnyCase", "UPS.Status", "UPS status"},
    {"Indexed", "outlet.2.status", "Outlet switch status"},
    {"IndexOfSeveralDigits", "outlet.124.status", "Outlet switch status"},
    {"IndexedButUsedForTheWhole", "outlet.desc", "Outlet description"},
    {"Probe", "ambient.1.temperature", "Ambient temperature (C)"},
    {"ProbeWithoutIndex", "ambient.temperature", "Ambient temperature (C)"},
    {"ProbeLegacyName", "ambient.temperature.alarm.maximum",
     "Temperature that raises an alarm, high side (C)"},
    {"TwoIndexes", "ambient.3.contacts.2.name", "Name of a dry contact"},
    {"SecondIndexOnly", "ambient.contacts.2.status", "State of a dry contact of the probe"},
    {"CountOfGroups", "outlet.group.count", "Number of outlet groups"},
    {"CountWithinAGroup", "outlet.group.1.count", "Outlets in the group"},
    {"GroupsReuseOutletNames", "outlet.group.2.delay.start",
     "Wait before the outlet goes on (seconds)"},
    {"DaisyChain", "device.2.outlet.1.status", "Outlet switch status"},
    {"DaisyChainRoot", "device.1.ups.load", "Load on UPS (percent of full)"},
    {"DeviceItself", "device.mfr", "Device manufacturer"},
    {"Upstream", "upstream.battery.charge", "Battery charge (percent of full)"},
    {"UpstreamOfADaisyChain", "upstream.device.2.ups.load", "Load on UPS (percent of full)"},
    {"DriverParameter", "driver.parameter.pollinterval", "Driver parameter: <name>"},
    {"DriverParameterWithDots", "driver.parameter.override.battery.charge.low",
     "Driver parameter: <name>"},
    {"FlagWithARowOfItsOwn", "driver.flag.allow_killpower", "Whether driver.killpower is allowed"},
    {"OtherFlag", "driver.flag.ignorelb", "Driver flag: <name>"},
    {"NoLongerExperimental", "ups.mode.buzzwords", "Operating modes in the maker's own words"},
    {"PhaseToNeutral", "input.L1-N.voltage", "Input voltage, L1-N (V)"},
    {"PhaseToPhase", "input.bypass.L1-L2.voltage", "Bypass input voltage, L1-L2 (V)"},
    {"Phase", "output.L1.power.percent", "Output apparent power, L1 (percent of rating)"},
    {"Neutral", "input.N.current", "Input current, neutral (A)"},
    {"PhaseInAnyCase", "INPUT.l2.CURRENT.maximum", "Input current, highest seen, L2 (A)"},
    {"Aggregate", "output.inverter.frequency", "Inverter output frequency (Hz)"},
    {"ThreePhaseInADaisyChain", "device.2.input.L3.realpower", "Input real power, L3 (W)"},
};
INSTANTIATE_TEST_SUITE_P(Dictionary, VariableText, testing::ValuesIn(kVariables),
                         [](const auto& row) { return row.param.label; });

class CommandText : public testing::TestWithParam<Named> {};
TEST_P(CommandText, IsFound) {
    EXPECT_EQ(describe_command(GetParam().name), GetParam().text);
}

constexpr Named kCommands[] = {
    {"ExampleOfTheSpecification", "load.on", "Turn on the load immediately"},
    {"AsStockClientsShow", "load.off", "Turn off the load immediately"},
    {"InAnyCase", "Shutdown.RETURN", "Turn off the load and return when power is back"},
    {"Outlet", "outlet.2.load.off", "Turn off the outlet immediately"},
    {"OutletGroup", "outlet.group.1.load.on", "Turn on the outlet immediately"},
    {"DaisyChain", "device.3.outlet.1.load.cycle", "Turn off the outlet and turn it on again"},
    {"Upstream", "upstream.beeper.mute", "Temporarily mute the UPS beeper"},
    {"NoLongerExperimental", "ecomode.start", "Enter economy mode"},
};
INSTANTIATE_TEST_SUITE_P(Dictionary, CommandText, testing::ValuesIn(kCommands),
                         [](const auto& row) { return row.param.label; });

class UnknownName : public testing::TestWithParam<const char*> {};
TEST_P(UnknownName, IsNotDescribed) {
    EXPECT_EQ(describe_variable(GetParam()), std::nullopt);
    EXPECT_EQ(describe_command(GetParam()), std::nullopt);
}
INSTANTIATE_TEST_SUITE_P(Dictionary, UnknownName,
                         testing::Values("", ".", "..", "xx.yy", "ups", "ups.", "ups.status.",
                                         "1.2", "outlet.n", "device.2", "device.2.", "upstream.",
                                         "input.", "input.L1", "input.L1.", "input.L1.voltage",
                                         "input.L1-N.current", "input.L1.frequency",
                                         "input.L4.current", "inputs.current",
                                         "experimental.experimental.ecomode.start"));

TEST(Dictionary, DoesNotLookUpEndlessNames) {
    EXPECT_EQ(describe_variable(std::string(100000, 'a')), std::nullopt);
    EXPECT_EQ(describe_variable("driver.parameter." + std::string(100000, '1')), std::nullopt);
}

TEST(Dictionary, FindsEveryVariableRowByItsOwnName) {
    for (const VariableRow& row : variable_rows())
        EXPECT_EQ(find_variable(row.name), &row) << row.name;
}

TEST(Dictionary, FindsEveryCommandRowByItsOwnName) {
    for (const CommandRow& row : command_rows())
        EXPECT_EQ(find_command(row.name), &row) << row.name;
}

TEST(Dictionary, RowsAreOneShortLineEach) {
    for (const VariableRow& row : variable_rows()) {
        EXPECT_TRUE(!row.text.empty() && row.text.size() <= 72) << row.name;
        EXPECT_EQ(row.text.find_first_of("\"\\#\n"), row.text.npos) << row.name;
        EXPECT_EQ(row.kind == Kind::words, !row.words.empty()) << row.name;
    }
    for (const CommandRow& row : command_rows())
        EXPECT_TRUE(!row.text.empty() && row.text.size() <= 72) << row.name;
}

TEST(Dictionary, NamesAreUnique) {
    std::set<std::string_view> names;
    for (const VariableRow& row : variable_rows())
        EXPECT_TRUE(names.insert(row.name).second) << row.name;
    for (const CommandRow& row : command_rows())
        EXPECT_TRUE(names.insert(row.name).second) << row.name;
}

TEST(Dictionary, DescribesEveryAllowedThreePhaseName) {
    int found = 0;
    for (const PhaseDomainRow& domain : phase_domain_rows())
        for (const PhaseSpecRow& spec : phase_spec_rows())
            for (const std::string_view context : phase_contexts()) {
                const std::string name = std::string(domain.domain) + "." + std::string(context) +
                                         "." + std::string(spec.spec);
                const auto text = describe_variable(name);
                if (!text) continue;
                ++found;
                EXPECT_TRUE(text->starts_with(domain.text)) << name << ": " << *text;
            }
    EXPECT_GT(found, 900);
}

TEST(Dictionary, AnswersThroughTheInterface) {
    const Dictionary dictionary;
    const Descriptions& descriptions = dictionary;
    EXPECT_EQ(descriptions.variable("ups.status"), "UPS status");
    EXPECT_EQ(descriptions.command("load.on"), "Turn on the load immediately");
    EXPECT_EQ(descriptions.variable("xx.yy"), std::nullopt);
}

TEST(Dictionary, KnowsStatusWordsExactly) {
    ASSERT_NE(find_status("OB"), nullptr);
    EXPECT_EQ(find_status("OB")->text, "On battery");
    EXPECT_TRUE(find_status("LB")->for_shutdown);
    EXPECT_EQ(find_status("FSD")->source, StatusRow::Source::server);
    EXPECT_EQ(find_status("ob"), nullptr);
    EXPECT_EQ(find_status("COMM"), nullptr);
}

} // namespace
} // namespace ups::vars
