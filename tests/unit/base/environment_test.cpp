// SPDX-License-Identifier: Apache-2.0
#include "lib/base/environment.hpp"

#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>

namespace ups {
namespace {

constexpr const char* kName = "UPS_TEST_ENVIRONMENT";

class EnvironmentTest : public testing::Test {
  protected:
    ~EnvironmentTest() override { ::unsetenv(kName); }
    static void set(const char* value) { ::setenv(kName, value, 1); }
};

TEST_F(EnvironmentTest, EmptyIsNotSet) {
    EXPECT_FALSE(env_text(kName));
    set("");
    EXPECT_FALSE(env_text(kName));
    EXPECT_FALSE(env_folder(kName));
    EXPECT_FALSE(env_number(kName));
    EXPECT_FALSE(env_flag(kName));
    set(" ");
    EXPECT_EQ(env_text(kName), " ");
}

TEST_F(EnvironmentTest, FoldersAreAbsolute) {
    set("/a/b");
    EXPECT_EQ(env_folder(kName), "/a/b");
    set("b");
    EXPECT_EQ(env_folder(kName), (std::filesystem::current_path() / "b").string());
}

TEST_F(EnvironmentTest, FlagsAreWordsForYes) {
    for (const char* yes : {"yes", "true", "on", "1"}) {
        set(yes);
        EXPECT_TRUE(env_flag(kName)) << yes;
    }
    for (const char* no : {"no", "0", "perhaps"}) {
        set(no);
        EXPECT_FALSE(env_flag(kName)) << no;
    }
}

TEST_F(EnvironmentTest, NumbersFitAnInt) {
    set("2147483647");
    EXPECT_EQ(env_number(kName), 2147483647U);
    for (const char* bad : {"-1", "2147483648", "x", "1x"}) {
        set(bad);
        EXPECT_FALSE(env_number(kName)) << bad;
    }
}

}  // namespace
}  // namespace ups
