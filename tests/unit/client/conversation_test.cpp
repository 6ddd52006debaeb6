// SPDX-License-Identifier: Apache-2.0
#include "lib/client/conversation.hpp"

#include "tests/support/splits.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ups::client {
namespace {

using testing::ElementsAre;
using testing::StartsWith;
using Log = std::vector<std::string>;

/// One line of text for a reply: rows in brackets, or the failure.
std::string describe(const Answer<Reply>& answer) {
    if (!answer) return (answer.error().is_fatal() ? "fatal: " : "refused: ") + answer.error().text;
    std::string text;
    for (const auto& row : answer->rows) {
        text += '[';
        for (const std::string& word : row)
            text += (text.back() == '[' ? "" : "|") + word;
        text += ']';
    }
    return text;
}

/// Asks everything, feeds `chunks`, and tells what came of it.
Log talk(const std::vector<Request>& requests, const test::Chunks& chunks) {
    Tokenizer tokenizer(Charset::utf8);
    Conversation conversation(tokenizer);
    Log log;
    conversation.on_event([&log](const Event& event) {
        if (event.rows != nullptr)
            return log.push_back("snapshot " + std::string(event.ups) + describe(*event.rows));
        log.push_back("event " + std::to_string(static_cast<int>(event.kind)) + " " +
                      std::string(event.ups) + " " + std::string(event.name) + " " +
                      std::string(event.value));
    });
    std::string out;
    for (const Request& request : requests) {
        Conversation::ReplyHandler handler = [&log](const Answer<Reply>& answer) {
            log.push_back(describe(answer));
        };
        EXPECT_TRUE(conversation.ask(request, handler, out));
    }
    for (const std::string_view chunk : chunks) {
        // A copy, so that nothing may keep a view of the bytes.
        if (const auto failure = conversation.feed(std::string(chunk))) {
            log.push_back("broken: " + failure->text);
            conversation.fail_all(*failure);
            break;
        }
    }
    return log;
}

struct Exchange {
    const char* label;
    std::vector<Request> requests;
    std::string bytes;
    Log log;
};
void PrintTo(const Exchange& exchange, std::ostream* out) {
    *out << exchange.label;
}

class Conversations : public testing::TestWithParam<Exchange> {};

TEST_P(Conversations, GiveTheSameHoweverTheBytesArrive) {
    const Exchange& exchange = GetParam();
    test::for_every_split(exchange.bytes, [&exchange](const test::Chunks& chunks) {
        EXPECT_EQ(talk(exchange.requests, chunks), exchange.log);
    });
}

const Request kStatus = get({"VAR", "su700", "ups.status"});

INSTANTIATE_TEST_SUITE_P(
    Cases, Conversations,
    testing::Values(
        Exchange{"value", {kStatus}, "VAR su700 ups.status \"OL CHRG\"\n", {"[OL CHRG]"}},
        Exchange{"value_in_other_case", {kStatus}, "VAR SU700 UPS.Status \"OL\"\n", {"[OL]"}},
        Exchange{"crlf", {kStatus}, "VAR su700 ups.status \"OL\"\r\n", {"[OL]"}},
        Exchange{"escapes",
                 {kStatus},
                 "VAR su700 ups.status \"a\\\"b \\\\ \\#1 \xC3\xA9\"\n",
                 {"[a\"b \\ #1 \xC3\xA9]"}},
        Exchange{"empty_value", {kStatus}, "VAR su700 ups.status \"\"\n", {"[]"}},
        Exchange{"type_words",
                 {get({"TYPE", "u", "v.w"})},
                 "TYPE u v.w RW ENUM STRING:12\n",
                 {"[RW|ENUM|STRING:12]"}},
        Exchange{"description_with_bare_quotes",
                 {get({"DESC", "u", "v.w"}), kStatus},
                 "DESC u v.w \"Say \"hi\"\"\nVAR su700 ups.status \"OL\"\n",
                 {"[Say |hi\"\"]", "[OL]"}},
        Exchange{"description_that_opens_a_quote_at_its_end",
                 {get({"DESC", "u", "v.w"}), kStatus},
                 "DESC u v.w \"5 \"\"\nVAR su700 ups.status \"OL\"\n",
                 {"refused: Protocol error", "[OL]"}},
        Exchange{"description_with_a_bare_hash",
                 {get({"DESC", "u", "v.w"}), kStatus},
                 "DESC u v.w \"bank #1\"\nVAR su700 ups.status \"OL\"\n",
                 {"refused: Protocol error", "[OL]"}},
        Exchange{"list",
                 {list({"VAR", "u"})},
                 "BEGIN LIST VAR u\nVAR u a.b \"1\"\nVAR u c.d \"x y\"\nEND LIST VAR u\n",
                 {"[a.b|1][c.d|x y]"}},
        Exchange{"empty_list", {list({"CMD", "u"})}, "BEGIN LIST CMD u\nEND LIST CMD u\n", {""}},
        Exchange{"list_of_upses",
                 {list({"UPS"})},
                 "BEGIN LIST UPS\nUPS a \"Say \\\"hi\\\"\"\nUPS B \"\"\nEND LIST UPS\n",
                 {"[a|Say \"hi\"][B|]"}},
        Exchange{"list_with_another_spelling",
                 {list({"CLIENT", "SU700"})},
                 "BEGIN LIST CLIENT SU700\nCLIENT su700 ::1\nEND LIST CLIENT SU700\n",
                 {"[::1]"}},
        Exchange{"ok", {command({"SET", "VAR", "u", "v", "x"})}, "OK\n", {"[]"}},
        Exchange{"ok_with_tracking",
                 {command({"INSTCMD", "u", "c.d"})},
                 "OK TRACKING abc\n",
                 {"[TRACKING|abc]"}},
        Exchange{
            "refusal", {kStatus}, "ERR DRIVER-NOT-CONNECTED\n", {"refused: Driver not connected"}},
        Exchange{"unknown_refusal", {kStatus}, "ERR WHAT-IS-THIS\n", {"refused: Unknown error"}},
        Exchange{"refusal_without_name", {kStatus}, "ERR\n", {"refused: Unknown error"}},
        Exchange{"pipelined",
                 {kStatus, list({"CMD", "u"}), identify("VER"), command({"LOGOUT"})},
                 "VAR su700 ups.status \"OL\"\nBEGIN LIST CMD u\nCMD u a.b\nEND LIST CMD u\n"
                 "Ridethrough upsd 3.0.0 - https://x\nOK Goodbye\n",
                 {"[OL]", "[a.b]", "[Ridethrough upsd 3.0.0 - https://x]", "[Goodbye]"}},
        Exchange{"refusal_between_answers",
                 {kStatus, kStatus},
                 "ERR DATA-STALE\nVAR su700 ups.status \"OB\"\n",
                 {"refused: Data stale", "[OB]"}},
        Exchange{
            "subscription",
            {subscribe("u", {"ups.status", "battery."}), kStatus},
            "BEGIN SUBSCRIBE u\nVAR u ups.status \"OL\"\nEND SUBSCRIBE u\n"
            "EVENT VAR u ups.status \"OB\"\nVAR su700 ups.status \"OL\"\n"
            "EVENT DELVAR u a.b\nEVENT STALE u\nEVENT FRESH u\nEVENT GONE u\nEVENT NEWKIND u\n",
            {"[ups.status|OL]", "event 0 u ups.status OB", "[OL]", "event 1 u a.b ", "event 2 u  ",
             "event 3 u  ", "event 4 u  "}},
        Exchange{
            "snapshot_that_nobody_asked_for",
            {kStatus},
            "BEGIN SUBSCRIBE u\nVAR u a.b \"1\"\nEND SUBSCRIBE u\nVAR su700 ups.status \"OL\"\n",
            {"snapshot u[a.b|1]", "[OL]"}},
        Exchange{"foreign_row_in_a_snapshot",
                 {},
                 "BEGIN SUBSCRIBE u\nVAR x a.b \"1\"\n",
                 {"broken: Protocol error"}},
        Exchange{"other_ups",
                 {kStatus},
                 "VAR rack ups.status \"OL\"\n",
                 {"broken: Protocol error", "fatal: Protocol error"}},
        Exchange{"value_is_missing",
                 {kStatus},
                 "VAR su700 ups.status\n",
                 {"broken: Protocol error", "fatal: Protocol error"}},
        Exchange{"list_for_a_value",
                 {kStatus},
                 "BEGIN LIST VAR su700\n",
                 {"broken: Protocol error", "fatal: Protocol error"}},
        Exchange{"other_list_begins",
                 {list({"VAR", "u"})},
                 "BEGIN LIST VAR x\n",
                 {"broken: Protocol error", "fatal: Protocol error"}},
        Exchange{"other_list_ends",
                 {list({"VAR", "u"})},
                 "BEGIN LIST VAR u\nEND LIST VAR x\n",
                 {"broken: Protocol error", "fatal: Protocol error"}},
        Exchange{"foreign_row",
                 {list({"VAR", "u"}), kStatus},
                 "BEGIN LIST VAR u\nVAR x a.b \"1\"\n",
                 {"broken: Protocol error", "fatal: Protocol error", "fatal: Protocol error"}},
        Exchange{
            "empty_line", {kStatus}, "\n", {"broken: Protocol error", "fatal: Protocol error"}},
        Exchange{"unasked_line", {}, "HELLO\n", {"broken: Protocol error"}}),
    [](const auto& row) { return row.param.label; });

TEST(Conversation, TakesLinesThatAreLongerThanStockOnes) {
    const std::string value(2000, 'x');
    EXPECT_EQ(talk({kStatus}, {"VAR su700 ups.status \"" + value + "\"\n"}),
              (Log{"[" + value + "]"}));
}

TEST(Conversation, LineWithoutEndIsBounded) {
    const std::string endless(kMaxLine + 1, 'x');
    EXPECT_EQ(talk({kStatus}, {endless}),
              (Log{"broken: Reply line too long", "fatal: Reply line too long"}));
}

TEST(Conversation, ListWithoutEndIsBounded) {
    const std::string row = "VAR u a.b \"" + std::string(2000, 'x') + "\"\n";
    std::string bytes = "BEGIN LIST VAR u\n";
    while (bytes.size() < Conversation::kMaxReply + row.size())
        bytes += row;
    EXPECT_THAT(talk({list({"VAR", "u"})}, {bytes}),
                ElementsAre("broken: Reply too long", "fatal: Reply too long"));
}

TEST(Conversation, WaitingRequestsAreBounded) {
    Tokenizer tokenizer;
    Conversation conversation(tokenizer);
    std::string out;
    Conversation::ReplyHandler handler;
    for (std::size_t i = 0; i < Conversation::kMaxWaiting; ++i)
        ASSERT_TRUE(conversation.ask(kStatus, handler, out));
    const std::size_t sent = out.size();
    EXPECT_FALSE(conversation.ask(kStatus, handler, out));
    EXPECT_EQ(out.size(), sent);
}

TEST(Conversation, HandlerMayAskAgain) {
    Tokenizer tokenizer;
    Conversation conversation(tokenizer);
    std::string out;
    Log log;
    Conversation::ReplyHandler second = [&log](const Answer<Reply>& answer) {
        log.push_back(describe(answer));
    };
    Conversation::ReplyHandler first = [&](const Answer<Reply>& answer) {
        log.push_back(describe(answer));
        EXPECT_TRUE(conversation.ask(kStatus, second, out));
    };
    EXPECT_TRUE(conversation.ask(kStatus, first, out));
    EXPECT_FALSE(conversation.feed("VAR su700 ups.status \"OL\"\nVAR su700 ups.status \"OB\"\n"));
    EXPECT_EQ(log, (Log{"[OL]", "[OB]"}));
    EXPECT_EQ(out, "GET VAR su700 ups.status\nGET VAR su700 ups.status\n");
}

TEST(Conversation, HandlerMayDestroyIt) {
    Tokenizer tokenizer;
    auto conversation = std::make_unique<Conversation>(tokenizer);
    std::string out;
    Conversation::ReplyHandler handler = [&](const Answer<Reply>&) { conversation.reset(); };
    Conversation::ReplyHandler never = [](const Answer<Reply>&) { FAIL(); };
    EXPECT_TRUE(conversation->ask(kStatus, handler, out));
    EXPECT_TRUE(conversation->ask(kStatus, never, out));
    EXPECT_FALSE(conversation->feed("VAR su700 ups.status \"OL\"\nVAR su700 ups.status \"OB\"\n"));
    EXPECT_EQ(conversation, nullptr);
}

TEST(Requests, QuoteWhatNeedsIt) {
    EXPECT_EQ(command({"USERNAME", "admin"}).line, "USERNAME admin\n");
    EXPECT_EQ(command({"PASSWORD", "a b#c\"d\\e=f"}).line, "PASSWORD \"a b\\#c\\\"d\\\\e=f\"\n");
    EXPECT_EQ(command({"PASSWORD", ""}).line, "PASSWORD \"\"\n");
    EXPECT_EQ(set_var("u", "ups.id", "plain").line, "SET VAR u ups.id \"plain\"\n");
    EXPECT_EQ(list({"UPS"}).line, "LIST UPS\n");
    EXPECT_EQ(subscribe("u", {"a.b", "c."}).line, "SUBSCRIBE u a.b c.\n");
    EXPECT_EQ(get_tracking("ID").line, "GET TRACKING ID\n");
}

TEST(Requests, CannotSmuggleASecondLine) {
    EXPECT_EQ(command({"INSTCMD", "u", "load.off", "1\nFSD u"}).line,
              "INSTCMD u load.off \"1 FSD u\"\n");
}

TEST(ServerFailures, KnowTheTextsOfStockClients) {
    EXPECT_EQ(server_failure("UNKNOWN-COMMAND", "").text, "upsd is too old to support this query");
    EXPECT_EQ(server_failure("data-stale", "").server, ServerError::data_stale);
    EXPECT_EQ(server_failure("ALREADY-LOGGED-IN", "").server, ServerError::already_attached);
    EXPECT_EQ(server_failure("ALREADY-ATTACHED", "").server, ServerError::already_attached);
    EXPECT_EQ(server_failure("X", "ERR X y").line, "ERR X y");
    EXPECT_THAT(connect_failure(ECONNREFUSED).text,
                StartsWith("Connection failure: Connection refused"));
}

}  // namespace
}  // namespace ups::client
