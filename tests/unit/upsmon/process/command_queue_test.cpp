// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/command_queue.hpp"

#include "tests/unit/client/script_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ups::upsmon {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::chrono::seconds kLimit{20};

class CommandQueues : public testing::Test, protected client::ConnectionHandler {
  protected:
    void connect() {
        client::ConnectionOptions options;
        options.connect.server = {.host = "127.0.0.1", .port = server.port()};
        connection =
            std::make_unique<client::Connection>(client::Services{loop, resolver, tokenizer},
                                                 options, static_cast<ConnectionHandler&>(*this));
        run_until([this] { return connection->is_ready(); });
        queue.attach(*connection);
    }
    void on_lost(const client::Failure&) override {
        queue.detach("lost");
        connection.reset();
    }
    void push(UpsOrder order) {
        queue.push(std::move(order), [this](const Result<std::string>& outcome) {
            ends.push_back(outcome ? *outcome : "! " + outcome.error().text);
        });
    }
    void wait_for(std::size_t count) {
        run_until([&] { return ends.size() >= count; });
        ASSERT_EQ(ends.size(), count);
    }
    template <class Condition> void run_until(Condition condition) {
        const Instant end = clock.now() + kLimit;
        while (!condition() && clock.now() < end)
            loop.run_for(std::chrono::milliseconds(2));
    }

    SystemClock clock;
    Loop loop{clock};
    client::BlockingResolver resolver{loop};
    Tokenizer tokenizer{Charset::utf8};
    client::ScriptServer server{loop};
    CommandQueue queue{loop, "u"};
    std::unique_ptr<client::Connection> connection;
    std::vector<std::string> ends;
};

TEST_F(CommandQueues, FollowsACommandToItsEnd) {
    server.replies = {{"SET TRACKING ON", "OK\n"},
                      {"INSTCMD u beeper.mute", "OK TRACKING 77\n"},
                      {"GET TRACKING 77", "PENDING\n"}};
    connect();
    push({"beeper.mute"});
    run_until([this] { return server.received().size() == 3; });
    EXPECT_TRUE(ends.empty()) << "the driver has not said yet";
    server.replies["GET TRACKING 77"] = "SUCCESS\n";
    wait_for(1);
    EXPECT_THAT(ends, ElementsAre("beeper.mute"));
}

TEST_F(CommandQueues, TakesTheWordOfAServerThatCannotTrack) {
    server.replies = {{"INSTCMD u load.off.delay 30", "OK\n"}};
    connect();
    push({"load.off.delay", "30"});
    wait_for(1);
    EXPECT_THAT(ends, ElementsAre("load.off.delay"));
}

TEST_F(CommandQueues, KeepsTheOrderEvenIfANameIsLookedUp) {
    server.replies = {
        {"LIST VAR u", "BEGIN LIST VAR u\nVAR u outlet.group.3.name \"lab\"\nEND LIST VAR u\n"},
        {"INSTCMD u outlet.group.3.load.off", "OK\n"},
        {"INSTCMD u outlet.1.load.on", "OK\n"}};
    connect();
    push({.command = {}, .outlet{{plan::OutletKind::group, "Lab", plan::Position::off}}});
    push({.command = {}, .outlet{{plan::OutletKind::outlet, "kitchen", plan::Position::off}}});
    push({.command = {}, .outlet{{plan::OutletKind::outlet, "1", plan::Position::on}}});
    wait_for(3);
    EXPECT_THAT(ends,
                ElementsAre("outlet.group.3.load.off", HasSubstr("no outlet"), "outlet.1.load.on"));
}

TEST_F(CommandQueues, RefusalsOfServerAndDriverAreTold) {
    server.replies = {{"SET TRACKING ON", "OK\n"},
                      {"INSTCMD u a.b", "ERR ACCESS-DENIED\n"},
                      {"INSTCMD u c.d", "OK TRACKING 1\n"},
                      {"GET TRACKING 1", "ERR INSTCMD-FAILED\n"}};
    connect();
    push({"a.b"});
    push({"c.d"});
    wait_for(2);
    EXPECT_THAT(ends, ElementsAre("! a.b: Access denied", testing::StartsWith("! c.d: ")));
}

TEST_F(CommandQueues, WithoutAConnectionEverythingIsRefused) {
    push({"a.b"});
    EXPECT_THAT(ends, ElementsAre("! no connection to its server"));
    ends.clear();
    server.replies = {{"INSTCMD u a.b", "DROP"}};
    connect();
    push({"a.b"});
    push({"c.d"});
    wait_for(2);
    EXPECT_THAT(ends, ElementsAre("! lost", "! lost"));
}

TEST_F(CommandQueues, TooManyAreRefused) {
    server.replies = {{"SET TRACKING ON", ""}};
    connect();
    for (std::size_t i = 0; i < CommandQueue::kMaxWaiting; ++i)
        push({"a.b"});
    EXPECT_TRUE(ends.empty());
    push({"a.b"});
    EXPECT_THAT(ends, ElementsAre("! too many commands are waiting"));
}

}  // namespace
}  // namespace ups::upsmon
