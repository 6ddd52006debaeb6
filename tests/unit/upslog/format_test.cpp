// SPDX-License-Identifier: Apache-2.0
#include "tools/upslog/format.hpp"

#include <cstdlib>
#include <ctime>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ups::upslog {
namespace {

using testing::ElementsAre;

const Values kValues{
    {"ups.status", "OL CHRG"}, {"battery.charge", "97"}, {"x.q", "a \"q\" \\ #b"}, {"odd", "a\nb"}};

Moment moment(const Values* values = &kValues) {
    return {.time = WallTime(std::chrono::seconds(1'700'000'000)),
            .ups = "alpha@127.0.0.1:3493",
            .host = "here",
            .pid = 42,
            .values = values};
}

struct Row {
    const char* name;
    const char* format;
    const char* record;
};
void PrintTo(const Row& row, std::ostream* out) {
    *out << row.format;
}

class FormatTable : public testing::TestWithParam<Row> {
  protected:
    void SetUp() override {
        setenv("TZ", "UTC", 1);
        tzset();
    }
};

TEST_P(FormatTable, Renders) {
    EXPECT_EQ(Format(GetParam().format).render(moment()), GetParam().record);
}

// Records observed with stock upslog 2.8.0, but for "%t" and "%TIME%" (it knows no tab, and crashes).
INSTANTIATE_TEST_SUITE_P(
    Format, FormatTable,
    testing::Values(
        Row{"Percent", "a%%b", "a%b"},
        Row{"PercentAndVariable", "%% %VAR ups.status%", "% OL CHRG"},
        Row{"Neighbours", "%VAR ups.status%%VAR battery.charge%", "OL CHRG97"},
        Row{"UnknownEscape", "%FOO%x", "INVALIDx"}, Row{"VariableWithoutName", "%VAR%", "INVALID"},
        Row{"VariableWithEmptyName", "%VAR %", "INVALID"},
        Row{"GluedName", "%VARups.status%", "INVALID"},
        Row{"AbsentVariable", "%VAR no.such%", "NA"}, Row{"TwoNames", "%VAR ups.status x%", "NA"},
        Row{"Host", "%HOST%", "here"}, Row{"HostWithTail", "%HOST %", "here"},
        Row{"UpsHost", "%UPSHOST%", "alpha@127.0.0.1:3493"}, Row{"Pid", "%PIDx%", "42"},
        Row{"Epoch", "%ETIME%", "1700000000"}, Row{"EpochWithTail", "%ETIMEx%", "1700000000"},
        Row{"Time", "%TIME @Y@m@d @H@M@S%", "20231114 221320"},
        Row{"UnknownTime", "%TIME @Q@%", "%Q%"}, Row{"TimeWithoutFormat", "%TIME%", "INVALID"},
        Row{"EmptyTime", "%TIME %", ""}, Row{"GluedTime", "%TIMEfoo%", "INVALID"},
        Row{"Quotes", "%VAR x.q%", "a \"q\" \\ #b"}, Row{"LoosePercent", "abc%", "abcINVALID"},
        Row{"OpenEscape", "abc %VAR ups.status", "abc INVALIDVAR ups.status"},
        Row{"Backslashes", "\\t \\n", "\\t \\n"}, Row{"Tab", "a%tb", "a\tb"},
        Row{"ControlByteOfAValue", "%VAR odd%", "a b"}, Row{"Empty", "", ""}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_F(FormatTable, RendersTheDefault) {
    EXPECT_EQ(Format(kDefaultFormat).render(moment()), "20231114 221320 97 NA NA [OL CHRG] NA NA");
}

TEST(Format, ShowsNothingOfAUpsWithoutData) {
    EXPECT_EQ(Format("%VAR ups.status% %HOST%").render(moment(nullptr)), "NA here");
}

TEST(Format, NamesItsVariablesOnce) {
    EXPECT_THAT(Format("%VAR b% %VAR a% %VAR b%").variables(), ElementsAre("b", "a"));
}

TEST(Format, TellsItsMistakes) {
    EXPECT_THAT(Format("%FOO% %VAR a% %VAR").mistakes(), ElementsAre("%FOO%", "%VAR"));
    EXPECT_TRUE(Format(kDefaultFormat).mistakes().empty());
}

TEST(Format, BoundsWhatOneTimeMakes) {
    std::string format = "%TIME ";
    for (int i = 0; i < 1000; ++i)
        format += "@Y";
    EXPECT_EQ(Format(format + "%").render(moment()), "INVALID");
}

TEST(RenderJson, ShowsAllVariablesOrThoseNamed) {
    const Values values{{"b", "2"}, {"a", "1 \"x\""}};
    const std::string head =
        R"({"time": "2023-11-14T22:13:20Z", "ups": "alpha@127.0.0.1:3493", "variables": )";
    EXPECT_EQ(render_json(moment(&values), {}), head + R"({"a": "1 \"x\"", "b": "2"}})");
    EXPECT_EQ(render_json(moment(&values), {"b", "c"}), head + R"({"b": "2", "c": null}})");
    EXPECT_EQ(render_json(moment(nullptr), {"b"}), head + "null}");
}

}  // namespace
}  // namespace ups::upslog
