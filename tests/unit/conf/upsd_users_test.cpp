// SPDX-License-Identifier: Apache-2.0
// Table: texts of upsd_users with what is said about them.
#include "conf/parse/upsd_users.hpp"

#include "tests/unit/conf/support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ups::conf {
namespace {

using testing::ElementsAre;

Loaded<UpsdUsers> parse(std::string_view text) { return parse_upsd_users(text, "u"); }

TEST(UpsdUsers, ReadsRightsInAnyCaseAndWithOrWithoutEquals) {
    const auto loaded = parse("[admin]\n  PassWord = \"pass words\"\n  actions = SET\n  Actions = fsd\n"
                              "  instcmds = Test.Battery.Start beeper.mute\n  instcmds = load.off\n"
                              "[mon]\npassword = p\nupsmon primary\n[two]\npassword=q\nupsmon = slave\n"
                              "[all]\npassword = r\ninstcmds = ALL\nactions = SET FSD\n");
    EXPECT_EQ(texts(loaded.problems), "");
    const UpsdUsers& users = loaded.value;
    ASSERT_EQ(users.users.size(), 4U);
    const User& admin = *users.find("admin");
    EXPECT_EQ(admin.password, "pass words");
    EXPECT_TRUE(admin.may_set);
    EXPECT_TRUE(admin.may_fsd);
    EXPECT_FALSE(admin.all_commands);
    EXPECT_THAT(admin.commands, ElementsAre("test.battery.start", "beeper.mute", "load.off"));
    EXPECT_TRUE(admin.all_upses);
    EXPECT_EQ(users.find("mon")->upsmon, UpsmonRole::primary);
    EXPECT_TRUE(users.find("mon")->may_fsd);
    EXPECT_FALSE(users.find("mon")->may_set);
    EXPECT_EQ(users.find("two")->upsmon, UpsmonRole::secondary);
    EXPECT_FALSE(users.find("two")->may_fsd);
    EXPECT_TRUE(users.find("all")->all_commands);
    EXPECT_TRUE(users.find("all")->may_set);
}

TEST(UpsdUsers, UserNamesDifferByCase) {
    const auto loaded = parse("[a]\npassword=1\n[A]\npassword=2\n");
    EXPECT_EQ(loaded.value.find("a")->password, "1");
    EXPECT_EQ(loaded.value.find("A")->password, "2");
    EXPECT_EQ(loaded.value.find("b"), nullptr);
}

TEST(UpsdUsers, ListsOfUpsesLimitAUser) {
    const auto loaded = parse("[a]\npassword=1\nupses = one Two\nupses = three\n");
    EXPECT_FALSE(loaded.value.find("a")->all_upses);
    EXPECT_THAT(loaded.value.find("a")->upses, ElementsAre("one", "Two", "three"));
}

TEST(UpsdUsers, AnEmptyListOfUpsesGivesNoneNotAll) {
    const auto loaded = parse("[a]\npassword=1\nupses =\n");
    EXPECT_FALSE(loaded.ok());
    EXPECT_FALSE(loaded.value.find("a")->all_upses);
    EXPECT_TRUE(loaded.value.find("a")->upses.empty());
}

struct Case {
    const char* name;
    const char* text;
    const char* problems;
};

class UpsdUsersProblems : public testing::TestWithParam<Case> {};

TEST_P(UpsdUsersProblems, AreReportedWithTheirPlace) {
    EXPECT_EQ(texts(parse(GetParam().text).problems), GetParam().problems);
}

INSTANTIATE_TEST_SUITE_P(
    UpsdUsers, UpsdUsersProblems,
    testing::Values(
        Case{"action", "[a]\npassword=1\nactions = SET FDS\n",
             "u:3:15: error: actions cannot be \"FDS\" (expected one of SET, FSD)\n"},
        Case{"role", "[a]\npassword=1\nupsmon = boss\n",
             "u:3:10: error: upsmon cannot be \"boss\" (expected one of primary, secondary, master, slave)\n"},
        Case{"second_password", "[a]\npassword=1\npassword=2\n",
             "u:3:1: warning: a second password of user \"a\" is ignored\n"},
        Case{"password_cut", "[a]\npassword = s3cr=et\n",
             "u:2:16: warning: text after the value of password is ignored (put a value with blanks or = in double quotes)\n"},
        Case{"no_password", "[a]\nactions = SET\n",
             "u:1:1: warning: user \"a\" has no password and cannot log in\n"},
        Case{"empty_password_line", "[a]\npassword =\n",
             "u:2:1: error: password has no value (expected WORD)\n"
             "u:1:1: warning: user \"a\" has no password and cannot log in\n"},
        Case{"commands", "[a]\npassword=1\ninstcmds =\n",
             "u:3:1: error: instcmds has no value (expected COMMAND...|ALL)\n"},
        Case{"obsolete", "[a]\npassword=1\nallowfrom = localhost\n",
             "u:3:1: warning: allowfrom is obsolete and has no effect (No longer used: use LISTEN and a packet filter.)\n"},
        Case{"unknown", "[a]\npassword=1\nactoins = SET\n",
             "u:3:1: warning: unknown directive \"actoins\" (did you mean \"actions\"?)\n"},
        Case{"no_section", "password = x\n",
             "u:1:1: error: this line belongs to no user (start with [username])\n"},
        Case{"broken_header", "[a\npassword = x\nactions = SET\n",
             "u:1:1: error: section header without ] (names have no blanks and no =)\n"},
        Case{"broken_quotes", "[a]\npassword = \"s3#cret\"\n",
             "u:2:15: error: unescaped # inside quotes (write \\#, or close the quotes before it)\n"
             "u:1:1: warning: user \"a\" has no password and cannot log in\n"}),
    [](const auto& tested) { return tested.param.name; });

TEST(UpsdUsers, NeverShowsAPassword) {
    const auto loaded = parse("[a] hunter1\npassword = x hunter2\npassword = hunter3\npasswort = hunter4\n"
                              "password \"hunter5\nhunter6 = 3\n\" x\npassword = \"hunter7#\n[b hunter8]\n");
    EXPECT_FALSE(mentions(loaded.problems, "hunter")) << texts(loaded.problems);
    EXPECT_GE(loaded.problems.size(), 5U);
}

TEST(UpsdUsers, TheFirstPasswordCounts) {
    EXPECT_EQ(parse("[a]\npassword=1\npassword=2\n").value.find("a")->password, "1");
}

TEST(UpsdUsers, LoadsFromAFolder) {
    MemoryFiles files;
    EXPECT_EQ(load_upsd_users(files, "/e").error().code, ErrorCode::not_found);
    files.put("/e/upsd.users", "[a]\npassword=1\n", 0644);
    const auto loaded = load_upsd_users(files, "/e");
    ASSERT_TRUE(loaded);
    EXPECT_TRUE(loaded->files.at(0).is_world_readable());
}

}  // namespace
}  // namespace ups::conf
