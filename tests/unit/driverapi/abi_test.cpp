// SPDX-License-Identifier: Apache-2.0
#include "upsdrv.h"

#include <array>
#include <cstddef>
#include <gtest/gtest.h>

extern "C" {
extern const std::size_t abi_c11[];
extern const std::size_t abi_c11_count;
}

namespace {

#define OFFSETS(type, first, last) sizeof(type), offsetof(type, first), offsetof(type, last)

TEST(Abi, IsTheSameInCAndCpp) {
    constexpr std::array kCpp = {
        OFFSETS(upsdrv_str, data, reserved),      OFFSETS(upsdrv_option, type, max),
        OFFSETS(upsdrv_host, now_ms, use_link),   OFFSETS(upsdrv_host, set_var, link_send),
        OFFSETS(upsdrv_plugin, abi_major, close), OFFSETS(upsdrv_plugin, links, create),
    };
    ASSERT_EQ(abi_c11_count, kCpp.size());
    for (std::size_t i = 0; i < kCpp.size(); ++i)
        EXPECT_EQ(abi_c11[i], kCpp[i]) << i;
}

// What was built against version 1.0 finds everything here for ever.
TEST(Abi, KeepsTheOffsetsOfVersionOne) {
    if (sizeof(void*) != 8) GTEST_SKIP() << "the frozen offsets are those of 64-bit machines";
    EXPECT_EQ(offsetof(upsdrv_host, ctx), 8U);
    EXPECT_EQ(offsetof(upsdrv_host, now_ms), 16U);
    EXPECT_EQ(offsetof(upsdrv_host, log), 48U);
    EXPECT_EQ(offsetof(upsdrv_host, option), 56U);
    EXPECT_EQ(offsetof(upsdrv_host, set_var), 88U);
    EXPECT_EQ(offsetof(upsdrv_host, get_var), 160U);
    EXPECT_EQ(offsetof(upsdrv_host, clear), 184U);
    EXPECT_EQ(offsetof(upsdrv_host, link_send), 192U);
    EXPECT_EQ(offsetof(upsdrv_host, file_read), 216U);
    EXPECT_EQ(offsetof(upsdrv_host, use_link), 232U);
    EXPECT_EQ(offsetof(upsdrv_plugin, name), 8U);
    EXPECT_EQ(offsetof(upsdrv_plugin, options), 40U);
    EXPECT_EQ(offsetof(upsdrv_plugin, create), 56U);
    EXPECT_EQ(offsetof(upsdrv_plugin, poll), 88U);
    EXPECT_EQ(offsetof(upsdrv_plugin, close), 128U);
    EXPECT_EQ(offsetof(upsdrv_option, name), 16U);
    EXPECT_EQ(offsetof(upsdrv_option, max), 56U);
}

}  // namespace
