// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/plan/request.hpp"

#include "tests/unit/upsmon_plan/support.hpp"

namespace ups::upsmon::plan {
namespace {

using Rows = std::vector<std::vector<std::string>>;

struct RequestCase {
    const char* name;
    const char* action;
    Request request;
};

class RequestOf : public testing::TestWithParam<RequestCase> {};

TEST_P(RequestOf, SaysWhatAnActionAsksFor) {
    const Plan plan =
        make_plan(conf_with(std::string("RULE r WHEN ANY g charge < 4 DO ") + GetParam().action));
    EXPECT_EQ(request_of(plan, 0, plan.rules[0].rule.actions[0]), GetParam().request);
}

INSTANTIATE_TEST_SUITE_P(
    Actions, RequestOf,
    testing::Values(
        RequestCase{"Run", "RUN \"echo a b\"", request::Run{"r", "echo a b"}},
        RequestCase{"Send", "SEND beeper.mute AT a", request::Send{0, "beeper.mute", ""}},
        RequestCase{"SendWithParameter", "SEND load.off.delay 30 AT c",
                    request::Send{2, "load.off.delay", "30"}},
        RequestCase{"Outlet", "OUTLET 2 off AT b",
                    request::Switch{1, {OutletKind::outlet, "2", Position::off}}},
        RequestCase{"OutletGroup", "OUTLET.GROUP lab ON AT b",
                    request::Switch{1, {OutletKind::group, "lab", Position::on}}},
        RequestCase{"NotifyIsAboutTheFirstTest", "NOTIFY low", request::Notify{"r", 1, "low"}},
        RequestCase{"ShutDown", "SHUTDOWN", request::ShutDown{}},
        RequestCase{"Fsd", "FSD", request::Fsd{}}),
    [](const auto& row) { return row.param.name; });

struct SwitchCase {
    const char* name;
    OutletSwitch wanted;
    const char* command;
};

class SwitchCommand : public testing::TestWithParam<SwitchCase> {};

TEST_P(SwitchCommand, FindsTheNumberOfAnOutlet) {
    const Rows rows{{"outlet.desc", "lab"},         {"outlet.1.desc", "server"},
                    {"outlet.1.name", "left"},      {"outlet.2.desc", "left"},
                    {"outlet.2.name", " Server "},  {"outlet.3.desc", "Main Lab"},
                    {"outlet.group.4.name", "lab"}, {"outlet.group.5.desc", "rack"},
                    {"outlet.x.name", "odd"},       {"outlet.6.name"},
                    {"input.outlet.7.name", "far"}, {"outlet.8.name.more", "deep"}};
    const auto command = switch_command(GetParam().wanted, rows);
    EXPECT_EQ(command.value_or("none"), GetParam().command);
}

INSTANTIATE_TEST_SUITE_P(
    Names, SwitchCommand,
    testing::Values(
        SwitchCase{"ByName", {OutletKind::outlet, "LEFT", Position::off}, "outlet.1.load.off"},
        SwitchCase{
            "NameBeforeText", {OutletKind::outlet, "server", Position::on}, "outlet.2.load.on"},
        SwitchCase{"ByText", {OutletKind::outlet, "main lab", Position::on}, "outlet.3.load.on"},
        SwitchCase{"Group", {OutletKind::group, "lab", Position::off}, "outlet.group.4.load.off"},
        SwitchCase{
            "GroupByText", {OutletKind::group, "rack", Position::off}, "outlet.group.5.load.off"},
        SwitchCase{"NoNumberInTheVariable", {OutletKind::outlet, "odd", Position::on}, "none"},
        SwitchCase{"OtherVariables", {OutletKind::outlet, "far", Position::on}, "none"},
        SwitchCase{"LongerVariables", {OutletKind::outlet, "deep", Position::on}, "none"},
        SwitchCase{"Unknown", {OutletKind::outlet, "nothing", Position::on}, "none"}),
    [](const auto& row) { return row.param.name; });

TEST(SwitchCommandOf, NeedsNothingForANumber) {
    EXPECT_EQ(switch_command({OutletKind::outlet, "12", Position::on}), "outlet.12.load.on");
    EXPECT_EQ(switch_command({OutletKind::group, "0", Position::off}), "outlet.group.0.load.off");
    EXPECT_EQ(switch_command({OutletKind::group, "2nd", Position::off}), std::nullopt);
    EXPECT_EQ(switch_command({OutletKind::group, "", Position::off}), std::nullopt);
}

}  // namespace
}  // namespace ups::upsmon::plan
