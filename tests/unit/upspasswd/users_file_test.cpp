// SPDX-License-Identifier: Apache-2.0
#include "tools/upspasswd/users_file.hpp"

#include "lib/base/file.hpp"
#include "tests/unit/base/child.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace ups::upspasswd {
namespace {

const std::string kHash = "$y$j9T$salt$hash";

std::string changed(std::string_view text, const std::string& user = "admin",
                    IfAbsent if_absent = IfAbsent::refuse) {
    const auto result = set_password(text, user, kHash, if_absent);
    return result ? *result : "error: " + result.error().text;
}

struct EditCase {
    const char* name;
    const char* before;
    const char* after;
};
class Edit : public testing::TestWithParam<EditCase> {};

TEST_P(Edit, ChangesThePasswordOnly) {
    EXPECT_EQ(changed(GetParam().before), GetParam().after);
}

INSTANTIATE_TEST_SUITE_P(
    UsersFile, Edit,
    testing::Values(
        EditCase{"Plain", "[admin]\n\tpassword = old\n\tactions = SET\n",
                 "[admin]\n\tpassword = $y$j9T$salt$hash\n\tactions = SET\n"},
        EditCase{"WithoutEquals", "[admin]\npassword old\n",
                 "[admin]\npassword $y$j9T$salt$hash\n"},
        EditCase{"NoBlanks", "[admin]\npassword=old\n", "[admin]\npassword=$y$j9T$salt$hash\n"},
        EditCase{"Quoted", "[admin]\npassword = \"old \\\" \\# word\"\n",
                 "[admin]\npassword = $y$j9T$salt$hash\n"},
        EditCase{"Escaped", "[admin]\npassword = o\\ ld x\n",
                 "[admin]\npassword = $y$j9T$salt$hash x\n"},
        EditCase{"CommentBehind", "# top\n[admin] # boss\n  PASSWORD = old# why\n",
                 "# top\n[admin] # boss\n  PASSWORD = $y$j9T$salt$hash# why\n"},
        EditCase{"OtherUsersStay", "[a]\npassword = 1\n[admin]\npassword = 2\n[b]\npassword = 3\n",
                 "[a]\npassword = 1\n[admin]\npassword = $y$j9T$salt$hash\n[b]\npassword = 3\n"},
        EditCase{"NoPasswordYet", "[admin]\nactions = SET\n",
                 "[admin]\n    password = $y$j9T$salt$hash\nactions = SET\n"},
        EditCase{"HeaderEndsTheFile", "[admin]", "[admin]\n    password = $y$j9T$salt$hash\n"},
        EditCase{"SectionInTwoParts", "[admin]\nactions = SET\n[b]\n[admin]\npassword = 1\n",
                 "[admin]\nactions = SET\n[b]\n[admin]\npassword = $y$j9T$salt$hash\n"},
        EditCase{"CommentedOutPasswordIsNone", "[admin]\n# password = old\n",
                 "[admin]\n    password = $y$j9T$salt$hash\n# password = old\n"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(UsersFile, UnknownUserIsRefusedOrCreated) {
    EXPECT_EQ(changed("[b]\npassword = x\n"), "error: there is no user admin");
    EXPECT_EQ(changed("[b]\npassword = x", "admin", IfAbsent::create),
              "[b]\npassword = x\n\n[admin]\n    password = $y$j9T$salt$hash\n");
    EXPECT_EQ(changed("", "admin", IfAbsent::create), "[admin]\n    password = $y$j9T$salt$hash\n");
}

TEST(UsersFile, NamesOfUsersAreExact) {
    EXPECT_EQ(changed("[Admin]\npassword = x\n"), "error: there is no user admin");
}

TEST(UsersFile, NameThatNoSectionCanHaveIsRefused) {
    for (const char* name : {"", "a b", "a]", "a\nb", "a#"})
        EXPECT_TRUE(changed("", name, IfAbsent::create).starts_with("error: not a user name"))
            << name;
}

TEST(UsersFile, KeepsItsModeButNeverForEveryone) {
    const test::ScratchFolder folder;
    const std::string path = folder.file("upsd.users");
    for (const auto& [before, after] :
         {std::pair<mode_t, mode_t>{0644, 0640}, {0600, 0600}, {0640, 0640}}) {
        ASSERT_TRUE(write_file_atomic(path, "old", 0600));
        ASSERT_EQ(::chmod(path.c_str(), before), 0);
        ASSERT_TRUE(replace_file(path, "new"));
        struct stat info {};
        ASSERT_EQ(::stat(path.c_str(), &info), 0);
        EXPECT_EQ(info.st_mode & 07777, after);
        EXPECT_EQ(read_file(path).value(), "new");
    }
}

TEST(UsersFile, KeepsItsOwner) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    const test::ScratchFolder folder;
    const std::string path = folder.file("upsd.users");
    ASSERT_TRUE(write_file_atomic(path, "old", 0640));
    ASSERT_EQ(::chown(path.c_str(), 65534, 65534), 0);
    ASSERT_TRUE(replace_file(path, "new"));
    struct stat info {};
    ASSERT_EQ(::stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_uid, 65534U);
    EXPECT_EQ(info.st_gid, 65534U);
}

TEST(UsersFile, LinkStaysALink) {
    const test::ScratchFolder folder;
    ASSERT_TRUE(write_file_atomic(folder.file("real"), "old", 0640));
    ASSERT_EQ(::symlink("real", folder.file("upsd.users").c_str()), 0);
    ASSERT_TRUE(replace_file(folder.file("upsd.users"), "new"));
    EXPECT_EQ(read_file(folder.file("real")).value(), "new");
}

TEST(UsersFile, TellsWhichPasswordsAreTrouble) {
    EXPECT_EQ(trouble_with("Abc-123!"), "");
    for (const char* password : {"a b", "a#b", "a=b", "\"a", "a\\b", "p\xc3\xa4ss"})
        EXPECT_NE(trouble_with(password), "") << password;
}

}  // namespace
}  // namespace ups::upspasswd
