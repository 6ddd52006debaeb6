// SPDX-License-Identifier: Apache-2.0
#include "drivers/host/requests.hpp"

#include "driverapi/upsdrv.h"

#include <gtest/gtest.h>

namespace {

using namespace ups;
using namespace ups::host;
using proto::DriverRequest;
using proto::TrackingCode;

std::optional<ClientRequest> parse(std::string_view line) {
    Tokenizer tokenizer(Charset::utf8);
    return parse_request(tokenizer.split(line));
}

TEST(Requests, UnderstandsSetWithAndWithoutTracking) {
    const auto plain = parse("SET ups.id \"a \\\"b\\\"\"");
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->kind, DriverRequest::set);
    EXPECT_EQ(plain->name, "ups.id");
    EXPECT_EQ(plain->value, "a \"b\"");
    EXPECT_EQ(plain->tracking, "");
    EXPECT_EQ(parse("set ups.id q1 tracking abc-1")->tracking, "abc-1");
    EXPECT_EQ(parse("SET ups.id \"\"")->value, "");
    EXPECT_EQ(parse("SET ups.id \"TRACKING\"")->value, "TRACKING");
}

TEST(Requests, UnderstandsCommandsByTheirNumberOfWords) {
    EXPECT_EQ(parse("INSTCMD load.off")->value, std::nullopt);
    EXPECT_EQ(parse("INSTCMD load.off 30")->value, "30");
    EXPECT_EQ(parse("INSTCMD load.off TRACKING id2")->value, std::nullopt);
    EXPECT_EQ(parse("INSTCMD load.off TRACKING id2")->tracking, "id2");
    EXPECT_EQ(parse("INSTCMD load.off \"a b\" TRACKING id2")->value, "a b");
}

TEST(Requests, UnderstandsWhatToolsOfLaterReleasesSend) {
    EXPECT_FALSE(parse("NOBROADCAST")->broadcast);
    EXPECT_TRUE(parse("BROADCAST")->broadcast);
    EXPECT_TRUE(parse("BROADCAST 1")->broadcast);
    EXPECT_FALSE(parse("BROADCAST 0")->broadcast);
    EXPECT_EQ(parse("DUMPSTATUS")->name, "ups.status");
    EXPECT_EQ(parse("DUMPVALUE a.b")->name, "a.b");
    EXPECT_EQ(parse("getpid")->kind, DriverRequest::getpid);
}

TEST(Requests, IgnoresWhatIsMalformed) {
    for (const char* line : {"", " ", "FOO", "SET", "SET a", "SET a b c", "SET a b c d e",
                             "SET a b TRACKING", "INSTCMD", "INSTCMD a b c", "INSTCMD a b c d e",
                             "DUMPVALUE", "SET a \"x#y\"", "SET a \"unfinished", "DUMPVALUE a b"})
        EXPECT_FALSE(parse(line)) << line;
    EXPECT_FALSE(parse("SET a b TRACKING " + std::string(200, 'x')));
}

TEST(Requests, DoesNothingWithALineOfWhichAPartIsLost) {
    // As they would be without what is lost, they are requests.
    for (const char* line : {"SET a b \"x#y\"", "INSTCMD load.off \"3#0\"", "INSTCMD load.off \"30",
                             "DUMPVALUE a \"x#y\""})
        EXPECT_FALSE(parse(line)) << line;
    const std::string longest(kMaxWord, 'x');
    EXPECT_TRUE(parse("SET a " + longest));
    EXPECT_FALSE(parse("SET a " + longest + "y"));
    EXPECT_TRUE(parse("INSTCMD a " + longest));
    EXPECT_FALSE(parse("INSTCMD a " + longest + "y"));
}

TEST(Requests, TakesNothingFromTheLineBeforeAnEmptyOne) {
    Tokenizer tokenizer;
    EXPECT_TRUE(parse_request(tokenizer.split("DUMPALL\n")));
    EXPECT_FALSE(parse_request(tokenizer.split("\n")));
}

struct SetCase {
    const char* name;
    const char* variable;
    const char* value;
    std::optional<TrackingCode> result;
};

class CheckSet : public testing::TestWithParam<SetCase> {
  protected:
    CheckSet() {
        std::string lines;
        Changes changes;
        const auto add = [&](const char* name, std::uint32_t flags) -> Variable& {
            changes.push_back(
                {ChangeKind::set, name, {.value = "1", .flags = flags, .enums = {}, .ranges = {}}});
            return changes.back().variable;
        };
        add("fixed", 0);
        add("free", UPSDRV_VAR_RW);
        add("text", UPSDRV_VAR_RW | UPSDRV_VAR_STRING).max_length = 4;
        add("number", UPSDRV_VAR_RW | UPSDRV_VAR_NUMBER);
        add("choice", UPSDRV_VAR_RW).enums = {"low", "high"};
        add("range", UPSDRV_VAR_RW).ranges = {{"10", "20"}, {"30.5", "40"}};
        Variable& both = add("both", UPSDRV_VAR_RW);
        both.enums = {"auto"};
        both.ranges = {{"1", "9"}};
        state.apply(changes, lines);
    }
    DriverState state;
};

TEST_P(CheckSet, AllowsWhatTheMetadataAllows) {
    EXPECT_EQ(check_set(state, GetParam().variable, GetParam().value), GetParam().result);
}

constexpr auto kUnknown = TrackingCode::unknown;
constexpr auto kInvalid = TrackingCode::invalid;
INSTANTIATE_TEST_SUITE_P(
    Requests, CheckSet,
    testing::Values(
        SetCase{"UpToThePlugin", "nosuch", "1", {}}, SetCase{"NoName", "no such", "1", kUnknown},
        SetCase{"ReadOnly", "fixed", "1", kUnknown}, SetCase{"Free", "free", "anything", {}},
        SetCase{"AnyCase", "FREE", "x", {}}, SetCase{"TextFits", "text", "1234", {}},
        SetCase{"TextTooLong", "text", "12345", kInvalid}, SetCase{"Number", "number", "-1.5", {}},
        SetCase{"NotANumber", "number", "1x", kInvalid}, SetCase{"Listed", "choice", "high", {}},
        SetCase{"NotListed", "choice", "HIGH", kInvalid},
        SetCase{"InFirstRange", "range", "10", {}}, SetCase{"InSecondRange", "range", "30.5", {}},
        SetCase{"BetweenRanges", "range", "25", kInvalid},
        SetCase{"NoNumberForRange", "range", "x", kInvalid},
        SetCase{"ListedBesideRange", "both", "auto", {}},
        SetCase{"InRangeBesideList", "both", "5", {}},
        SetCase{"NeitherOfBoth", "both", "10", kInvalid}),
    [](const auto& row) { return row.param.name; });

TEST(Requests, EveryPluginResultHasATrackingCode) {
    EXPECT_EQ(tracking_code(UPSDRV_OK), TrackingCode::handled);
    EXPECT_EQ(tracking_code(UPSDRV_E_UNKNOWN), TrackingCode::unknown);
    EXPECT_EQ(tracking_code(UPSDRV_E_INVALID), TrackingCode::invalid);
    EXPECT_EQ(tracking_code(UPSDRV_E_CONVERSION), TrackingCode::conversion);
    for (const int code : {UPSDRV_E_FAILED, UPSDRV_E_TIMEOUT, UPSDRV_E_LOST, UPSDRV_E_STOPPING})
        EXPECT_EQ(tracking_code(code), TrackingCode::failed);
}

}  // namespace
