// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/recovery/wake_packet.hpp"

#include <gtest/gtest.h>

namespace ups::upsmon::recovery {
namespace {

TEST(WakePacket, IsSixTimesFfAndSixteenTimesTheAddress) {
    const auto packet = wake_packet("00:11:22:aa:BB:cc");
    ASSERT_TRUE(packet);
    const WakePacket& bytes = *packet;
    constexpr unsigned char kAddress[] = {0x00, 0x11, 0x22, 0xAA, 0xBB, 0xCC};
    for (std::size_t i = 0; i < 6; ++i)
        EXPECT_EQ(bytes[i], 0xFF);
    for (std::size_t i = 6; i < bytes.size(); ++i)
        EXPECT_EQ(bytes[i], kAddress[i % 6]) << i;
}

TEST(WakePacket, IsNotMadeForWhatIsNoAddress) {
    for (const char* text : {"", "00:11:22:aa:bb", "00-11-22-aa-bb-cc", "00:11:22:aa:bb:cg",
                             "00:11:22:aa:bb:c ", "0 :11:22:aa:bb:cc", "00:11:22:aa:bb:cc0"})
        EXPECT_FALSE(wake_packet(text)) << text;
}

}  // namespace
}  // namespace ups::upsmon::recovery
