// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/listener_set.hpp"

#include <gtest/gtest.h>

namespace ups::upsd {
namespace {

using Hosts = std::vector<std::string>;

TEST(AddressesOf, NumbersAreThemselves) {
    EXPECT_EQ(addresses_of("192.0.2.1", Family::any).value(), Hosts{"192.0.2.1"});
    EXPECT_EQ(addresses_of("2001:db8::1", Family::any).value(), Hosts{"2001:db8::1"});
}

TEST(AddressesOf, OtherFamilyIsLeftOut) {
    EXPECT_EQ(addresses_of("192.0.2.1", Family::v6).value(), Hosts{});
    EXPECT_EQ(addresses_of("::1", Family::v4).value(), Hosts{});
    EXPECT_EQ(addresses_of("::1", Family::v6).value(), Hosts{"::1"});
}

TEST(AddressesOf, StarIsEverything) {
    EXPECT_EQ(addresses_of("*", Family::any).value(), (Hosts{"0.0.0.0", "::"}));
    EXPECT_EQ(addresses_of("*", Family::v4).value(), Hosts{"0.0.0.0"});
}

TEST(AddressesOf, NamesAreResolvedOnce) {
    const auto hosts = addresses_of("localhost", Family::v4);
    ASSERT_TRUE(hosts);
    EXPECT_EQ(*hosts, Hosts{"127.0.0.1"});
}

class Listening : public testing::Test {
  protected:
    conf::UpsdConf with(const std::string& host, std::uint16_t port) {
        conf::UpsdConf conf;
        conf.listen = {{.host = host, .port = port, .place = {"upsd.conf", 1, 1}}};
        return conf;
    }
    SystemClock clock_;
    Loop loop_{clock_};
    MemorySink sink_;
    Logger logger_{sink_, LogLevel::info};
    ListenerSet listeners_{loop_, logger_, Family::any, std::nullopt};
};

TEST_F(Listening, AddressOnNoInterfaceWaits) {
    ASSERT_TRUE(listeners_.open(with("192.0.2.1", 3493), false));
    EXPECT_TRUE(sink_.contains("warning listen.failed: not listening on 192.0.2.1 port 3493"));
    EXPECT_TRUE(listeners_.is_remote());
    EXPECT_FALSE(listeners_.needs_low_ports());
}

TEST_F(Listening, WaitingLowPortNeedsARight) {
    ASSERT_TRUE(listeners_.open(with("192.0.2.1", 493), false));
    EXPECT_TRUE(listeners_.needs_low_ports());
}

TEST_F(Listening, TakenPortIsAFailure) {
    const auto taken = bind_tcp("127.0.0.1", 0);
    ASSERT_TRUE(taken);
    const std::uint16_t port = taken->front().address.port;
    const auto opened = listeners_.open(with("127.0.0.1", port), false);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::busy);
    EXPECT_TRUE(opened.error().text.starts_with("not listening on 127.0.0.1 port"));
}

TEST_F(Listening, LoopbackIsNotRemote) {
    ASSERT_TRUE(listeners_.open(with("127.0.0.1", 0), false));
    EXPECT_FALSE(listeners_.is_remote());
    EXPECT_TRUE(sink_.contains("info listen: listening on 127.0.0.1 port "));
}

}  // namespace
}  // namespace ups::upsd
