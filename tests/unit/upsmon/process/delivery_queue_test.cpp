// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/delivery_queue.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace ups::upsmon {
namespace {

using namespace std::chrono_literals;
using Fate = DeliveryQueue::Fate;
using Outcome = DeliveryQueue::Outcome;
using Urgency = DeliveryQueue::Urgency;

const Instant kStart{1h};

DeliveryQueue::Id add(DeliveryQueue& queue, Way way, Urgency urgency = Urgency::usual) {
    return queue.add(way, urgency, kStart).id;
}

std::vector<DeliveryQueue::Id> all_next(DeliveryQueue& queue, Instant now = kStart) {
    std::vector<DeliveryQueue::Id> all;
    while (const auto id = queue.next(now))
        all.push_back(*id);
    return all;
}

TEST(DeliveryQueue, TriesWhatIsNewAtOnceAndForgetsItWhenDelivered) {
    DeliveryQueue queue;
    const auto id = add(queue, Way::mail);
    EXPECT_EQ(queue.deadline(kStart), kStart);
    EXPECT_EQ(queue.next(kStart), id);
    EXPECT_EQ(queue.next(kStart), std::nullopt);
    EXPECT_EQ(queue.deadline(kStart), std::nullopt);
    EXPECT_FALSE(queue.is_empty());
    EXPECT_EQ(queue.ended(id, Outcome::delivered, kStart), Fate::done);
    EXPECT_TRUE(queue.is_empty());
}

TEST(DeliveryQueue, WaitsTwiceAsLongBehindEachFailureAndThenGivesUp) {
    DeliveryQueue queue;
    queue.set_retry(4, 10s);
    const auto id = add(queue, Way::webhook);
    Instant now = kStart;
    for (const auto pause : {10s, 20s, 40s}) {
        ASSERT_EQ(queue.next(now), id);
        ASSERT_EQ(queue.ended(id, Outcome::failed, now), Fate::waits);
        EXPECT_EQ(queue.deadline(now), now + pause);
        EXPECT_EQ(queue.next(now + pause - 1ms), std::nullopt);
        now += pause;
    }
    ASSERT_EQ(queue.next(now), id);
    EXPECT_EQ(queue.tries(id), 4U);
    EXPECT_EQ(queue.ended(id, Outcome::failed, now), Fate::given_up);
    EXPECT_TRUE(queue.is_empty());
}

TEST(DeliveryQueue, NeverWaitsLongerThanTheLongestPause) {
    DeliveryQueue queue;
    queue.set_retry(20, 3600s);
    const auto id = add(queue, Way::mail);
    Instant now = kStart;
    for (int i = 0; i < 19; ++i) {
        ASSERT_EQ(queue.next(now), id);
        ASSERT_EQ(queue.ended(id, Outcome::failed, now), Fate::waits);
        EXPECT_EQ(queue.deadline(now), now + DeliveryQueue::kLongestPause);
        now = *queue.deadline(now);
    }
}

TEST(DeliveryQueue, DoesNotTryAgainWhatWasRefused) {
    DeliveryQueue queue;
    const auto id = add(queue, Way::webhook);
    ASSERT_EQ(queue.next(kStart), id);
    EXPECT_EQ(queue.ended(id, Outcome::refused, kStart), Fate::given_up);
}

TEST(DeliveryQueue, DoesNotRepeatCommandsAndTextsOnTerminals) {
    DeliveryQueue queue;
    for (const Way way : {Way::exec, Way::wall}) {
        const auto id = add(queue, way);
        ASSERT_EQ(queue.next(kStart), id);
        EXPECT_EQ(queue.ended(id, Outcome::failed, kStart), Fate::given_up);
    }
}

TEST(DeliveryQueue, LetsNoWayTakeTheShareOfAnother) {
    DeliveryQueue queue;
    for (int i = 0; i < 100; ++i)
        (void)add(queue, Way::exec);
    EXPECT_EQ(all_next(queue).size(), 8U);
    const auto post = add(queue, Way::webhook);
    EXPECT_EQ(all_next(queue), std::vector{post});
    EXPECT_EQ(queue.deadline(kStart), std::nullopt) << "the others wait for an end";
    EXPECT_EQ(queue.ended(1, Outcome::delivered, kStart), Fate::done);
    EXPECT_EQ(all_next(queue), std::vector<DeliveryQueue::Id>{9});
}

TEST(DeliveryQueue, WhatWaitsForItsNextTryHoldsUpNobody) {
    DeliveryQueue queue;
    for (int i = 0; i < 3; ++i)
        (void)add(queue, Way::mail);
    for (const auto id : all_next(queue))
        ASSERT_EQ(queue.ended(id, Outcome::failed, kStart), Fate::waits);
    const auto later = add(queue, Way::mail);
    EXPECT_EQ(all_next(queue), std::vector{later});
}

TEST(DeliveryQueue, RefusesMoreThanItHoldsButMakesRoomForWhatIsUrgent) {
    DeliveryQueue queue;
    const auto first = add(queue, Way::mail, Urgency::urgent);
    for (std::size_t i = 1; i < DeliveryQueue::kMaxWaiting; ++i)
        ASSERT_NE(add(queue, Way::mail), 0U);
    EXPECT_EQ(add(queue, Way::mail), 0U);
    const auto added = queue.add(Way::mail, Urgency::urgent, kStart);
    EXPECT_NE(added.id, 0U);
    EXPECT_EQ(added.dropped, first + 1) << "the oldest that is not urgent";
}

TEST(DeliveryQueue, HasNoRoomWhenEverythingIsUrgent) {
    DeliveryQueue queue;
    for (std::size_t i = 0; i < DeliveryQueue::kMaxWaiting; ++i)
        ASSERT_NE(add(queue, Way::mail, Urgency::urgent), 0U);
    const auto added = queue.add(Way::mail, Urgency::urgent, kStart);
    EXPECT_EQ(added.id, 0U);
    EXPECT_EQ(added.dropped, std::nullopt);
}

TEST(DeliveryQueue, AtTheEndTriesOnceMoreAtOnceAndThenNoMore) {
    DeliveryQueue queue;
    const auto id = add(queue, Way::webhook);
    ASSERT_EQ(queue.next(kStart), id);
    ASSERT_EQ(queue.ended(id, Outcome::failed, kStart), Fate::waits);
    queue.finish(kStart + 1s);
    ASSERT_EQ(queue.next(kStart + 1s), id);
    EXPECT_EQ(queue.ended(id, Outcome::failed, kStart + 2s), Fate::given_up);
    EXPECT_TRUE(queue.is_empty());
}

TEST(DeliveryQueue, TakesNoWordAboutWhatDoesNotRun) {
    DeliveryQueue queue;
    const auto id = add(queue, Way::mail);
    EXPECT_EQ(queue.ended(id, Outcome::failed, kStart), Fate::done);
    EXPECT_EQ(queue.ended(77, Outcome::failed, kStart), Fate::done);
    EXPECT_EQ(queue.next(kStart), id) << "it still waits";
}

}  // namespace
}  // namespace ups::upsmon
