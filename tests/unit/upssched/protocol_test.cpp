// SPDX-License-Identifier: Apache-2.0
#include "tools/upssched/protocol.hpp"

#include <gtest/gtest.h>

namespace ups::upssched {
namespace {

using std::chrono::seconds;

const Cause kCause{"ONBATT", "rack1@here", "UPS \"rack1\" #on\\battery"};

TEST(UpsschedProtocol, ReadsRequestsOfOldPeers) {
    EXPECT_EQ(parse_request("START \"a b\" \"300\"\n").value(),
              (Request{.verb = Verb::start, .name = "a b", .delay = seconds(300)}));
    EXPECT_EQ(parse_request("CANCEL \"a\"\n").value(),
              (Request{.verb = Verb::cancel, .name = "a"}));
    EXPECT_EQ(parse_request("CANCEL \"a\" \"x y\"\n").value(),
              (Request{.verb = Verb::cancel, .name = "a", .otherwise = "x y"}));
}

TEST(UpsschedProtocol, ReadsRequestsOfNewPeers) {
    const Cause cause{"ONBATT", "u@h", "text"};
    EXPECT_EQ(parse_request("START \"a\" \"5\" \"ONBATT\" \"u@h\" \"text\"\n").value(),
              (Request{.verb = Verb::start, .name = "a", .delay = seconds(5), .cause = cause}));
    EXPECT_EQ(parse_request("START-SHARED \"a\" \"5\" \"ONBATT\" \"u@h\" \"text\"\n").value().verb,
              Verb::start_shared);
    EXPECT_EQ(parse_request("CANCEL \"a\" \"\" \"ONBATT\" \"u@h\" \"text\"\n").value(),
              (Request{.verb = Verb::cancel, .name = "a", .cause = cause}));
    EXPECT_EQ(parse_request("LIST-TIMERS \"\" \"\" \"ONBATT\" \"u@h\" \"text\"\n").value(),
              (Request{.verb = Verb::list, .cause = cause}));
    EXPECT_EQ(parse_request("LIST-TIMERS\n").value().verb, Verb::list);
}

TEST(UpsschedProtocol, RefusesWhatMakesNoSense) {
    for (const char* line : {"", "\n", "FOO\n", "start \"a\" \"1\"\n", "\"\"\n"})
        EXPECT_EQ(parse_request(line).error().code, ErrorCode::unsupported) << line;
    for (const char* line :
         {"START\n", "START \"a\"\n", "START \"a\" \"-1\"\n", "START \"a\" \"1x\"\n",
          "START \"\" \"1\"\n", "START \"a\" \"99999999999\"\n", "CANCEL\n", "CANCEL \"\"\n",
          "START \"a\" \"1", "START \"a#b\" \"1\"\n"})
        EXPECT_EQ(parse_request(line).error().code, ErrorCode::invalid) << line;
}

TEST(UpsschedProtocol, RequestsReadBackAsTheyWere) {
    for (const Verb verb : {Verb::start, Verb::start_shared}) {
        const Request request{
            .verb = verb, .name = "a \"b\" \\ #c", .delay = seconds(7), .cause = kCause};
        EXPECT_EQ(parse_request(encode(request)).value(), request);
    }
    const Request cancel{
        .verb = Verb::cancel, .name = "a", .otherwise = "x \"y\"", .cause = kCause};
    EXPECT_EQ(parse_request(encode(cancel)).value(), cancel);
    const Request old{.verb = Verb::cancel, .name = "a"};
    EXPECT_EQ(encode(old), "CANCEL \"a\" \"\"\n");
    EXPECT_EQ(parse_request(encode(old)).value(), old);
}

TEST(UpsschedProtocol, NeverSendsMoreThanALine) {
    const std::string endless(100'000, '"');
    const Request request{.verb = Verb::cancel,
                          .name = endless,
                          .otherwise = endless,
                          .cause = Cause{endless, endless, endless}};
    EXPECT_LE(encode(request).size(), kMaxLine + 200);
    EXPECT_TRUE(parse_request(encode(request)));
}

}  // namespace
}  // namespace ups::upssched
