// SPDX-License-Identifier: Apache-2.0
#include "player.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ups::dummy {
namespace {

std::vector<Entry> entries(const char* text) {
    return parse_device_file(text).entries;
}

std::string taken(Player& player, std::int64_t now) {
    std::string values;
    for (const Entry& entry : player.take(now))
        if (entry.kind == EntryKind::value) values += entry.text;
    return values;
}

constexpr const char* kThree = "a: 1\nTIMER 2\na: 2\nTIMER 3\na: 3\n";

TEST(Player, GivesEachPartAtItsTime) {
    Player player(entries(kThree), 100);
    EXPECT_EQ(taken(player, 100), "1");
    EXPECT_EQ(player.next_ms(), 2100);
    EXPECT_EQ(taken(player, 2099), "");
    EXPECT_EQ(taken(player, 2100), "2");
    EXPECT_FALSE(player.at_end());
    EXPECT_EQ(taken(player, 5100), "3");
    EXPECT_TRUE(player.at_end());
    EXPECT_EQ(player.next_ms(), std::nullopt);
    EXPECT_EQ(taken(player, 9999), "");
}

TEST(Player, DoesNotDriftWhenAskedALittleLate) {
    Player player(entries(kThree), 0);
    (void)taken(player, 300);
    EXPECT_EQ(player.next_ms(), 2000);
    (void)taken(player, 2700);
    EXPECT_EQ(player.next_ms(), 5000);
}

TEST(Player, CountsAnewAfterALongSilence) {
    Player player(entries(kThree), 0);
    EXPECT_EQ(taken(player, 60'000), "1");
    EXPECT_EQ(player.next_ms(), 62'000);
}

TEST(Player, WaitsOutATimerAtTheEnd) {
    Player player(entries("a: 1\nTIMER 2\n"), 0);
    EXPECT_EQ(taken(player, 0), "1");
    EXPECT_FALSE(player.at_end());
    (void)player.take(2000);
    EXPECT_TRUE(player.at_end());
    EXPECT_EQ(player.due_ms(), 2000);
}

TEST(Player, EndsAtOnceWithoutEntries) {
    Player player({}, 5);
    EXPECT_TRUE(player.take(5).empty());
    EXPECT_TRUE(player.at_end());
}

}  // namespace
}  // namespace ups::dummy
