// SPDX-License-Identifier: Apache-2.0
#include "lib/client/connection.hpp"

#include "tests/unit/client/script_server.hpp"
#include "tests/unit/tls/test_certificates.hpp"

#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>

namespace ups::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::chrono::seconds kLimit{20};

class Connections : public testing::Test, protected ConnectionHandler {
  protected:
    void open(ScriptServer& server, ConnectionOptions options = {}) {
        options.connect.server = {.host = "127.0.0.1", .port = server.port()};
        open(std::move(options));
    }
    void open(ConnectionOptions options) {
        connection =
            std::make_unique<Connection>(Services{loop, resolver, tokenizer}, std::move(options),
                                         static_cast<ConnectionHandler&>(*this));
    }
    Connection::ReplyHandler note() {
        return [this](const Answer<Reply>& answer) {
            answers.push_back(answer ? std::string(answer->word()) : answer.error().text);
        };
    }
    void on_ready() override {
        ready = true;
        if (when_ready) when_ready();
    }
    void on_event(const Event& event) override { events.emplace_back(event.value); }
    void on_lost(const Failure& failure) override {
        lost = failure;
        if (forget_when_lost) connection.reset();
    }

    SystemClock clock;
    Loop loop{clock};
    BlockingResolver resolver{loop};
    Tokenizer tokenizer{Charset::utf8};
    std::unique_ptr<Connection> connection;
    std::vector<std::string> answers;
    std::vector<std::string> events;
    std::optional<Failure> lost;
    std::function<void()> when_ready;
    bool ready = false;
    bool forget_when_lost = true;
};

/// The loop is turned until `what` holds.
#define RUN_UNTIL(what)                                                                            \
    do {                                                                                           \
        const Instant ups_end = clock.now() + kLimit;                                              \
        while (!(what)) {                                                                          \
            ASSERT_LT(clock.now(), ups_end) << "waiting for " #what;                               \
            loop.run_for(std::chrono::milliseconds(2));                                            \
        }                                                                                          \
    } while (false)

TEST_F(Connections, AnswersComeInOrderAndTravelTogether) {
    ScriptServer server(loop);
    server.replies = {{"GET VAR u a.b", "VAR u a.b \"1\"\n"},
                      {"GET VAR u c.d", "VAR u c.d \"2\"\n"}};
    open(server);
    connection->ask(get({"VAR", "u", "a.b"}), note());  // before it is ready
    connection->ask(get({"VAR", "u", "c.d"}), note());
    RUN_UNTIL(answers.size() == 2);
    EXPECT_THAT(answers, ElementsAre("1", "2"));
    EXPECT_TRUE(ready);
    EXPECT_TRUE(connection->peer().loopback);
    EXPECT_EQ(connection->tls_description(), "");
    EXPECT_THAT(server.received(), ElementsAre("GET VAR u a.b", "GET VAR u c.d"));
}

TEST_F(Connections, RefusalLeavesTheConnectionInUse) {
    ScriptServer server(loop);
    server.replies = {{"GET VAR u a.b", "ERR DATA-STALE\n"}, {"VER", "me\n"}};
    open(server);
    connection->ask(get({"VAR", "u", "a.b"}), note());
    connection->ask(identify("VER"), note());
    RUN_UNTIL(answers.size() == 2);
    EXPECT_THAT(answers, ElementsAre("Data stale", "me"));
    EXPECT_FALSE(lost);
}

TEST_F(Connections, EventsReachTheHandler) {
    ScriptServer server(loop);
    server.replies = {
        {"SUBSCRIBE u", "BEGIN SUBSCRIBE u\nEND SUBSCRIBE u\nEVENT VAR u a.b \"9\"\n"}};
    open(server);
    connection->ask(subscribe("u", {}), note());
    RUN_UNTIL(events.size() == 1);
    EXPECT_THAT(events, ElementsAre("9"));
}

TEST_F(Connections, EveryWaitingRequestHearsOfTheEnd) {
    ScriptServer server(loop);
    server.replies = {{"GET VAR u a.b", "DROP"}};
    open(server);
    for (int i = 0; i < 3; ++i)
        connection->ask(get({"VAR", "u", "a.b"}), note());
    RUN_UNTIL(lost);
    EXPECT_EQ(lost->kind, FailureKind::disconnected);
    EXPECT_THAT(answers,
                ElementsAre("Server disconnected", "Server disconnected", "Server disconnected"));
}

TEST_F(Connections, GarbageEndsTheConnection) {
    ScriptServer server(loop);
    server.replies = {{"VER", "x\nHTTP/1.1 400 Bad Request\n"}};
    open(server);
    connection->ask(identify("VER"), note());
    RUN_UNTIL(lost);
    EXPECT_EQ(lost->kind, FailureKind::protocol);
    EXPECT_THAT(answers, ElementsAre("x"));
}

TEST_F(Connections, RequestBehindTheEndFails) {
    ScriptServer server(loop);
    forget_when_lost = false;
    server.replies = {{"VER", "DROP"}};
    open(server);
    connection->ask(identify("VER"), note());
    RUN_UNTIL(lost);
    connection->ask(identify("VER"), note());
    RUN_UNTIL(answers.size() == 2);
    EXPECT_EQ(answers.back(), "Server disconnected");
    connection.reset();
}

TEST_F(Connections, SilentServerIsGivenUp) {
    ScriptServer server(loop);
    server.replies = {{"VER", ""}};
    open(server, {.connect = {}, .reply_timeout = std::chrono::milliseconds(30)});
    connection->ask(identify("VER"), note());
    RUN_UNTIL(lost);
    EXPECT_EQ(lost->kind, FailureKind::timeout);
    EXPECT_THAT(answers, ElementsAre("Server does not answer"));
}

TEST_F(Connections, IdleConnectionIsNotGivenUp) {
    ScriptServer server(loop);
    server.replies = {{"VER", "me\n"}};
    open(server, {.connect = {}, .reply_timeout = std::chrono::milliseconds(30)});
    connection->ask(identify("VER"), note());
    RUN_UNTIL(answers.size() == 1);
    loop.run_for(std::chrono::milliseconds(60));
    EXPECT_FALSE(lost);
}

TEST_F(Connections, LogOutEndsWithTheServersAnswer) {
    ScriptServer server(loop);
    server.replies = {{"LOGOUT", "OK Goodbye\n"}};
    open(server);
    connection->log_out();
    RUN_UNTIL(lost);
    EXPECT_EQ(lost->text, "Logged out");
    EXPECT_THAT(server.received(), ElementsAre("LOGOUT"));
}

TEST_F(Connections, TooManyRequestsEndIt) {
    ScriptServer server(loop);
    server.replies = {{"VER", ""}};
    open(server);
    for (std::size_t i = 0; i <= Conversation::kMaxWaiting; ++i)
        connection->ask(identify("VER"), note());
    RUN_UNTIL(lost);
    EXPECT_EQ(lost->kind, FailureKind::overload);
    EXPECT_EQ(answers.size(), Conversation::kMaxWaiting + 1);
}

TEST_F(Connections, NobodyListening) {
    ScriptServer server(loop);
    server.close();
    open(server);
    connection->ask(identify("VER"), note());
    RUN_UNTIL(lost);
    EXPECT_EQ(lost->kind, FailureKind::connect);
    EXPECT_THAT(answers, ElementsAre("Connection failure: Connection refused"));
}

TEST_F(Connections, SecondAddressOfANameIsTried) {
    // "localhost" is ::1 and 127.0.0.1 where IPv6 is on; the server has only the latter.
    ScriptServer server(loop);
    server.replies = {{"VER", "me\n"}};
    open({.connect = {.server = {.host = "localhost", .port = server.port()}}});
    connection->ask(identify("VER"), note());
    RUN_UNTIL(!answers.empty());
    EXPECT_THAT(answers, ElementsAre("me"));
}

TEST_F(Connections, UnknownHost) {
    open({.connect = {.server = {.host = "a..b", .port = 1}}});
    RUN_UNTIL(lost);
    EXPECT_EQ(lost->kind, FailureKind::no_such_host);
    EXPECT_EQ(lost->text, "No such host");
}

TEST_F(Connections, MissingUnixSocket) {
    open({.connect = {.server = {.host = "/nonexistent/upsd.sock", .port = 0}}});
    RUN_UNTIL(lost);
    EXPECT_EQ(lost->text, "Connection failure: No such file or directory");
}

TEST_F(Connections, MayBeDestroyedWhileConnecting) {
    ScriptServer server(loop);
    open(server);
    connection->ask(identify("VER"), note());
    connection.reset();
    loop.run_for(std::chrono::milliseconds(10));
    EXPECT_THAT(answers, IsEmpty());
}

TEST_F(Connections, MayBeDestroyedFromOnReady) {
    ScriptServer server(loop);
    when_ready = [this] { connection.reset(); };
    open(server);
    connection->ask(identify("VER"), note());
    RUN_UNTIL(ready);
    loop.run_for(std::chrono::milliseconds(10));
    EXPECT_THAT(answers, IsEmpty());
}

TEST_F(Connections, ConnectIsLimitedInTime) {
    // Listens, but never answers STARTTLS.
    ScriptServer server(loop);
    server.replies = {{"STARTTLS", ""}};
    auto context = tls::TlsContext::client({.verify = tls::Verify::off}, clock.wall());
    open(server, {.connect = {.tls = TlsMode::attempt,
                              .context = *context,
                              .timeout = std::chrono::milliseconds(30)}});
    RUN_UNTIL(lost);
    EXPECT_EQ(lost->kind, FailureKind::timeout);
    EXPECT_EQ(lost->text, "Connection failure: Connection timed out");
}

class TlsConnections : public Connections {
  protected:
    tls::TlsContextPtr server_side() {
        auto context =
            tls::TlsContext::server({.certificate_file = folder.write(
                                         "server.pem", server_pair.certificate + server_pair.key)},
                                    clock.wall());
        EXPECT_TRUE(context);
        return *context;
    }
    ConnectionOptions options(TlsMode mode, tls::Verify verify = tls::Verify::on) {
        auto context = tls::TlsContext::client(
            {.verify = verify, .ca_file = folder.write("ca.pem", authority.certificate)},
            clock.wall());
        EXPECT_TRUE(context);
        return {.connect = {.tls = mode, .context = *context, .certificate_name = {}}};
    }

    tls::TempFolder folder;
    tls::PemPair authority =
        tls::make_certificate({.common_name = "CA", .alt_names = "", .is_authority = true});
    tls::PemPair server_pair = tls::make_certificate({}, &authority);
};

TEST_F(TlsConnections, StartTlsEncryptsWhatFollows) {
    ScriptServer server(loop, server_side());
    server.replies = {{"VER", "me\n"}};
    open(server, options(TlsMode::require));
    connection->ask(identify("VER"), note());
    RUN_UNTIL(!answers.empty());
    EXPECT_THAT(answers, ElementsAre("me"));
    EXPECT_THAT(connection->tls_description(), HasSubstr("TLSv1.3"));
    EXPECT_THAT(server.received(), ElementsAre("STARTTLS", "VER"));
}

TEST_F(TlsConnections, DirectStartHasNoClearText) {
    ScriptServer server(loop, server_side(), ScriptServer::Start::tls);
    server.replies = {{"VER", "me\n"}};
    open(server, options(TlsMode::direct));
    connection->ask(identify("VER"), note());
    RUN_UNTIL(!answers.empty());
    EXPECT_THAT(server.received(), ElementsAre("VER"));
}

TEST_F(TlsConnections, AutomaticMeansClearOnLoopback) {
    ScriptServer server(loop, server_side());
    server.replies = {{"VER", "me\n"}};
    open(server, options(TlsMode::automatic));
    connection->ask(identify("VER"), note());
    RUN_UNTIL(!answers.empty());
    EXPECT_THAT(server.received(), ElementsAre("VER"));
}

TEST_F(TlsConnections, AttemptGoesOnInClearWhereTlsIsNotOffered) {
    ScriptServer server(loop);
    server.replies = {{"STARTTLS", "ERR FEATURE-NOT-CONFIGURED\n"}, {"VER", "me\n"}};
    open(server, options(TlsMode::attempt));
    connection->ask(identify("VER"), note());
    RUN_UNTIL(!answers.empty());
    EXPECT_THAT(answers, ElementsAre("me"));
}

TEST_F(TlsConnections, RequireFailsWhereTlsIsNotOffered) {
    ScriptServer server(loop);
    server.replies = {{"STARTTLS", "ERR FEATURE-NOT-CONFIGURED\n"}};
    open(server, options(TlsMode::require));
    connection->ask(command({"PASSWORD", "secret"}), note());
    RUN_UNTIL(lost);
    EXPECT_EQ(lost->kind, FailureKind::tls);
    EXPECT_THAT(lost->text, HasSubstr("does not offer it"));
    EXPECT_THAT(server.received(), ElementsAre("STARTTLS"));
}

TEST_F(TlsConnections, ClearTextBehindTheAnswerIsAnAttack) {
    ScriptServer server(loop);
    server.replies = {{"STARTTLS", "OK STARTTLS\nVAR su700 ups.status \"OL\"\n"}};
    open(server, options(TlsMode::require));
    connection->ask(get({"VAR", "su700", "ups.status"}), note());
    RUN_UNTIL(lost);
    EXPECT_EQ(lost->kind, FailureKind::protocol);
    EXPECT_THAT(answers, ElementsAre("Protocol error"));
}

TEST_F(TlsConnections, WrongNameFailsBeforeAnythingIsSaid) {
    ScriptServer server(loop, server_side());
    ConnectionOptions wrong = options(TlsMode::require);
    wrong.connect.certificate_name = "power.example";
    open(server, wrong);
    connection->ask(command({"PASSWORD", "secret"}), note());
    RUN_UNTIL(lost);
    EXPECT_EQ(lost->kind, FailureKind::tls);
    EXPECT_THAT(lost->text, HasSubstr("certificate is refused"));
    EXPECT_THAT(server.received(), ElementsAre("STARTTLS"));
}

TEST_F(TlsConnections, AnyNameWillDoWithoutVerification) {
    ScriptServer server(loop, server_side());
    server.replies = {{"VER", "me\n"}};
    ConnectionOptions any = options(TlsMode::require, tls::Verify::off);
    any.connect.certificate_name = "power.example";
    open(server, any);
    connection->ask(identify("VER"), note());
    RUN_UNTIL(!answers.empty());
    EXPECT_THAT(answers, ElementsAre("me"));
}

}  // namespace
}  // namespace ups::client
