// SPDX-License-Identifier: Apache-2.0
#include "drivers/host/driver_state.hpp"

#include "driverapi/upsdrv.h"
#include "lib/base/words.hpp"
#include "lib/proto/driver_line.hpp"

#include <gtest/gtest.h>

namespace {

using namespace ups;
using namespace ups::host;

Variable var(std::string value, std::uint32_t flags = 0) {
    return {.value = std::move(value), .flags = flags, .enums = {}, .ranges = {}};
}

Change set(std::string name, Variable variable) {
    return {ChangeKind::set, std::move(name), std::move(variable)};
}

std::string apply(DriverState& state, const Changes& changes) {
    std::string lines;
    state.apply(changes, lines);
    return lines;
}

TEST(DriverState, TellsAVariableWithItsMetadataBehindItsValue) {
    DriverState state;
    Variable rich = var("10", UPSDRV_VAR_RW | UPSDRV_VAR_STRING);
    rich.max_length = 32;
    rich.enums = {"10", "a b"};
    rich.ranges = {{"1", "20"}};
    EXPECT_EQ(apply(state, {set("ups.x", rich)}), "SETINFO ups.x \"10\"\nADDENUM ups.x \"10\"\n"
                                                  "ADDENUM ups.x \"a b\"\nADDRANGE ups.x 1 20\n"
                                                  "SETAUX ups.x 32\nSETFLAGS ups.x RW STRING\n");
}

TEST(DriverState, TellsOnlyWhatBecameDifferent) {
    DriverState state;
    Variable old = var("1", UPSDRV_VAR_RW);
    old.enums = {"1", "2"};
    apply(state, {set("a", old)});
    Variable now = var("2", UPSDRV_VAR_RW);
    now.enums = {"2", "3"};
    EXPECT_EQ(apply(state, {set("a", now)}), "SETINFO a \"2\"\nDELENUM a \"1\"\nADDENUM a \"3\"\n");
    EXPECT_EQ(apply(state, {set("a", now)}), "");
}

TEST(DriverState, TellsAChangeOfCaseAlone) {
    DriverState state;
    apply(state, {set("a", var("ol"))});
    EXPECT_EQ(apply(state, {set("a", var("OL"))}), "SETINFO a \"OL\"\n");
}

TEST(DriverState, RenewsAVariableWhoseFlagsGoBackToNone) {
    DriverState state;
    apply(state, {set("a", var("1", UPSDRV_VAR_RW))});
    EXPECT_EQ(apply(state, {set("a", var("1"))}), "DELINFO a\nSETINFO a \"1\"\n");
}

TEST(DriverState, DumpsVariablesThenCommandsThenValidity) {
    DriverState state;
    std::string lines;
    apply(state, {set("b.b", var("2")),
                  set("A.a", var("1")),
                  {ChangeKind::add_command, "test.x", {}},
                  {ChangeKind::add_command, "beeper.on", {}}});
    EXPECT_EQ(state.dump(), "DATASTALE\nSETINFO A.a \"1\"\nSETINFO b.b \"2\"\nADDCMD beeper.on\n"
                            "ADDCMD test.x\nDUMPDONE\n");
    state.set_stale(false, lines);
    EXPECT_EQ(lines, "DATAOK\n");
    EXPECT_EQ(state.dump(), "SETINFO A.a \"1\"\nSETINFO b.b \"2\"\nADDCMD beeper.on\n"
                            "ADDCMD test.x\nDATAOK\nDUMPDONE\n");
    lines.clear();
    state.set_stale(false, lines);
    EXPECT_EQ(lines, "");
}

TEST(DriverState, DumpFollowsEveryKindOfChange) {
    DriverState state;
    std::string lines;
    apply(state, {set("a", var("1")), {ChangeKind::add_command, "c", {}}});
    (void)state.dump();
    apply(state, {set("a", var("2"))});
    EXPECT_NE(state.dump().find("SETINFO a \"2\""), std::string_view::npos);
    apply(state, {{ChangeKind::remove, "a", {}}, {ChangeKind::remove_command, "c", {}}});
    EXPECT_EQ(state.dump(), "DATASTALE\nDUMPDONE\n");
    state.add_own_command("driver.exit", lines);
    EXPECT_EQ(state.dump(), "DATASTALE\nADDCMD driver.exit\nDUMPDONE\n");
}

TEST(DriverState, EscapesAlways) {
    DriverState state;
    EXPECT_EQ(apply(state, {set("a", var("x\"y\\z#"))}), "SETINFO a \"x\\\"y\\\\z\\#\"\n");
}

// Whatever the value, the line is short enough for stock peers, and reads back as a prefix of it.
TEST(DriverState, KeepsEveryLineWithinTheLimit) {
    for (const std::string& piece :
         {std::string("x"), std::string("\""), std::string("\xC3\xA4"), std::string("a#")}) {
        std::string value;
        for (int i = 0; i < 600; ++i)
            value += piece;
        for (const std::size_t name_size : {std::size_t{1}, kMaxName}) {
            DriverState state;
            const std::string name(name_size, 'n');
            Variable variable = var(value);
            variable.enums = {value};
            std::string lines = apply(state, {set(name, variable)});
            Tokenizer tokenizer(Charset::utf8);
            while (!lines.empty()) {
                const std::string line = lines.substr(0, lines.find('\n') + 1);
                lines.erase(0, line.size());
                EXPECT_LE(line.size(), proto::kMaxDriverLine);
                EXPECT_GE(line.size(), proto::kMaxDriverLine - 3) << "cut more than needed";
                const auto words = tokenizer.split(line).words;
                ASSERT_EQ(words.size(), 3U);
                EXPECT_TRUE(value.starts_with(words[2]));
                EXPECT_NE(static_cast<unsigned char>(words[2].back()), 0xC3) << "half a character";
            }
        }
    }
}

TEST(DriverState, ThePluginsValueOfAHostVariableWins) {
    DriverState state;
    std::string lines;
    state.set_own("driver.name", var("dummy-ups"), lines);
    EXPECT_EQ(apply(state, {set("driver.name", var("usbhid-ups"))}),
              "SETINFO driver.name \"usbhid-ups\"\n");
    lines.clear();
    state.set_own("driver.name", var("again"), lines);
    EXPECT_EQ(lines, "");
    EXPECT_EQ(apply(state, {{ChangeKind::remove, "driver.name", {}}}),
              "SETINFO driver.name \"again\"\n");
}

TEST(DriverState, AClientsSettingOfAHostVariableWinsOverThePlugin) {
    DriverState state;
    std::string lines;
    apply(state, {set("driver.debug", var("7"))});
    state.force_own("driver.debug", var("1"), lines);
    EXPECT_EQ(lines, "SETINFO driver.debug \"1\"\n");
}

TEST(DriverState, KeepsAHostCommandThatThePluginTakesBack) {
    DriverState state;
    std::string lines;
    state.add_own_command("shutdown.default", lines);
    EXPECT_EQ(apply(state, {{ChangeKind::remove_command, "shutdown.default", {}}}), "");
    EXPECT_EQ(state.find_command("SHUTDOWN.default"), "shutdown.default");
}

}  // namespace
