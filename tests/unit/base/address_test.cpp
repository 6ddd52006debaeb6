// SPDX-License-Identifier: Apache-2.0
#include "lib/base/address.hpp"

#include <gtest/gtest.h>

namespace ups {
namespace {

struct Good {
    const char* label;
    const char* text;
    const char* name;
    const char* host;
    std::uint16_t port;
};
class GoodUpsAddress : public testing::TestWithParam<Good> {};

TEST_P(GoodUpsAddress, IsTakenApart) {
    const auto parsed = parse_ups_address(GetParam().text);
    ASSERT_TRUE(parsed) << parsed.error().text;
    EXPECT_EQ(parsed->name, GetParam().name);
    EXPECT_EQ(parsed->server.host, GetParam().host);
    EXPECT_EQ(parsed->server.port, GetParam().port);
}
INSTANTIATE_TEST_SUITE_P(
    Cases, GoodUpsAddress,
    testing::Values(Good{"name_only", "su700", "su700", "localhost", 3493},
                    Good{"host", "su700@rack1", "su700", "rack1", 3493},
                    Good{"host_and_port", "su700@rack1:1234", "su700", "rack1", 1234},
                    Good{"port_only", "su700@:1234", "su700", "localhost", 1234},
                    Good{"highest_port", "a@b:65535", "a", "b", 65535},
                    Good{"v4", "a@192.0.2.1:1", "a", "192.0.2.1", 1},
                    Good{"v6", "a@[2001:db8::1]", "a", "2001:db8::1", 3493},
                    Good{"v6_and_port", "a@[::1]:99", "a", "::1", 99},
                    Good{"scope", "a@[fe80::1%eth0]:99", "a", "fe80::1%eth0", 99},
                    Good{"unix_socket", "a@/run/nut/upsd.sock", "a", "/run/nut/upsd.sock", 3493},
                    Good{"colon_in_the_name", "a:b", "a:b", "localhost", 3493}),
    [](const auto& row) { return row.param.label; });

struct Bad {
    const char* label;
    const char* text;
};
class BadUpsAddress : public testing::TestWithParam<Bad> {};

TEST_P(BadUpsAddress, IsInvalid) {
    const auto parsed = parse_ups_address(GetParam().text);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code, ErrorCode::invalid);
}
INSTANTIATE_TEST_SUITE_P(
    Cases, BadUpsAddress,
    testing::Values(Bad{"empty", ""}, Bad{"no_name", "@host"}, Bad{"no_host", "a@"},
                    Bad{"no_port", "a@host:"}, Bad{"word_port", "a@host:x"},
                    Bad{"trailing_port", "a@host:12x"}, Bad{"port_0", "a@host:0"},
                    Bad{"port_too_high", "a@host:65536"}, Bad{"negative_port", "a@host:-1"},
                    Bad{"bare_v6", "a@2001:db8::1"}, Bad{"open_bracket", "a@[::1"},
                    Bad{"empty_brackets", "a@[]:1"}, Bad{"text_behind_bracket", "a@[::1]x"},
                    Bad{"v6_without_port", "a@[::1]:"}),
    [](const auto& row) { return row.param.label; });

TEST(UpsAddress, GroupIsSplitOffOnlyWhereItIsAskedFor) {
    const auto parsed = parse_ups_address("rack1:su700@host:7", GroupForm::allowed);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->group, "rack1");
    EXPECT_EQ(parsed->name, "su700");
    EXPECT_EQ(parsed->server.port, 7);
    EXPECT_FALSE(parse_ups_address(":su700", GroupForm::allowed));
    EXPECT_FALSE(parse_ups_address("rack1:", GroupForm::allowed));
}

TEST(ServerAddress, TextParsesBackToTheSame) {
    for (const char* text : {"rack1:3493", "[::1]:22", "192.0.2.1:1", "/run/upsd"}) {
        const auto parsed = parse_server_address(text);
        ASSERT_TRUE(parsed) << text;
        EXPECT_EQ(parsed->to_text(), text);
    }
}

}  // namespace
}  // namespace ups
