// SPDX-License-Identifier: Apache-2.0
#include "lib/client/resolver.hpp"

#include <gtest/gtest.h>
#include <optional>

namespace ups::client {
namespace {

struct BlockingCase {
    using Type = BlockingResolver;
};
struct BackgroundCase {
    using Type = BackgroundResolver;
};

template <class Case> class Resolvers : public testing::Test {
  protected:
    Result<std::vector<Endpoint>> look_up(const std::string& host) {
        std::optional<Result<std::vector<Endpoint>>> found;
        const auto lookup = resolver.look_up(host, 3493, [&](Result<std::vector<Endpoint>> result) {
            found = std::move(result);
            loop.stop();
        });
        EXPECT_FALSE(found) << "the answer must come from the loop";
        EXPECT_TRUE(loop.run_for(std::chrono::seconds(60)));
        return found ? std::move(*found) : fail(ErrorCode::timeout, "no answer");
    }

    SystemClock clock;
    Loop loop{clock};
    typename Case::Type resolver{loop};
};
using Cases = testing::Types<BlockingCase, BackgroundCase>;
TYPED_TEST_SUITE(Resolvers, Cases);

TYPED_TEST(Resolvers, NumericAddressesAreTakenAsTheyAre) {
    const auto v4 = this->look_up("192.0.2.7");
    ASSERT_TRUE(v4);
    EXPECT_EQ(v4->front().family(), AF_INET);
    const auto v6 = this->look_up("2001:db8::7");
    ASSERT_TRUE(v6);
    EXPECT_EQ(v6->front().family(), AF_INET6);
}

TYPED_TEST(Resolvers, LocalhostIsKnown) {
    EXPECT_TRUE(this->look_up("localhost"));
}

TYPED_TEST(Resolvers, UnknownNameIsNotFound) {
    const auto found = this->look_up("a..b");
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, ErrorCode::not_found);
}

TYPED_TEST(Resolvers, DroppedLookUpDoesNotCallBack) {
    for (const char* host : {"127.0.0.1", "a..b"}) {
        auto lookup = this->resolver.look_up(host, 1, [](const auto&) { FAIL(); });
        lookup.reset();
    }
    this->loop.run_for(std::chrono::milliseconds(20));
}

}  // namespace
}  // namespace ups::client
