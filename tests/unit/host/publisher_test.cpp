// SPDX-License-Identifier: Apache-2.0
#include "drivers/host/publisher.hpp"

#include "driverapi/upsdrv.h"

#include <gtest/gtest.h>

namespace {

using namespace ups;
using namespace ups::host;

// "name=value", "-name", "+command", "!command"
std::vector<std::string> told(Publisher& publisher) {
    std::vector<std::string> texts;
    for (const Change& change : publisher.commit()) {
        switch (change.kind) {
        case ChangeKind::set:
            texts.push_back(change.name + "=" + change.variable.value);
            break;
        case ChangeKind::remove:
            texts.push_back("-" + change.name);
            break;
        case ChangeKind::add_command:
            texts.push_back("+" + change.name);
            break;
        case ChangeKind::remove_command:
            texts.push_back("!" + change.name);
            break;
        }
    }
    return texts;
}
using Texts = std::vector<std::string>;

TEST(Publisher, TellsNothingBeforeTheCallbackReturnsAndEachChangeOnce) {
    Publisher publisher({});
    publisher.set_var("a", "1");
    publisher.set_var("a", "2");
    publisher.add_command("test.x");
    EXPECT_EQ(told(publisher), (Texts{"a=2", "+test.x"}));
    publisher.set_var("a", "2");
    EXPECT_EQ(told(publisher), Texts{});
}

TEST(Publisher, WithdrawsAfterClearOnlyWhatIsNotPublishedAgain) {
    Publisher publisher({});
    publisher.set_var("a", "1");
    publisher.set_var("b", "1");
    publisher.add_command("x");
    publisher.add_command("y");
    (void)publisher.commit();
    publisher.clear();
    publisher.set_var("a", "1");
    publisher.add_command("y");
    EXPECT_EQ(told(publisher), (Texts{"-b", "!x"}));
}

TEST(Publisher, DefaultsHoldUntilTheDeviceSpeaksAndComeBackWhenItFallsSilent) {
    Publisher publisher({.defaults = {{"battery.charge.low", "20"}}, .overrides = {}});
    EXPECT_EQ(told(publisher), Texts{"battery.charge.low=20"});
    publisher.set_var("battery.charge.low", "30");
    EXPECT_EQ(told(publisher), Texts{"battery.charge.low=30"});
    publisher.del_var("battery.charge.low");
    EXPECT_EQ(told(publisher), Texts{"battery.charge.low=20"});
}

TEST(Publisher, OverridesNeverChange) {
    Publisher publisher({.defaults = {}, .overrides = {{"ups.mfr", "Fixed"}}});
    publisher.set_var("ups.mfr", "Acme");
    publisher.var_flags("ups.mfr", UPSDRV_VAR_RW, 0);
    const Changes changes = publisher.commit();
    ASSERT_EQ(changes.size(), 2U);  // and device.mfr
    EXPECT_EQ(changes[1].variable.value, "Fixed");
    EXPECT_EQ(changes[1].variable.flags, 0U);
    EXPECT_EQ(publisher.get_var("ups.mfr"), "Fixed");
}

TEST(Publisher, CopiesTheUpsesNameToTheDevice) {
    Publisher publisher({});
    publisher.set_var("ups.model", "M1");
    publisher.set_var("ups.serial", "S1");
    publisher.set_var("device.serial", "own");
    EXPECT_EQ(told(publisher),
              (Texts{"device.model=M1", "device.serial=own", "ups.model=M1", "ups.serial=S1"}));
    publisher.del_var("ups.model");
    EXPECT_EQ(told(publisher), (Texts{"-device.model", "-ups.model"}));
}

TEST(Publisher, ComposesTheStatusWithTheAlarmFirstAndNoWordTwice) {
    Publisher publisher({});
    publisher.set_status("OL CHRG OL");
    EXPECT_EQ(told(publisher), Texts{"ups.status=OL CHRG"});
    publisher.set_alarm("Fan!");
    EXPECT_EQ(told(publisher), (Texts{"ups.alarm=Fan!", "ups.status=ALARM OL CHRG"}));
    publisher.set_alarm("");
    EXPECT_EQ(told(publisher), (Texts{"-ups.alarm", "ups.status=OL CHRG"}));
}

TEST(Publisher, LeavesAFinishedStatusAlone) {
    Publisher publisher({});
    publisher.set_status("OL");
    publisher.set_var("ups.status", "OL OL WHATEVER");
    EXPECT_EQ(told(publisher), Texts{"ups.status=OL OL WHATEVER"});
}

struct LowCase {
    const char* name;
    const char* charge;
    const char* runtime;
    const char* status;
};

class IgnoreLb : public testing::TestWithParam<LowCase> {};

TEST_P(IgnoreLb, RaisesLbFromTheLimitsAlone) {
    Publisher publisher({.defaults = {},
                         .overrides = {{"battery.charge.low", "20"}, {"battery.runtime.low", "60"}},
                         .ignore_lb = true});
    publisher.set_status("OB LB");
    if (*GetParam().charge) publisher.set_var("battery.charge", GetParam().charge);
    if (*GetParam().runtime) publisher.set_var("battery.runtime", GetParam().runtime);
    EXPECT_EQ(publisher.get_var("ups.status"), GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(Publisher, IgnoreLb,
                         testing::Values(LowCase{"Full", "100", "600", "OB"},
                                         LowCase{"AtTheLimit", "20", "60", "OB"},
                                         LowCase{"ChargeLow", "19.9", "600", "OB LB"},
                                         LowCase{"RuntimeLow", "90", "59", "OB LB"},
                                         LowCase{"Unknown", "", "", "OB"},
                                         LowCase{"NoNumber", "n/a", "", "OB"}),
                         [](const auto& row) { return row.param.name; });

TEST(Publisher, AChargeThatFallsChangesTheStatus) {
    Publisher publisher(
        {.defaults = {}, .overrides = {{"battery.charge.low", "20"}}, .ignore_lb = true});
    publisher.set_status("OB");
    publisher.set_var("battery.charge", "30");
    (void)publisher.commit();
    publisher.set_var("battery.charge", "10");
    EXPECT_EQ(told(publisher), (Texts{"battery.charge=10", "ups.status=OB LB"}));
}

TEST(Publisher, RefusesWhatIsNoNameAndWhatIsNotThere) {
    Publisher publisher({});
    for (const char* name : {"", "a b", "a\"b", "a#", "\xC3\xA4", "a\n"})
        EXPECT_EQ(publisher.set_var(name, "1"), UPSDRV_E_INVALID) << name;
    EXPECT_EQ(publisher.set_var(std::string(kMaxName + 1, 'a'), "1"), UPSDRV_E_INVALID);
    EXPECT_EQ(publisher.del_var("a"), UPSDRV_E_UNKNOWN);
    EXPECT_EQ(publisher.var_flags("a", 1, 0), UPSDRV_E_UNKNOWN);
    EXPECT_EQ(publisher.add_enum("a", "1"), UPSDRV_E_UNKNOWN);
    EXPECT_EQ(publisher.add_range("a", "1", "2"), UPSDRV_E_UNKNOWN);
    EXPECT_EQ(publisher.add_range("a", "one", "2"), UPSDRV_E_INVALID);
    EXPECT_EQ(publisher.del_command("a"), UPSDRV_E_UNKNOWN);
    EXPECT_EQ(publisher.get_var("a"), std::nullopt);
    EXPECT_EQ(told(publisher), Texts{});
}

TEST(Publisher, CutsAValueThatDoesNotFitAndSaysSo) {
    Publisher publisher({});
    EXPECT_EQ(publisher.set_var("a", std::string(1000, 'x')), UPSDRV_E_LIMIT);
    EXPECT_LT(publisher.get_var("a")->size(), 500U);
}

TEST(Publisher, BoundsHowMuchAPluginMayPublish) {
    Publisher publisher({});
    for (std::size_t i = 0; i < kMaxVariables; ++i)
        ASSERT_EQ(publisher.set_var("v" + std::to_string(i), ""), UPSDRV_OK);
    EXPECT_EQ(publisher.set_var("one.more", ""), UPSDRV_E_LIMIT);
    for (std::size_t i = 0; i < kMaxChoices; ++i)
        ASSERT_EQ(publisher.add_enum("v0", std::to_string(i)), UPSDRV_OK);
    EXPECT_EQ(publisher.add_enum("v0", "one more"), UPSDRV_E_LIMIT);
    EXPECT_EQ(publisher.add_enum("v0", "0"), UPSDRV_OK);
}

}  // namespace
