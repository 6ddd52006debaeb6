// SPDX-License-Identifier: Apache-2.0
#include "lib/client/watch.hpp"

#include "tests/unit/client/script_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ups::client {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::chrono::seconds kWatchLimit{20};

class Watches : public testing::Test, protected ConnectionHandler, protected WatchHandler {
  protected:
    void start(std::vector<std::string> filters = {}) {
        watch = std::make_unique<Watch>(
            loop, WatchOptions{.ups = "u", .filters = std::move(filters), .poll = poll},
            static_cast<WatchHandler&>(*this));
        reconnect();
    }
    void reconnect() {
        ConnectionOptions options;
        options.connect.server = {.host = "127.0.0.1", .port = server.port()};
        connection = std::make_unique<Connection>(Services{loop, resolver, tokenizer}, options,
                                                  static_cast<ConnectionHandler&>(*this));
    }
    void wait_for(const std::vector<std::string>& expected) {
        const Instant end = clock.now() + kWatchLimit;
        while (log.size() < expected.size() && clock.now() < end)
            loop.run_for(std::chrono::milliseconds(2));
        EXPECT_EQ(log, expected);
        log.clear();
    }
    void on_ready() override { watch->attach(*connection); }
    void on_event(const Event& event) override { watch->on_event(event); }
    void on_lost(const Failure&) override {
        watch->detach();
        connection.reset();
        log.emplace_back("lost");
    }
    void on_value(std::string_view name, std::string_view value) override {
        log.push_back(std::string(name) + "=" + std::string(value));
    }
    void on_removed(std::string_view name) override { log.push_back("-" + std::string(name)); }
    void on_trouble(const Failure& why) override { log.push_back("! " + why.text); }
    void on_good() override { log.emplace_back("good"); }

    Duration poll = std::chrono::milliseconds(5);
    SystemClock clock;
    Loop loop{clock};
    BlockingResolver resolver{loop};
    Tokenizer tokenizer{Charset::utf8};
    ScriptServer server{loop};
    std::unique_ptr<Watch> watch;
    std::unique_ptr<Connection> connection;
    std::vector<std::string> log;
};

TEST_F(Watches, SnapshotComesFirstAndThenWhatIsPushed) {
    server.replies = {
        {"SUBSCRIBE u", "BEGIN SUBSCRIBE u\nVAR u a.b \"1\"\nVAR u c.d \"2\"\nEND SUBSCRIBE u\n"}};
    start();
    wait_for({"a.b=1", "c.d=2", "good"});
    EXPECT_TRUE(watch->is_pushed());
    server.push("EVENT VAR u a.b \"9\"\nEVENT VAR u a.b \"9\"\nEVENT VAR other a.b \"7\"\nEVENT "
                "DELVAR u c.d\n"
                "EVENT VAR u e.f \"\"\n");
    wait_for({"a.b=9", "-c.d", "e.f="});
}

TEST_F(Watches, StaleAndFreshAreToldOnce) {
    server.replies = {{"SUBSCRIBE u", "BEGIN SUBSCRIBE u\nVAR u a.b \"1\"\nEND SUBSCRIBE u\n"}};
    start();
    wait_for({"a.b=1", "good"});
    server.push("EVENT STALE u\nEVENT STALE u\nEVENT FRESH u\nEVENT FRESH u\n");
    wait_for({"! Data stale", "good"});
}

TEST_F(Watches, UpsThatGoesAwayIsSubscribedAgainWhenItIsBack) {
    server.replies = {{"SUBSCRIBE u", "BEGIN SUBSCRIBE u\nVAR u a.b \"1\"\nEND SUBSCRIBE u\n"}};
    start();
    wait_for({"a.b=1", "good"});
    server.replies["SUBSCRIBE u"] = "BEGIN SUBSCRIBE u\nVAR u a.b \"2\"\nEND SUBSCRIBE u\n";
    server.push("EVENT GONE u\n");
    wait_for({"! Unknown UPS", "a.b=2", "good"});
}

TEST_F(Watches, WholeNewSnapshotReplacesWhatWasKnown) {
    server.replies = {
        {"SUBSCRIBE u", "BEGIN SUBSCRIBE u\nVAR u a.b \"1\"\nVAR u c.d \"1\"\nEND SUBSCRIBE u\n"}};
    start();
    wait_for({"a.b=1", "c.d=1", "good"});
    server.push("BEGIN SUBSCRIBE u\nVAR u c.d \"2\"\nEND SUBSCRIBE u\n");
    wait_for({"-a.b", "c.d=2"});
}

TEST_F(Watches, ServerWithoutDataForgetsNothing) {
    server.replies = {
        {"SUBSCRIBE u", "BEGIN SUBSCRIBE u\nVAR u a.b \"1\"\nVAR u c.d \"2\"\nEND SUBSCRIBE u\n"}};
    start();
    wait_for({"a.b=1", "c.d=2", "good"});
    server.drop();
    wait_for({"lost"});
    // Restarted, its driver not there yet.
    server.replies["SUBSCRIBE u"] = "BEGIN SUBSCRIBE u\nEND SUBSCRIBE u\nEVENT STALE u\n";
    reconnect();
    wait_for({"! Data stale"});
    server.push("EVENT VAR u a.b \"1\"\nEVENT VAR u e.f \"3\"\nEVENT FRESH u\n");
    wait_for({"e.f=3", "-c.d", "good"});
}

TEST_F(Watches, DriverThatIsAwayIsWaitedFor) {
    server.replies = {{"SUBSCRIBE u", "ERR DRIVER-NOT-CONNECTED\n"}};
    start();
    wait_for({"! Driver not connected"});
    server.replies["SUBSCRIBE u"] = "BEGIN SUBSCRIBE u\nVAR u a.b \"1\"\nEND SUBSCRIBE u\n";
    wait_for({"a.b=1", "good"});
    EXPECT_TRUE(watch->is_pushed());
}

TEST_F(Watches, PollingGivesOnlyChangesToo) {
    server.replies = {
        {"LIST VAR u", "BEGIN LIST VAR u\nVAR u a.b \"1\"\nVAR u c.d \"2\"\nEND LIST VAR u\n"}};
    start();
    wait_for({"a.b=1", "c.d=2", "good"});
    EXPECT_FALSE(watch->is_pushed());
    server.replies["LIST VAR u"] = "BEGIN LIST VAR u\nVAR u a.b \"3\"\nEND LIST VAR u\n";
    wait_for({"-c.d", "a.b=3"});
    server.replies["LIST VAR u"] = "ERR DATA-STALE\n";
    wait_for({"! Data stale"});
    server.replies["LIST VAR u"] = "BEGIN LIST VAR u\nVAR u a.b \"4\"\nEND LIST VAR u\n";
    wait_for({"a.b=4", "good"});
}

TEST_F(Watches, PollingASingleVariableAsksForNothingElse) {
    server.replies = {{"GET VAR u ups.status", "VAR u ups.status \"OL\"\n"}};
    start({"ups.status"});
    wait_for({"ups.status=OL", "good"});
    EXPECT_THAT(server.received(), testing::Contains("GET VAR u ups.status"));
    EXPECT_THAT(server.received(), testing::Not(testing::Contains("LIST VAR u")));
}

TEST_F(Watches, PollingKeepsToTheFilters) {
    server.replies = {{"LIST VAR u",
                       "BEGIN LIST VAR u\nVAR u battery.charge \"1\"\nVAR u batteryx \"1\"\n"
                       "VAR u input.voltage \"2\"\nVAR u ups.status \"OL\"\nEND LIST VAR u\n"}};
    start({"Battery.", "UPS.status"});
    wait_for({"battery.charge=1", "ups.status=OL", "good"});
}

TEST_F(Watches, RefreshAsksAtOnceAndAlwaysAnswers) {
    server.replies = {{"LIST VAR u", "BEGIN LIST VAR u\nVAR u a.b \"1\"\nEND LIST VAR u\n"}};
    poll = std::chrono::hours(1);
    start();
    wait_for({"a.b=1", "good"});
    watch->refresh();
    wait_for({"good"});
    server.replies["LIST VAR u"] = "ERR DATA-STALE\n";
    for (int i = 0; i < 2; ++i) {
        watch->refresh();
        wait_for({"! Data stale"});
    }
}

TEST_F(Watches, ReconnectReportsOnlyWhatChangedMeanwhile) {
    server.replies = {
        {"SUBSCRIBE u", "BEGIN SUBSCRIBE u\nVAR u a.b \"1\"\nVAR u c.d \"2\"\nEND SUBSCRIBE u\n"}};
    start();
    wait_for({"a.b=1", "c.d=2", "good"});
    server.drop();
    wait_for({"lost"});
    server.replies["SUBSCRIBE u"] =
        "BEGIN SUBSCRIBE u\nVAR u a.b \"1\"\nVAR u c.d \"5\"\nEND SUBSCRIBE u\n";
    reconnect();
    wait_for({"c.d=5", "good"});
}

TEST_F(Watches, UnreadableAnswerIsTroubleAndIsTriedAgain) {
    server.replies = {{"SUBSCRIBE u", "BEGIN SUBSCRIBE u\nVAR u a.b \"#\"\nEND SUBSCRIBE u\n"}};
    start();
    wait_for({"! Protocol error"});
    server.replies["SUBSCRIBE u"] = "BEGIN SUBSCRIBE u\nVAR u a.b \"\\#\"\nEND SUBSCRIBE u\n";
    wait_for({"a.b=#", "good"});
}

TEST_F(Watches, NothingIsReportedAfterDetach) {
    server.replies = {{"SUBSCRIBE u", "BEGIN SUBSCRIBE u\nVAR u a.b \"1\"\nEND SUBSCRIBE u\n"}};
    start();
    while (server.received().empty())
        loop.run_for(std::chrono::milliseconds(1));
    log.clear();
    watch->detach();
    loop.run_for(std::chrono::milliseconds(10));
    EXPECT_THAT(log, IsEmpty());
}

}  // namespace
}  // namespace ups::client
