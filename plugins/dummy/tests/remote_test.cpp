// SPDX-License-Identifier: Apache-2.0
#include "remote.hpp"

#include <gtest/gtest.h>

namespace ups::dummy {
namespace {

struct AddressCase {
    const char* name;
    const char* port;
    const char* ups;  // null: refused
    const char* host;
    const char* address;
};

class RemoteAddressOf : public ::testing::TestWithParam<AddressCase> {};

TEST_P(RemoteAddressOf, Port) {
    const auto made = parse_remote_address(GetParam().port);
    ASSERT_EQ(made.has_value(), GetParam().ups != nullptr);
    if (!made) return;
    EXPECT_EQ(made->ups, GetParam().ups);
    EXPECT_EQ(made->host, GetParam().host);
    EXPECT_EQ(made->address, GetParam().address);
}

INSTANTIATE_TEST_SUITE_P(
    Ports, RemoteAddressOf,
    ::testing::Values(AddressCase{"Plain", "u@host", "u", "host", "host:3493"},
                      AddressCase{"WithPort", "u@10.0.0.1:34", "u", "10.0.0.1", "10.0.0.1:34"},
                      AddressCase{"V6", "u@[::1]", "u", "::1", "[::1]:3493"},
                      AddressCase{"V6WithPort", "u@[::1]:5", "u", "::1", "[::1]:5"},
                      AddressCase{"NoUps", "@host", nullptr, "", ""},
                      AddressCase{"NoHost", "u@", nullptr, "", ""},
                      AddressCase{"NoAt", "u", nullptr, "", ""},
                      AddressCase{"PortZero", "u@h:0", nullptr, "", ""},
                      AddressCase{"PortTooBig", "u@h:65536", nullptr, "", ""},
                      AddressCase{"PortText", "u@h:nut", nullptr, "", ""},
                      AddressCase{"OpenBracket", "u@[::1", nullptr, "", ""},
                      AddressCase{"AfterBracket", "u@[::1]x", nullptr, "", ""}),
    [](const auto& one) { return one.param.name; });

TEST(RemoteRequest, QuotesWhatAServerWouldSplit) {
    EXPECT_EQ(request("GET VAR", {"u", "ups.load"}), "GET VAR u ups.load\n");
    EXPECT_EQ(request("SET VAR", {"u", "ups.id", "a \"b\" \\ #c"}),
              "SET VAR u ups.id \"a \\\"b\\\" \\\\ \\#c\"\n");
    EXPECT_EQ(request("SET VAR", {"u", "ups.id", ""}), "SET VAR u ups.id \"\"\n");
    EXPECT_EQ(request("PASSWORD", {"a\nFSD u"}), "PASSWORD \"a FSD u\"\n");
    EXPECT_EQ(request("PASSWORD", {"a\vb"}), "PASSWORD \"a b\"\n");
}

TEST(RemoteAnswer, TellsTheKindsApart) {
    EXPECT_EQ(parse_answer("OK").kind, AnswerKind::ok);
    EXPECT_EQ(parse_answer("OK TRACKING x").words[1], "x");
    EXPECT_EQ(parse_answer("ERR DATA-STALE").words[0], "DATA-STALE");
    EXPECT_EQ(parse_answer("BEGIN LIST VAR u").kind, AnswerKind::begin);
    EXPECT_EQ(parse_answer("EVENT STALE u").words[0], "STALE");
    EXPECT_EQ(parse_answer("VAR u ups.id \"a \\\"b\"").words[3], "a \"b");
    EXPECT_EQ(parse_answer("").kind, AnswerKind::broken);
    EXPECT_EQ(parse_answer("ERR").kind, AnswerKind::broken);
    EXPECT_EQ(parse_answer("VAR u x \"open").kind, AnswerKind::broken);
}

TEST(RemoteType, ReadsEveryCombination) {
    const RemoteType text = parse_type({"TYPE", "u", "v", "RW", "STRING:32"}, 3);
    EXPECT_EQ(text.flags, UPSDRV_VAR_RW | UPSDRV_VAR_STRING);
    EXPECT_EQ(text.max_length, 32u);
    const RemoteType choice = parse_type({"TYPE", "u", "v", "RW", "ENUM", "NUMBER"}, 3);
    EXPECT_TRUE(choice.is_enum);
    EXPECT_EQ(choice.flags, UPSDRV_VAR_RW | UPSDRV_VAR_NUMBER);
    EXPECT_TRUE(parse_type({"TYPE", "u", "v", "RANGE", "NUMBER"}, 3).is_range);
    EXPECT_EQ(parse_type({"TYPE", "u", "v", "STRING"}, 3).max_length, 0u);
}

TEST(RemoteError, BecomesACodeOfTheContract) {
    EXPECT_EQ(status_of_error("INVALID-VALUE"), UPSDRV_E_INVALID);
    EXPECT_EQ(status_of_error("DATA-STALE"), UPSDRV_E_TIMEOUT);
    EXPECT_EQ(status_of_error("CMD-NOT-SUPPORTED"), UPSDRV_E_UNKNOWN);
    EXPECT_EQ(status_of_error("SOMETHING-ELSE"), UPSDRV_E_FAILED);
}

}  // namespace
}  // namespace ups::dummy
