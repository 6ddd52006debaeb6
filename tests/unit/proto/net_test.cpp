// SPDX-License-Identifier: Apache-2.0
#include "lib/proto/net_error.hpp"
#include "lib/proto/net_reply.hpp"

#include "lib/base/words.hpp"

#include <gtest/gtest.h>

namespace ups::proto {
namespace {

TEST(NetError, ReadsBackEveryNameInBothDialects) {
    constexpr auto kLast = NetError::var_not_supported;
    for (int i = 0; i <= static_cast<int>(kLast); ++i) {
        const auto error = static_cast<NetError>(i);
        EXPECT_EQ(error_of(error_name(error, Dialect::deployed)), error);
        EXPECT_EQ(error_of(error_name(error, Dialect::draft)), error);
    }
}

TEST(NetError, HasTheNamesThatWereRenamed) {
    EXPECT_EQ(error_name(NetError::already_attached, Dialect::deployed), "ALREADY-LOGGED-IN");
    EXPECT_EQ(error_name(NetError::already_attached, Dialect::draft), "ALREADY-ATTACHED");
    EXPECT_EQ(error_name(NetError::tls_already_enabled, Dialect::deployed), "ALREADY-SSL-MODE");
    EXPECT_EQ(error_name(NetError::tls_already_enabled, Dialect::draft), "TLS-ALREADY-ENABLED");
}

TEST(NetError, DoesNotKnowEverything) {
    EXPECT_EQ(error_of(""), std::nullopt);
    EXPECT_EQ(error_of("access-denied"), std::nullopt);
    EXPECT_EQ(error_of("PASSWORD-INCORRECT"), NetError::invalid_password);
}

TEST(NetReply, FramesListsWithTheClientsWords) {
    std::string out;
    append_list_begin(out, "ENUM", {"Alpha", "a b"});
    append_list_end(out, "UPS", {});
    EXPECT_EQ(out, "BEGIN LIST ENUM Alpha \"a b\"\nEND LIST UPS\n");
}

TEST(NetReply, FactsReadBackAsTheyWere) {
    for (const std::string_view value : {"", "plain", "two words", "a\"b", "\\", "#", "a=b"}) {
        std::string out;
        append_fact(out, {"VAR", "su700", "x y"}, value);
        Tokenizer tokenizer;
        const LineWords words = tokenizer.split(out);
        ASSERT_EQ(words.words.size(), 4U) << out;
        EXPECT_EQ(words.words[2], "x y");
        EXPECT_EQ(words.words[3], value);
        EXPECT_FALSE(words.broken);
    }
}

TEST(NetReply, CutsAValueSoThatTheLineFits) {
    std::string out;
    append_fact(out, {"DESC", "u", "v"}, std::string(1000, 'x'));
    EXPECT_EQ(out.size(), 511U);
    EXPECT_TRUE(out.ends_with("x\"\n"));
}

}  // namespace
}  // namespace ups::proto
