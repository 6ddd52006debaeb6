// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/wake_order.hpp"

#include "tools/upsmon/courier.hpp"

#include <gtest/gtest.h>

namespace ups::upsmon {
namespace {

TEST(WakeOrder, GoesThroughAPacketAndBack) {
    const WakeOrder order{4'294'967'295U, "storage two"};
    EXPECT_EQ(wake_order_from_packet(to_packet(order)), order);
    for (const WakeEnd& end : {WakeEnd{7, ""}, WakeEnd{0, "the command ended with status 3"}})
        EXPECT_EQ(wake_end_from_packet(to_packet(end)), end);
}

TEST(WakeOrder, IsNotMadeOfOtherPackets) {
    using namespace std::string_view_literals;
    for (const std::string_view packet :
         {""sv, "W"sv, "W1"sv, "W\0a"sv, "W-1\0a"sv, "W4294967296\0a"sv, "Wx\0a"sv, "D1\0a"sv,
          "N1\0a"sv, kReloadPacket})
        EXPECT_FALSE(wake_order_from_packet(packet)) << packet;
    EXPECT_FALSE(wake_end_from_packet(to_packet(WakeOrder{1, "a"})));
    EXPECT_FALSE(from_packet(to_packet(WakeOrder{1, "a"})));
}

TEST(WakeOrder, TextsAreCut) {
    EXPECT_EQ(wake_end_from_packet(to_packet(WakeEnd{1, std::string(5000, 'x')}))->why.size(),
              1000U);
}

}  // namespace
}  // namespace ups::upsmon
