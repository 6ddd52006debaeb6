// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/login_throttle.hpp"

#include <gtest/gtest.h>

namespace ups::upsd {
namespace {

using namespace std::chrono_literals;

SocketAddress from(const std::string& host) {
    return {.host = host, .port = 4000};
}

class Throttle : public testing::Test {
  protected:
    Duration wait(const std::string& host = "192.0.2.1") {
        const auto admission = throttle_.admit(from(host), clock_.now());
        return admission ? admission->wait : Duration(-1s);
    }
    FakeClock clock_;
    LoginThrottle throttle_{30s};
};

TEST_F(Throttle, FirstTriesAreFree) {
    for (unsigned i = 0; i < LoginThrottle::kFreeTries; ++i)
        EXPECT_EQ(wait(), 0s);
    EXPECT_EQ(wait(), 1s);
}

TEST_F(Throttle, DelayDoublesUpToTheLimit) {
    for (unsigned i = 0; i < LoginThrottle::kFreeTries; ++i)
        (void)wait();
    for (const auto expected : {1s, 2s, 4s, 8s, 16s, 30s, 30s}) {
        const Duration waited = wait();
        EXPECT_EQ(waited, expected);
        clock_.advance(waited);
    }
}

TEST_F(Throttle, TriesOfOneAddressQueueBehindEachOther) {
    for (unsigned i = 0; i < LoginThrottle::kFreeTries; ++i)
        (void)wait();
    EXPECT_EQ(wait(), 1s);
    EXPECT_EQ(wait(), 3s);
    EXPECT_EQ(wait(), 7s);
}

TEST_F(Throttle, TooManyWaitingTriesAreRefused) {
    int refused = 0;
    for (int i = 0; i < 40; ++i)
        refused += wait() < 0s ? 1 : 0;
    EXPECT_GT(refused, 10);
    EXPECT_LT(refused, 30);
    clock_.advance(LoginThrottle::kMemory + 1s);
    EXPECT_EQ(wait(), 0s);
}

TEST_F(Throttle, SuccessClearsTheAddress) {
    for (int i = 0; i < 6; ++i)
        (void)wait();
    throttle_.succeeded(from("192.0.2.1"));
    EXPECT_EQ(wait(), 0s);
}

TEST_F(Throttle, AddressesDoNotSlowEachOther) {
    for (int i = 0; i < 6; ++i)
        (void)wait("192.0.2.1");
    EXPECT_EQ(wait("192.0.2.2"), 0s);
}

TEST_F(Throttle, OneIpv6NetworkIsOneAddress) {
    for (int i = 0; i < 4; ++i)
        (void)wait("2001:db8::" + std::to_string(i + 1));
    EXPECT_GT(wait("2001:db8::ffff:1"), 0s);
    EXPECT_EQ(wait("2001:db8:0:1::1"), 0s);
}

TEST_F(Throttle, MappedIpv4IsIpv4) {
    EXPECT_EQ(throttle_key(from("::ffff:192.0.2.7")), throttle_key(from("192.0.2.7")));
}

TEST_F(Throttle, TableIsBounded) {
    for (std::size_t i = 0; i < LoginThrottle::kMaxAddresses + 100; ++i)
        (void)wait("10." + std::to_string(i / 65536) + "." + std::to_string(i / 256 % 256) + "." +
                   std::to_string(i % 256));
    EXPECT_EQ(throttle_.size(), LoginThrottle::kMaxAddresses);
}

TEST_F(Throttle, OldAddressesAreForgotten) {
    (void)wait("192.0.2.1");
    clock_.advance(LoginThrottle::kMemory + 1s);
    (void)wait("192.0.2.2");
    EXPECT_EQ(throttle_.size(), 1U);
}

TEST_F(Throttle, ZeroSwitchesItOff) {
    throttle_.set_longest(0s);
    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(wait(), 0s);
}

}  // namespace
}  // namespace ups::upsd
