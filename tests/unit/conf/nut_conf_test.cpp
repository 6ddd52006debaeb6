// SPDX-License-Identifier: Apache-2.0
// Table: texts of nut_conf with what is said about them.
#include "conf/parse/nut_conf.hpp"

#include "tests/unit/conf/support.hpp"

#include <gtest/gtest.h>

namespace ups::conf {
namespace {

Loaded<NutConf> parse(std::string_view text) { return parse_nut_conf(text, "n"); }

TEST(NutConf, ReadsShellAssignments) {
    const auto loaded = parse("# c\nMODE=netserver\nexport UPSD_OPTIONS=\"-4 -D\" # why\n"
                              "UPSMON_OPTIONS='a \"b\"'\nPOWEROFF_WAIT=15m\nOTHER=x\\ y\nEMPTY=\r\n");
    EXPECT_EQ(texts(loaded.problems), "");
    EXPECT_EQ(loaded.value.mode, ServiceMode::netserver);
    const auto& values = loaded.value.values;
    EXPECT_EQ(values.at("UPSD_OPTIONS"), "-4 -D");
    EXPECT_EQ(values.at("UPSMON_OPTIONS"), "a \"b\"");
    EXPECT_EQ(values.at("POWEROFF_WAIT"), "15m");
    EXPECT_EQ(values.at("OTHER"), "x y");
    EXPECT_EQ(values.at("EMPTY"), "");
}

TEST(NutConf, StartsNothingWithoutAMode) {
    EXPECT_EQ(parse("").value.mode, ServiceMode::none);
    EXPECT_EQ(parse("MODE=bogus\n").value.mode, ServiceMode::none);
}

struct Case {
    const char* name;
    const char* text;
    const char* problems;
};

class NutConfProblems : public testing::TestWithParam<Case> {};

TEST_P(NutConfProblems, AreReportedWithTheirPlace) {
    EXPECT_EQ(texts(parse(GetParam().text).problems), GetParam().problems);
}

INSTANTIATE_TEST_SUITE_P(
    NutConf, NutConfProblems,
    testing::Values(
        Case{"mode", "\n  MODE=server\n",
             "n:2:3: error: MODE cannot be \"server\" (expected one of none, standalone, netserver, netclient)\n"},
        Case{"blanks", "MODE = none\n", "n:1:1: error: this line is no KEY=value (no blanks around =)\n"},
        Case{"blank_after", "MODE= none\n", "n:1:1: error: blank after = (no blanks around =)\n"},
        Case{"quote", "MODE=\"none\n", "n:1:1: error: this quote is never closed\n"},
        Case{"text_behind", "UPSD_OPTIONS=-4 -D\n", "n:1:1: warning: text after the value (quote a value with blanks)\n"},
        Case{"level", "NUT_DEBUG_LEVEL=x\n",
             "n:1:1: error: NUT_DEBUG_LEVEL cannot be \"x\" (expected a whole number, 0 to 10)\n"},
        Case{"quiet", "POWEROFF_QUIET=x\n", "n:1:1: error: POWEROFF_QUIET cannot be \"x\" (expected yes or no)\n"},
        Case{"no_device", "ALLOW_NO_DEVICE=x\n", "n:1:1: error: ALLOW_NO_DEVICE cannot be \"x\" (expected yes or no)\n"},
        Case{"listeners", "ALLOW_NOT_ALL_LISTENERS=x\n",
             "n:1:1: error: ALLOW_NOT_ALL_LISTENERS cannot be \"x\" (expected yes or no)\n"},
        Case{"syslog", "NUT_DEBUG_SYSLOG=x\n",
             "n:1:1: error: NUT_DEBUG_SYSLOG cannot be \"x\" (expected one of stderr, none, default)\n"},
        Case{"slip", "UPSD_OPTION=x\n", "n:1:1: note: unknown key \"UPSD_OPTION\" (did you mean \"UPSD_OPTIONS\"?)\n"}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace ups::conf
