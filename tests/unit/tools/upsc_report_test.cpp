// SPDX-License-Identifier: Apache-2.0
#include "tools/upsc/report.hpp"

#include "lib/client/tool/json.hpp"

#include <gtest/gtest.h>

namespace ups::upsc {
namespace {

using client::Reply;

const Reply kVariables{.rows = {{"battery.charge", "97"}, {"ups.mfr", "Say \"hi\""}}};

TEST(UpscReport, TextIsStocks) {
    EXPECT_EQ(render_pairs(kVariables, Format::text), "battery.charge: 97\nups.mfr: Say \"hi\"\n");
    EXPECT_EQ(render_column(kVariables, Format::text), "battery.charge\nups.mfr\n");
    EXPECT_EQ(render_value("OL CHRG", Format::text), "OL CHRG\n");
    EXPECT_EQ(render_value("", Format::text), "\n");
    EXPECT_EQ(render_pairs({}, Format::text), "");
}

TEST(UpscReport, JsonIsStocks) {
    EXPECT_EQ(render_pairs(kVariables, Format::json),
              "{\n  \"battery.charge\": \"97\",\n  \"ups.mfr\": \"Say \\\"hi\\\"\"\n}\n");
    EXPECT_EQ(render_column(kVariables, Format::json),
              "[\n  \"battery.charge\",\n  \"ups.mfr\"\n]\n");
    EXPECT_EQ(render_column({}, Format::json), "[]\n");
    EXPECT_EQ(render_value("97", Format::json), "\"97\"\n");
    EXPECT_EQ(render_error("Driver not connected", Action::variables),
              "{\n  \"error\": \"Driver not connected\"\n}\n");
    EXPECT_EQ(render_error("Unknown UPS", Action::clients), "{\"error\": \"Unknown UPS\"}\n");
}

TEST(UpscReport, WatchPrintsOneLinePerChange) {
    EXPECT_EQ(render_change("ups.status", "OB", Format::text), "ups.status: OB\n");
    EXPECT_EQ(render_change("ups.status", "OB", Format::json),
              "{\"name\": \"ups.status\", \"value\": \"OB\"}\n");
    EXPECT_EQ(render_removal("a.b", Format::text), "");
    EXPECT_EQ(render_removal("a.b", Format::json), "{\"name\": \"a.b\", \"value\": null}\n");
    EXPECT_EQ(render_state("connected", "", Format::json), "{\"state\": \"connected\"}\n");
    EXPECT_EQ(render_state("stale", "Data stale", Format::json),
              "{\"state\": \"stale\", \"reason\": \"Data stale\"}\n");
    EXPECT_EQ(render_state("stale", "Data stale", Format::text), "");
}

struct Escape {
    const char* label;
    std::string_view text;
    const char* json;
};
class JsonStrings : public testing::TestWithParam<Escape> {};

TEST_P(JsonStrings, AreValidWhateverTheBytes) {
    EXPECT_EQ(client::json_string(GetParam().text), GetParam().json);
}
using namespace std::literals;
INSTANTIATE_TEST_SUITE_P(
    Cases, JsonStrings,
    testing::Values(Escape{"plain", "a", R"("a")"}, Escape{"quotes", R"(a"b\c)", R"("a\"b\\c")"},
                    Escape{"control", "a\tb\x7F\0c"sv, "\"a\\u0009b\\u007f\\u0000c\""},
                    Escape{"two_bytes", "\xC3\xA9", "\"\xC3\xA9\""},
                    Escape{"four_bytes", "\xF0\x9F\x94\x8B", "\"\xF0\x9F\x94\x8B\""},
                    Escape{"latin1", "\xE9x", "\"\xEF\xBF\xBDx\""},
                    Escape{"cut", "\xE2\x82", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
                    Escape{"overlong", "\xC0\xAF", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
                    Escape{"surrogate", "\xED\xA0\x80",
                           "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""}),
    [](const auto& row) { return row.param.label; });

}  // namespace
}  // namespace ups::upsc
