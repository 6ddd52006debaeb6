// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/notify_limit.hpp"

#include <gtest/gtest.h>

namespace ups::upsmon {
namespace {

using namespace std::chrono_literals;

const Instant kStart{1h};

TEST(NotifyLimit, HoldsWhatIsTooMuchAndTellsItTogether) {
    NotifyLimit limit;
    limit.set(2, 60s);
    EXPECT_TRUE(limit.take("mail", kStart));
    EXPECT_TRUE(limit.take("mail", kStart + 10s));
    EXPECT_EQ(limit.deadline(), std::nullopt);
    for (int i = 3; i < 10; ++i)
        EXPECT_FALSE(limit.take("mail", kStart + 20s));
    EXPECT_EQ(limit.deadline(), kStart + 60s);
    EXPECT_TRUE(limit.on_time(kStart + 59s).empty());
    const auto told = limit.on_time(kStart + 60s);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].key, "mail");
    EXPECT_EQ(told[0].count, 7U);
    EXPECT_EQ(limit.deadline(), std::nullopt);
}

TEST(NotifyLimit, NeverLetsMoreThroughInAnySpanOfTheTime) {
    NotifyLimit limit;
    limit.set(3, 10s);
    std::vector<Instant> sent;
    for (Instant now = kStart; now < kStart + 300s; now += 700ms) {
        for (std::size_t i = limit.on_time(now).size(); i > 0; --i)
            sent.push_back(now);
        if (limit.take("k", now)) sent.push_back(now);
    }
    ASSERT_GT(sent.size(), 80U) << "and it does let through what it may";
    for (std::size_t i = 3; i < sent.size(); ++i)
        EXPECT_GE(sent[i] - sent[i - 3], 10s);
}

TEST(NotifyLimit, CountsEachKeyByItself) {
    NotifyLimit limit;
    limit.set(1, 60s);
    EXPECT_TRUE(limit.take("mail", kStart));
    EXPECT_FALSE(limit.take("mail", kStart));
    EXPECT_TRUE(limit.take("wall", kStart));
}

TEST(NotifyLimit, WhatIsHeldIsNotOvertaken) {
    NotifyLimit limit;
    limit.set(1, 60s);
    EXPECT_TRUE(limit.take("mail", kStart));
    EXPECT_FALSE(limit.take("mail", kStart + 1s));
    EXPECT_FALSE(limit.take("mail", kStart + 61s)) << "the held one was not told yet";
    const auto told = limit.on_time(kStart + 61s);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].count, 2U);
}

TEST(NotifyLimit, ReleasesEverythingAtTheEnd) {
    NotifyLimit limit;
    limit.set(1, 60s);
    (void)limit.take("mail", kStart);
    (void)limit.take("mail", kStart);
    ASSERT_EQ(limit.release().size(), 1U);
    EXPECT_TRUE(limit.release().empty());
    EXPECT_EQ(limit.deadline(), std::nullopt);
}

TEST(NotifyLimit, ANewLimitHoldsForWhatIsHeld) {
    NotifyLimit limit;
    limit.set(2, 60s);
    (void)limit.take("mail", kStart);
    (void)limit.take("mail", kStart + 1s);
    (void)limit.take("mail", kStart + 2s);
    limit.set(1, 60s);
    EXPECT_EQ(limit.deadline(), kStart + 61s);
    limit.set(5, 60s);
    EXPECT_EQ(limit.on_time(kStart + 3s).size(), 1U);
}

TEST(NotifyLimit, KeepsOnlySoManyKeysAndForgetsIdleOnes) {
    NotifyLimit limit;
    limit.set(1, 60s);
    for (std::size_t i = 0; i < NotifyLimit::kMaxKeys; ++i)
        EXPECT_TRUE(limit.take(std::to_string(i), kStart));
    EXPECT_TRUE(limit.take("more", kStart));
    EXPECT_TRUE(limit.take("more", kStart)) << "no room to count it";
    EXPECT_TRUE(limit.take("later", kStart + 60s));
    EXPECT_FALSE(limit.take("later", kStart + 60s)) << "the idle ones made room";
}

}  // namespace
}  // namespace ups::upsmon
