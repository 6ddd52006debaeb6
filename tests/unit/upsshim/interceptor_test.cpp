// SPDX-License-Identifier: Apache-2.0
#include "tools/upsshim/interceptor.hpp"

#include "tests/support/splits.hpp"

#include <gtest/gtest.h>

namespace ups::upsshim {
namespace {

/// A conversation, and what came out at both ends.
class Talk {
  public:
    explicit Talk(Side side, Plain plain = Plain::all) : interceptor(side, plain) {}
    Talk& client(std::string_view bytes) {
        last = interceptor.feed_client(bytes, to_server, to_client);
        return *this;
    }
    Talk& server(std::string_view bytes) {
        last = interceptor.feed_server(bytes, to_client);
        return *this;
    }

    Interceptor interceptor;
    std::string to_server;
    std::string to_client;
    Verdict last = Verdict::go_on;
};

TEST(Interceptor, PassesEverythingElseAsItIs) {
    const std::string requests = "VER\n  get var u \"a b\\\"\" # x\nFOO \\\nBAR\n\nLOGOUT\n";
    const std::string replies =
        "Some server\nBEGIN LIST VAR u\nVAR u a \"b\"\nEND LIST VAR u\nERR UNKNOWN-COMMAND\n";
    for (const Side side : {Side::server, Side::client}) {
        Talk talk(side);
        talk.client(requests).server(replies);
        EXPECT_EQ(talk.to_server, requests);
        EXPECT_EQ(talk.to_client, replies);
        EXPECT_EQ(talk.last, Verdict::go_on);
    }
}

TEST(Interceptor, ServerSideTakesStarttlsForItself) {
    Talk talk(Side::server);
    talk.client("STARTTLS\n");
    EXPECT_EQ(talk.last, Verdict::start_tls);
    EXPECT_EQ(talk.to_client, "OK STARTTLS\n");
    EXPECT_EQ(talk.to_server, "");
    talk.interceptor.tls_started();
    talk.client("STARTTLS\nVER\n");
    EXPECT_EQ(talk.last, Verdict::go_on);
    EXPECT_EQ(talk.to_client, "OK STARTTLS\nERR ALREADY-SSL-MODE\n");
    EXPECT_EQ(talk.to_server, "VER\n");
}

TEST(Interceptor, ThrowsAwayWhatComesInClearBehindStarttls) {
    Talk talk(Side::server);
    talk.client("STARTTLS\nUSERNAME evil\nPASS");
    talk.client("WORD evil\n");
    EXPECT_EQ(talk.to_server, "");
    talk.interceptor.tls_started();
    talk.client("VER\n");
    EXPECT_EQ(talk.to_server, "VER\n");
}

TEST(Interceptor, ClientSideRefusesStarttls) {
    Talk talk(Side::client);
    talk.client("STARTTLS\nVER\n");
    EXPECT_EQ(talk.to_client, "ERR FEATURE-NOT-CONFIGURED\n");
    EXPECT_EQ(talk.to_server, "VER\n");
}

TEST(Interceptor, KnowsStarttlsHoweverItIsWritten) {
    for (const char* line :
         {"starttls\n", "  STARTTLS  \n", "\"STARTTLS\"\n", "STARTTLS more\n", "START\\TLS\n"}) {
        Talk talk(Side::client);
        talk.client(line);
        EXPECT_EQ(talk.to_server, "") << line;
    }
}

TEST(Interceptor, OwnAnswersKeepTheirPlaceAmongTheServers) {
    Talk talk(Side::client);
    talk.client("LIST UPS\nVER\nSTARTTLS\nNETVER\n");
    EXPECT_EQ(talk.to_client, "");
    EXPECT_TRUE(talk.interceptor.is_waiting());
    talk.server("BEGIN LIST UPS\nUPS a \"x\"\nEVENT STALE a\nEND LIST UPS\n");
    talk.server("EVENT VAR a b \"c\"\n");
    EXPECT_TRUE(talk.interceptor.is_waiting());
    talk.to_client.clear();
    talk.server("Some server\n1.3\n");
    EXPECT_EQ(talk.to_client, "Some server\nERR FEATURE-NOT-CONFIGURED\n1.3\n");
    EXPECT_FALSE(talk.interceptor.is_waiting());
}

TEST(Interceptor, TlsStartsWhenTheRepliesBeforeItAreOut) {
    Talk talk(Side::server);
    talk.client("VER\nSTARTTLS\n");
    EXPECT_EQ(talk.last, Verdict::go_on);
    talk.server("Some server\nof more words\n");
    EXPECT_EQ(talk.last, Verdict::start_tls);
    EXPECT_EQ(talk.to_client, "Some server\nOK STARTTLS\n");
}

TEST(Interceptor, GivesUpOnAServerThatLeavesRequestsUnanswered) {
    Talk talk(Side::server);
    talk.client("FOO\nSTARTTLS\n");
    ASSERT_TRUE(talk.interceptor.is_waiting());
    EXPECT_EQ(talk.interceptor.give_up_waiting(talk.to_client), Verdict::start_tls);
    EXPECT_EQ(talk.to_client, "OK STARTTLS\n");
}

TEST(Interceptor, LetsOtherHostsSayOnlyGreetingsBeforeTls) {
    Talk talk(Side::server, Plain::greetings);
    talk.client("GET VAR u ups.status\n");
    EXPECT_EQ(talk.to_client, "ERR TLS-NOT-ENABLED\n");
    talk.client("VER\nhelp\nLOGOUT\n");
    EXPECT_EQ(talk.to_server, "VER\nhelp\nLOGOUT\n");
    talk.interceptor.tls_started();
    talk.client("GET VAR u ups.status\n");
    EXPECT_EQ(talk.to_server, "VER\nhelp\nLOGOUT\nGET VAR u ups.status\n");
}

TEST(Interceptor, StopsAtItsLimits) {
    Talk line(Side::server);
    line.client(std::string(kMaxLine + 1, 'x'));
    EXPECT_EQ(line.last, Verdict::overrun);
    Talk answers(Side::client);
    answers.client("VER\n");
    for (std::size_t i = 0; i < Interceptor::kMaxOwn; ++i)
        answers.client("STARTTLS\n");
    EXPECT_EQ(answers.last, Verdict::go_on);
    answers.client("STARTTLS\n");
    EXPECT_EQ(answers.last, Verdict::overrun);
}

TEST(Interceptor, SameBytesHoweverTheyArrive) {
    test::for_every_split("VER\nSTARTTLS\nLIST UPS\nSTARTTLS\n", [](const auto& chunks) {
        Talk talk(Side::client);
        for (const auto& chunk : chunks)
            talk.client(chunk);
        talk.server("Some server\nBEGIN LIST UPS\nEND LIST UPS\n");
        EXPECT_EQ(talk.to_server, "VER\nLIST UPS\n");
        EXPECT_EQ(talk.to_client,
                  "Some server\nERR FEATURE-NOT-CONFIGURED\nBEGIN LIST UPS\nEND LIST UPS\n"
                  "ERR FEATURE-NOT-CONFIGURED\n");
    });
    test::for_every_split(
        "Some server\nBEGIN LIST UPS\nUPS a \"x\"\nEND LIST UPS\n", [](const auto& chunks) {
            Talk talk(Side::client);
            talk.client("VER\nLIST UPS\nSTARTTLS\n");
            for (const auto& chunk : chunks)
                talk.server(chunk);
            EXPECT_EQ(talk.to_client, "Some server\nBEGIN LIST UPS\nUPS a \"x\"\nEND LIST UPS\n"
                                      "ERR FEATURE-NOT-CONFIGURED\n");
        });
}

}  // namespace
}  // namespace ups::upsshim
