// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/user_table.hpp"

#include <gtest/gtest.h>

namespace ups::upsd {
namespace {

conf::User named(const std::string& name) {
    conf::User user;
    user.name = name;
    user.password = "pw";
    return user;
}

const User& only(const UserTable& table, const char* name = "u") {
    return *table.find(name);
}

TEST(UserTable, NamesAreExact) {
    const UserTable table({.users = {named("Admin")}});
    EXPECT_NE(table.find("Admin"), nullptr);
    EXPECT_EQ(table.find("admin"), nullptr);
    EXPECT_EQ(table.find(""), nullptr);
}

struct RoleCase {
    const char* name;
    conf::UpsmonRole role;
    bool attach, primary, fsd;
};
class RoleOf : public testing::TestWithParam<RoleCase> {};

TEST_P(RoleOf, GivesItsRights) {
    conf::User user = named("u");
    user.upsmon = GetParam().role;
    const UserTable table({.users = {user}});
    EXPECT_EQ(only(table).allows(Right::attach, "a", ""), GetParam().attach);
    EXPECT_EQ(only(table).allows(Right::primary, "a", ""), GetParam().primary);
    EXPECT_EQ(only(table).allows(Right::fsd, "a", ""), GetParam().fsd);
    EXPECT_FALSE(only(table).allows(Right::set, "a", "x"));
    EXPECT_FALSE(only(table).allows(Right::instcmd, "a", "x"));
    EXPECT_TRUE(only(table).allows(Right::read, "a", ""));
}

INSTANTIATE_TEST_SUITE_P(
    Upsmon, RoleOf,
    testing::Values(RoleCase{"None", conf::UpsmonRole::none, false, false, false},
                    RoleCase{"Secondary", conf::UpsmonRole::secondary, true, false, false},
                    RoleCase{"Primary", conf::UpsmonRole::primary, true, true, true}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(UserTable, CommandsAreThoseListedInAnyCase) {
    conf::User user = named("u");
    user.commands = {"test.panel.start"};
    const UserTable table({.users = {user}});
    EXPECT_TRUE(only(table).allows(Right::instcmd, "a", "Test.Panel.Start"));
    EXPECT_FALSE(only(table).allows(Right::instcmd, "a", "test.panel.stop"));
}

TEST(UserTable, AllCommandsMeansAll) {
    conf::User user = named("u");
    user.all_commands = true;
    EXPECT_TRUE(only(UserTable({.users = {user}})).allows(Right::instcmd, "a", "load.off"));
}

TEST(UserTable, UpsListLimitsEveryRight) {
    conf::User user = named("u");
    user.may_set = true;
    user.upses = {"Rack1"};
    user.all_upses = false;
    const UserTable table({.users = {user}});
    EXPECT_TRUE(only(table).allows(Right::set, "rack1", "x"));
    EXPECT_FALSE(only(table).allows(Right::set, "rack2", "x"));
    EXPECT_FALSE(only(table).allows(Right::read, "rack2", ""));
    EXPECT_TRUE(only(table).allows(Right::read, "", "")) << "LIST UPS names no UPS";
}

TEST(UserTable, WarnsOnceAboutAllPlainPasswords) {
    const UserTable table({.users = {named("b"), named("a")}});
    ASSERT_EQ(table.warnings().size(), 1U);
    EXPECT_EQ(table.warnings()[0],
              "plain-text passwords in upsd.users (a, b); upspasswd makes hashes of them");
    EXPECT_EQ(table.any_slow(), nullptr);
}

TEST(UserTable, SaysWhichHashesCannotBeChecked) {
    conf::User user = named("u");
    user.password = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$aGFzaGhhc2g";
    const UserTable table({.users = {user}});
    if (only(table).slow) GTEST_SKIP() << "this libcrypt knows argon2id";
    ASSERT_EQ(table.warnings().size(), 1U);
    EXPECT_NE(table.warnings()[0].find("make new hashes with upspasswd"), std::string::npos);
    EXPECT_EQ(table.warnings()[0].find("c2FsdHNhbHQ"), std::string::npos) << "no secret";
}

TEST(UserTable, UserWithoutPasswordIsReported) {
    conf::User user = named("u");
    user.password.clear();
    EXPECT_EQ(UserTable({.users = {user}}).warnings().at(0),
              "users without a password in upsd.users (u) cannot log in");
}

}  // namespace
}  // namespace ups::upsd
