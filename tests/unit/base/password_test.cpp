// SPDX-License-Identifier: Apache-2.0
#include "lib/base/password.hpp"

#include <gtest/gtest.h>

namespace ups {
namespace {

struct FormCase {
    const char* name;
    const char* stored;
    PasswordForm form;
};
class FormOf : public testing::TestWithParam<FormCase> {};

TEST_P(FormOf, IsRecognised) {
    EXPECT_EQ(password_form(GetParam().stored), GetParam().form);
}

INSTANTIATE_TEST_SUITE_P(
    Stored, FormOf,
    testing::Values(FormCase{"Word", "sekret", PasswordForm::plain},
                    FormCase{"Empty", "", PasswordForm::plain},
                    FormCase{"Dollar", "$ekret", PasswordForm::plain},
                    FormCase{"TwoDollars", "$ek$ret", PasswordForm::plain},
                    FormCase{"DollarsOnly", "$$$", PasswordForm::plain},
                    FormCase{"Yescrypt", "$y$j9T$0123456789abcdefghijkl$", PasswordForm::hash},
                    FormCase{"Sha512", "$6$saltsalt$abc", PasswordForm::hash},
                    FormCase{"Bcrypt", "$2b$12$0123456789012345678901", PasswordForm::hash},
                    FormCase{"Md5IsWeak", "$1$saltsalt$abc", PasswordForm::weak_hash},
                    FormCase{"UnknownMethod", "$pbkdf2$x$y", PasswordForm::unsupported}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Password, PlainTextMatchesExactly) {
    EXPECT_TRUE(password_matches("sekret", "sekret"));
    for (const char* wrong : {"", "Sekret", "sekre", "sekrett", "sekretsekret", "x"})
        EXPECT_FALSE(password_matches("sekret", wrong)) << wrong;
}

TEST(Password, EmptyStoredTextMatchesNothing) {
    EXPECT_FALSE(password_matches("", ""));
    EXPECT_FALSE(password_matches("", "x"));
}

// Made by `openssl passwd -6 -salt saltstring`.
TEST(Password, HashOfAnotherProgramMatches) {
    constexpr std::string_view kStored =
        "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFN"
        "jnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1";
    EXPECT_TRUE(password_matches(kStored, "Hello world!"));
    EXPECT_FALSE(password_matches(kStored, "Hello world"));
}

TEST(Password, FreshHashMatchesItsPasswordOnly) {
    const auto hash = hash_password("correct horse");
    ASSERT_TRUE(hash);
    EXPECT_TRUE(hash->starts_with("$y$"));
    EXPECT_EQ(password_form(*hash), PasswordForm::hash);
    EXPECT_TRUE(password_matches(*hash, "correct horse"));
    EXPECT_FALSE(password_matches(*hash, "correct horsf"));
    EXPECT_FALSE(password_matches(*hash, *hash));
    EXPECT_NE(*hash, hash_password("correct horse").value());
}

TEST(Password, CutHashMatchesNothing) {
    const std::string hash = hash_password("a").value();
    EXPECT_FALSE(password_matches(hash.substr(0, hash.size() - 1), "a"));
    EXPECT_FALSE(password_matches(hash.substr(0, 10), "a"));
}

TEST(Password, UnsupportedHashMatchesNotEvenItself) {
    EXPECT_FALSE(password_matches("$pbkdf2$x$y", "$pbkdf2$x$y"));
}

TEST(Password, WhatNoClientCouldSendIsNotHashed) {
    EXPECT_EQ(hash_password("").error().code, ErrorCode::invalid);
    EXPECT_EQ(hash_password("a\nb").error().code, ErrorCode::invalid);
    EXPECT_EQ(hash_password(std::string_view("a\0b", 3)).error().code, ErrorCode::invalid);
    EXPECT_EQ(hash_password(std::string(600, 'x')).error().code, ErrorCode::too_long);
}

TEST(Secret, MovesAndWipes) {
    Secret first(std::string_view("long enough to live on the heap, surely"));
    const Secret second = std::move(first);
    EXPECT_EQ(second.view(), "long enough to live on the heap, surely");
    EXPECT_EQ(first.view(), "");  // NOLINT(bugprone-use-after-move): that is the promise
}

}  // namespace
}  // namespace ups
