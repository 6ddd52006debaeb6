// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/keyed_hash.hpp"

#include <gtest/gtest.h>

namespace ups::upsd {
namespace {

constexpr HashKey kKey{0x0706050403020100, 0x0f0e0d0c0b0a0908};

// Expected values: `openssl mac -macopt hexkey:000102…0f -macopt size:16 SIPHASH`, read as two
// little-endian words.
TEST(KeyedHash, AgreesWithAnotherImplementation) {
    EXPECT_EQ(keyed_hash(kKey, ""), (Digest{0xe6a825ba047f81a3, 0x930255c71472f66d}));
    EXPECT_EQ(keyed_hash(kKey, "0123456"), (Digest{0xf7c4c1d179314842, 0x5362d10b07497727}));
    EXPECT_EQ(keyed_hash(kKey, "01234567"), (Digest{0xf6a5ad9c0532a504, 0x6baff02257eeb315}));
    EXPECT_EQ(keyed_hash(kKey, "0123456789abcdef!"),
              (Digest{0xe4829685a75ca356, 0x74a2a2eb65af4890}));
}

TEST(KeyedHash, DependsOnTheKey) {
    SystemRandom random;
    EXPECT_NE(keyed_hash(HashKey::fresh(random), "x"), keyed_hash(HashKey::fresh(random), "x"));
}

}  // namespace
}  // namespace ups::upsd
