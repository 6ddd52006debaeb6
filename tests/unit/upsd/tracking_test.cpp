// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/tracking.hpp"

#include "server/upsd/idle_list.hpp"
#include "tests/unit/upsd/engine_world.hpp"

#include <gtest/gtest.h>

namespace ups::upsd::testing {
namespace {

using namespace std::chrono_literals;

struct TrackingTest : ::testing::Test {
    FakeClock clock;
    CountingRandom random;
    Tracking tracking{clock, random};
};

TEST_F(TrackingTest, GivesIdsOf36Characters) {
    const LinkNumber link = tracking.open_link();
    const std::string id(tracking.begin(link));
    EXPECT_EQ(id.size(), 36U);
    EXPECT_EQ(tracking.state(id), TrackingState::pending);
}

TEST_F(TrackingTest, KnowsAnIdInLowerCase) {
    const LinkNumber link = tracking.open_link();
    std::string id;
    while (id.find_first_of("ABCDEF") == std::string::npos)
        id = tracking.begin(link);
    std::string lower;
    for (const char c : id)
        lower += ascii_lower(c);
    tracking.finish(lower, link, proto::TrackingCode::handled);
    EXPECT_EQ(tracking.state(lower), TrackingState::success);
    EXPECT_EQ(tracking.state(id), TrackingState::success);
}

TEST_F(TrackingTest, MakesRoomForNewEntriesAtItsBound) {
    const LinkNumber link = tracking.open_link();
    const std::string first(tracking.begin(link));
    for (std::size_t i = 1; i < Tracking::kMost; ++i)
        (void)tracking.begin(link);
    EXPECT_EQ(tracking.size(), Tracking::kMost);
    (void)tracking.begin(link);
    EXPECT_EQ(tracking.size(), Tracking::kMost);
    EXPECT_EQ(tracking.state(first), TrackingState::unknown);
}

TEST_F(TrackingTest, AppliesANewDelayToWhatIsThere) {
    const LinkNumber link = tracking.open_link();
    const std::string id(tracking.begin(link));
    tracking.finish(id, link, proto::TrackingCode::handled);
    clock.advance(10s);
    EXPECT_EQ(tracking.state(id), TrackingState::success);
    tracking.set_delay(5s);
    EXPECT_EQ(tracking.state(id), TrackingState::unknown);
    EXPECT_EQ(tracking.size(), 0U);
}

TEST_F(TrackingTest, ForgetsWhatNeverLeft) {
    const LinkNumber link = tracking.open_link();
    const std::string id(tracking.begin(link));
    tracking.forget(id);
    EXPECT_EQ(tracking.state(id), TrackingState::unknown);
}

TEST(IdleList, KeepsTheOrderOfLastActivity) {
    FakeClock clock;
    IdleNode a;
    IdleNode b;
    IdleList list;
    EXPECT_EQ(list.oldest(), std::nullopt);
    const Instant start = clock.now();
    list.touch(a, start);
    list.touch(b, start + 1s);
    EXPECT_EQ(list.first_until(start), &a);
    list.touch(a, start + 2s);
    EXPECT_EQ(list.oldest(), start + 1s);
    EXPECT_EQ(list.first_until(start), nullptr);
    EXPECT_EQ(list.first_until(start + 5s), &b);
    b.leave();
    EXPECT_EQ(list.first_until(start + 5s), &a);
    a.leave();
    EXPECT_EQ(list.oldest(), std::nullopt);
}

TEST(IdleList, FindsNobodyEarlyAndABusyOneALittleLate) {
    IdleNode busy;
    IdleNode silent;
    IdleList list;
    const Instant start = FakeClock().now();
    list.touch(busy, start);
    list.touch(silent, start + 1ms);
    list.touch(busy, start + IdleList::kGrain - 1ms);  // keeps its place in front
    EXPECT_EQ(list.oldest(), start + IdleList::kGrain - 1ms);
    EXPECT_EQ(list.first_until(start + IdleList::kGrain - 2ms), nullptr);
    EXPECT_EQ(list.first_until(start + IdleList::kGrain - 1ms), &busy);
    list.touch(busy, start + IdleList::kGrain);
    EXPECT_EQ(list.first_until(start + IdleList::kGrain), &silent);
}

TEST(IdleList, MembersLeaveWhenTheyEnd) {
    IdleList list;
    {
        IdleNode a;
        list.touch(a, Instant{});
    }
    EXPECT_EQ(list.oldest(), std::nullopt);
}

}  // namespace
}  // namespace ups::upsd::testing
