// SPDX-License-Identifier: Apache-2.0
#include "tools/upsrw/listing.hpp"

#include <gtest/gtest.h>

namespace ups::upsrw {
namespace {

using client::Answer;
using client::Reply;

Answer<Reply> words(std::vector<std::string> row) {
    return Reply{.rows = {std::move(row)}};
}
Answer<Reply> refused(const char* name) {
    return std::unexpected(client::server_failure(name, ""));
}

Variable variable(std::vector<std::string> type, std::string value) {
    return {.name = "a.b",
            .description = words({"About a.b"}),
            .type = words(std::move(type)),
            .value = words({std::move(value)}),
            .choices = Reply{}};
}

std::string text_of(const Variable& shown) {
    std::string out;
    EXPECT_FALSE(render(shown, out));
    return out;
}

// The blocks are what Debian's upsrw 2.8.0 prints for the same replies.

TEST(UpsrwListing, StringHasItsLongestLength) {
    EXPECT_EQ(text_of(variable({"RW", "STRING:16"}, "rack")),
              "[a.b]\nAbout a.b\nType: STRING\nMaximum length: 16\nValue: rack\n\n");
}

TEST(UpsrwListing, NumberHasNoLength) {
    EXPECT_EQ(text_of(variable({"RW", "NUMBER"}, "97")),
              "[a.b]\nAbout a.b\nType: NUMBER\nValue: 97\n\n");
}

TEST(UpsrwListing, ChoicesMarkTheSelectedOne) {
    Variable shown = variable({"RW", "ENUM", "STRING:12"}, "b");
    shown.choices = Reply{.rows = {{"a"}, {"b"}}};
    EXPECT_EQ(text_of(shown), "[a.b]\nAbout a.b\nType: ENUM STRING\nMaximum length: 12\n"
                              "Option: \"a\"\nOption: \"b\" SELECTED\n\n");
}

TEST(UpsrwListing, ChoicesMatchExactly) {
    Variable shown = variable({"RW", "ENUM", "NUMBER"}, "1");
    shown.choices = Reply{.rows = {{"1.0"}, {"2"}}};
    EXPECT_EQ(text_of(shown),
              "[a.b]\nAbout a.b\nType: ENUM NUMBER\nOption: \"1.0\"\nOption: \"2\"\n\n");
}

TEST(UpsrwListing, RangesMarkTheOneThatHoldsTheValue) {
    Variable shown = variable({"RW", "RANGE", "NUMBER"}, "15");
    shown.choices = Reply{.rows = {{"0", "9"}, {"10", "20"}, {"30", "40"}}};
    EXPECT_EQ(text_of(shown), "[a.b]\nAbout a.b\nType: RANGE NUMBER\nOption: \"0-9\"\n"
                              "Option: \"10-20\" SELECTED\nOption: \"30-40\"\n\n");
}

TEST(UpsrwListing, RangeIsAlwaysOfNumbers) {
    EXPECT_EQ(text_of(variable({"RW", "RANGE", "STRING:4"}, "z")),
              "[a.b]\nAbout a.b\nType: RANGE NUMBER\n\n");
}

TEST(UpsrwListing, UnknownThingsAreSaid) {
    Variable shown = variable({"RW", "UNKNOWN"}, "7");
    shown.description = refused("VAR-NOT-SUPPORTED");
    EXPECT_EQ(text_of(shown), "[a.b]\nDescription unavailable\nType: UNKNOWN (unrecognized)\n\n");
    shown.type = refused("VAR-NOT-SUPPORTED");
    EXPECT_EQ(text_of(shown), "[a.b]\nDescription unavailable\nUnknown type\n\n");
}

TEST(UpsrwListing, MissingListEndsWithItsError) {
    Variable shown = variable({"RW", "ENUM", "NUMBER"}, "1");
    shown.choices = refused("DATA-STALE");
    std::string out;
    EXPECT_EQ(render(shown, out), "Data stale");
    EXPECT_EQ(out, "[a.b]\nAbout a.b\n");
}

TEST(UpsrwListing, ListsAreAskedForWhereTheTypeHasThem) {
    EXPECT_EQ(choices_request("u", variable({"RW", "ENUM", "NUMBER"}, ""))->line,
              "LIST ENUM u a.b\n");
    EXPECT_EQ(choices_request("u", variable({"RW", "RANGE", "NUMBER"}, ""))->line,
              "LIST RANGE u a.b\n");
    EXPECT_FALSE(choices_request("u", variable({"RW", "NUMBER"}, "")));
}

}  // namespace
}  // namespace ups::upsrw
