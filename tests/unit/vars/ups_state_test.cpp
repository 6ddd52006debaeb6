// SPDX-License-Identifier: Apache-2.0
#include "lib/vars/ups_state.hpp"

#include "lib/vars/value_text.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

namespace ups::vars {
namespace {

std::vector<std::string> changed_since(const UpsState& state, std::uint64_t since) {
    std::vector<std::string> names;
    state.changes()->for_changed(since,
                                 [&](UpsState::VarId id) { names.emplace_back(state.name(id)); });
    return names;
}

std::vector<std::string> gone_since(const UpsState& state, std::uint64_t since) {
    std::vector<std::string> names;
    state.changes()->for_gone(since, [&](std::string_view name) { names.emplace_back(name); });
    return names;
}

using NameList = std::vector<std::string>;

TEST(UpsState, RendersTheLineOnceAndAgainOnChange) {
    UpsState state("su700");
    EXPECT_EQ(state.set("ups.status", "OL"), Outcome::changed);
    const auto id = state.find("UPS.STATUS");
    ASSERT_NE(id, UpsState::kNoVar);
    EXPECT_EQ(state.line(id), "VAR su700 ups.status \"OL\"\n");
    EXPECT_EQ(state.line_value(id), " \"OL\"\n");
    const char* const before = state.line(id).data();
    EXPECT_EQ(state.set("ups.status", "OL"), Outcome::unchanged);
    EXPECT_EQ(state.line(id).data(), before);
    EXPECT_EQ(state.set("UPS.status", "OB LB"), Outcome::changed);
    EXPECT_EQ(state.line(id), "VAR su700 ups.status \"OB LB\"\n");
    EXPECT_EQ(state.name(id), "ups.status");
}

TEST(UpsState, KeepsTheValueApartFromItsEscapedForm) {
    UpsState state("a");
    state.set("ups.id", "a\"b\\c#d\te");
    const auto id = state.find("ups.id");
    EXPECT_EQ(state.line(id), "VAR a ups.id \"a\\\"b\\\\c\\#d e\"\n");
    EXPECT_EQ(state.value(id), "a\"b\\c#d\te");
}

TEST(UpsState, KeepsReplyLinesWithin511BytesAndNeverCutsAnEscape) {
    UpsState state("a");
    for (std::size_t size = 480; size < 520; ++size) {
        state.set("ups.id", std::string(size, 'x') + "\"" + std::string(100, 'y'));
        const std::string line(state.line(state.find("ups.id")));
        EXPECT_LE(line.size(), kMaxReplyLine);
        EXPECT_GE(line.size(), kMaxReplyLine - 1);
        const bool cut_escape = line.ends_with("\\\"\n") && !line.ends_with("x\\\"\"\n");
        EXPECT_FALSE(cut_escape) << line;
    }
}

TEST(UpsState, NeverCutsAUtf8Sequence) {
    std::string out;
    append_value(out, "aé", 4);
    EXPECT_EQ(out, "\"a\"");
    out.clear();
    append_value(out, "aé", 5);
    EXPECT_EQ(out, "\"aé\"");
}

TEST(UpsState, ListsInCaseInsensitiveOrder) {
    UpsState state("u");
    state.set("ups.b", "2");
    state.set("Ups.A", "1");
    state.set("battery.charge", "9");
    EXPECT_EQ(state.list_var(),
              "VAR u battery.charge \"9\"\nVAR u Ups.A \"1\"\nVAR u ups.b \"2\"\n");
    state.set("ups.a", "3");
    EXPECT_EQ(state.list_var(),
              "VAR u battery.charge \"9\"\nVAR u Ups.A \"3\"\nVAR u ups.b \"2\"\n");
    state.remove("UPS.B");
    EXPECT_EQ(state.list_var(), "VAR u battery.charge \"9\"\nVAR u Ups.A \"3\"\n");
}

TEST(UpsState, ListsWritableOnesSeparately) {
    UpsState state("u");
    state.set("ups.a", "1");
    state.set("ups.b", "2");
    EXPECT_EQ(state.list_rw(), "");
    state.set_flags("ups.b", {.writable = true});
    EXPECT_EQ(state.list_rw(), "RW u ups.b \"2\"\n");
    state.set("ups.b", "3");
    EXPECT_EQ(state.list_rw(), "RW u ups.b \"3\"\n");
    state.set_flags("ups.b", {});
    EXPECT_EQ(state.list_rw(), "");
}

TEST(UpsState, ListsCommands) {
    UpsState state("u");
    EXPECT_EQ(state.add_command("Load.off"), Outcome::changed);
    EXPECT_EQ(state.add_command("load.OFF"), Outcome::unchanged);
    EXPECT_EQ(state.add_command("beeper.on"), Outcome::changed);
    EXPECT_EQ(state.list_cmd(), "CMD u beeper.on\nCMD u Load.off\n");
    EXPECT_EQ(state.command("LOAD.off"), "Load.off");
    EXPECT_EQ(state.remove_command("load.off"), Outcome::changed);
    EXPECT_EQ(state.list_cmd(), "CMD u beeper.on\n");
    EXPECT_EQ(state.command("load.off"), std::nullopt);
}

TEST(UpsState, ShowsForcedShutdownInFrontOfTheStatus) {
    UpsState state("u");
    state.show_forced_shutdown(true);
    state.set("Ups.Status", "OB");
    state.set_flags("ups.status", {.writable = true});
    const auto id = state.find("ups.status");
    EXPECT_EQ(state.line(id), "VAR u Ups.Status \"FSD OB\"\n");
    EXPECT_EQ(state.value(id), "OB");
    EXPECT_EQ(state.list_rw(), "RW u Ups.Status \"OB\"\n");
    state.set("ups.status", "OB LB");
    EXPECT_EQ(state.list_var(), "VAR u Ups.Status \"FSD OB LB\"\n");
    state.show_forced_shutdown(false);
    EXPECT_EQ(state.list_var(), "VAR u Ups.Status \"OB LB\"\n");
}

TEST(UpsState, RefusesNamesAndMetadataThatMakeNoSense) {
    UpsState state("u");
    EXPECT_EQ(state.set("", "x"), Outcome::refused);
    EXPECT_EQ(state.set("a b", "x"), Outcome::refused);
    EXPECT_EQ(state.set("a\"", "x"), Outcome::refused);
    EXPECT_EQ(state.set(std::string(kMaxName + 1, 'a'), "x"), Outcome::refused);
    EXPECT_EQ(state.set_flags("none", {}), Outcome::refused);
    EXPECT_EQ(state.set_length("none", 1), Outcome::refused);
    EXPECT_EQ(state.add_enum("none", "x"), Outcome::refused);
    EXPECT_EQ(state.add_range("none", "1", "2"), Outcome::refused);
    state.set("there", "x");
    EXPECT_EQ(state.add_range("there", "1", "two"), Outcome::refused);
    EXPECT_EQ(state.size(), 1U);
}

TEST(UpsState, StopsAtItsLimits) {
    UpsState state("u");
    state.set("v", "x");
    for (std::size_t i = 0; i < kMaxEnums; ++i)
        EXPECT_EQ(state.add_enum("v", std::to_string(i)), Outcome::changed);
    EXPECT_EQ(state.add_enum("v", "more"), Outcome::refused);
    for (std::size_t i = 0; i < kMaxRanges; ++i)
        EXPECT_EQ(state.add_range("v", std::to_string(i), "999"), Outcome::changed);
    EXPECT_EQ(state.add_range("v", "-1", "999"), Outcome::refused);
    for (std::size_t i = 1; i < kMaxVariables; ++i)
        ASSERT_EQ(state.set("n" + std::to_string(i), "x"), Outcome::changed);
    EXPECT_EQ(state.set("more", "x"), Outcome::refused);
    EXPECT_EQ(state.set("v", "still"), Outcome::changed);
}

TEST(UpsState, SweepsWhatIsNotSaidAgain) {
    UpsState state("u");
    state.set("keep", "1");
    state.add_enum("keep", "1");
    state.set("drop", "2");
    state.add_command("keep.cmd");
    state.add_command("drop.cmd");
    state.begin_sweep();
    EXPECT_EQ(state.size(), 2U);
    state.set("keep", "1");
    state.set("new", "3");
    state.add_command("keep.cmd");
    state.end_sweep();
    EXPECT_EQ(state.list_var(), "VAR u keep \"1\"\nVAR u new \"3\"\n");
    EXPECT_EQ(state.list_cmd(), "CMD u keep.cmd\n");
    EXPECT_TRUE(state.enums(state.find("keep")).empty());
}

TEST(UpsState, TellsFollowersTheNewestChangePerVariableInOrder) {
    UpsState state("u");
    state.set("a", "1");
    EXPECT_EQ(state.changes(), nullptr);
    state.follow_changes(true);
    EXPECT_EQ(changed_since(state, 0), NameList{});
    state.set("a", "2");
    state.set("b", "1");
    const auto seen = state.changes()->last();
    state.set("c", "1");
    state.set("a", "3");
    state.set("c", "2");
    EXPECT_EQ(changed_since(state, seen), (NameList{"a", "c"}));
    EXPECT_EQ(changed_since(state, 0), (NameList{"b", "a", "c"}));
    state.remove("a");
    EXPECT_EQ(changed_since(state, seen), (NameList{"c"}));
    EXPECT_EQ(gone_since(state, seen), (NameList{"a"}));
    state.clear();
    EXPECT_EQ(changed_since(state, 0), NameList{});
    EXPECT_EQ(gone_since(state, seen), (NameList{"a", "b", "c"}));
    state.follow_changes(false);
    EXPECT_EQ(state.changes(), nullptr);
}

TEST(UpsState, ForgetsOldRemovalsAndSaysSo) {
    UpsState state("u");
    state.follow_changes(true);
    for (std::size_t i = 0; i <= ChangeLog::kMaxGone; ++i) {
        const std::string name = fmt::format("v{}", i);
        state.set(name, "x");
        state.remove(name);
    }
    EXPECT_FALSE(state.changes()->is_complete(0));
    EXPECT_TRUE(state.changes()->is_complete(state.changes()->last()));
}

TEST(UpsState, ForgetsARemovalWhenTheNameComesBack) {
    UpsState state("u");
    state.follow_changes(true);
    for (const char* name : {"a", "b", "c"})
        state.set(name, "1");
    const auto seen = state.changes()->last();
    state.clear();
    EXPECT_EQ(gone_since(state, seen), (NameList{"a", "b", "c"}));
    state.set("C", "1");
    state.set("a", "2");
    EXPECT_EQ(gone_since(state, seen), (NameList{"b"}));
    EXPECT_EQ(changed_since(state, seen), (NameList{"C", "a"}));
}

TEST(UpsState, TakesNoMoreMemoryHoweverOftenTheDriverComesBack) {
    UpsState state("u");
    state.follow_changes(true);
    const auto come_again = [&state] {
        state.clear();
        for (int i = 0; i < 60; ++i)
            state.set(fmt::format("outlet.{}.switchable", i), "yes");
    };
    come_again();
    come_again();
    const std::size_t memory = state.memory();
    for (int i = 0; i < 100; ++i)
        come_again();
    EXPECT_EQ(state.memory(), memory);
    EXPECT_TRUE(state.changes()->is_complete(0));
}

TEST(UpsState, StaysWithinItsMemoryBudget) {
    UpsState state("rack12-ups3");
    for (int i = 0; i < 60; ++i) {
        const std::string name = fmt::format("outlet.{}.switchable.x", i);
        state.set(name, "some value");
        if (i % 4 == 0) state.set_flags(name, {.writable = true});
    }
    EXPECT_FALSE(state.list_var().empty());
    EXPECT_FALSE(state.list_rw().empty());
    EXPECT_LE(state.memory(), std::size_t{16} * 1024) << state.memory();
}

}  // namespace
}  // namespace ups::vars
