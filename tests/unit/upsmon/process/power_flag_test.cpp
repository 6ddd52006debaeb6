// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/power_flag.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

namespace ups::upsmon {
namespace {

class PowerFlagTest : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = "/tmp/flag-XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
        path_ = folder_ + "/killpower";
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    static void write(const std::string& path, std::string_view text) {
        std::ofstream(path) << text;
    }
    static std::string read(const std::string& path) {
        std::ifstream file(path);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    std::string folder_;
    std::string path_;
};

TEST_F(PowerFlagTest, IsSetWithTwentyBytesAndCleared) {
    EXPECT_EQ(look_at_power_flag(path_), PowerFlag::absent);
    ASSERT_TRUE(set_power_flag(path_));
    EXPECT_EQ(read(path_), "upsmon-shutdown-file");
    EXPECT_EQ(look_at_power_flag(path_), PowerFlag::set);
    ASSERT_TRUE(set_power_flag(path_));
    ASSERT_TRUE(clear_power_flag(path_));
    EXPECT_EQ(look_at_power_flag(path_), PowerFlag::absent);
    EXPECT_TRUE(clear_power_flag(path_));
}

TEST_F(PowerFlagTest, SomebodyElsesFileIsNeverTouched) {
    for (const std::string_view text :
         {"", "x", "upsmon-shutdown-fil", "upsmon-shutdown-file\n", "UPSMON-shutdown-file"}) {
        write(path_, text);
        EXPECT_EQ(look_at_power_flag(path_), PowerFlag::foreign) << text;
        EXPECT_FALSE(set_power_flag(path_));
        EXPECT_FALSE(clear_power_flag(path_));
        EXPECT_EQ(read(path_), text);
    }
}

TEST_F(PowerFlagTest, AFolderIsNoFlag) {
    std::filesystem::create_directory(path_);
    EXPECT_EQ(look_at_power_flag(path_), PowerFlag::foreign);
    EXPECT_FALSE(set_power_flag(path_));
}

TEST_F(PowerFlagTest, ALinkIsReplacedAndNotFollowed) {
    const std::string target = folder_ + "/target";
    std::filesystem::create_symlink(target, path_);
    ASSERT_TRUE(set_power_flag(path_));
    EXPECT_FALSE(std::filesystem::exists(target));
    EXPECT_FALSE(std::filesystem::is_symlink(path_));
    EXPECT_EQ(look_at_power_flag(path_), PowerFlag::set);
}

TEST_F(PowerFlagTest, AFolderThatIsNotThereIsAFailureWithAReason) {
    const auto set = set_power_flag(folder_ + "/no/flag");
    ASSERT_FALSE(set);
    EXPECT_NE(set.error().text.find("No such file"), std::string::npos) << set.error().text;
}

}  // namespace
}  // namespace ups::upsmon
