// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/session.hpp"

#include "tests/support/splits.hpp"
#include "tests/unit/upsd/engine_world.hpp"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <string>

namespace ups::upsd::testing {
namespace {

struct SessionTest : ::testing::Test {
    SessionTest() {
        world.driver("alpha").say("SETINFO ups.status \"OL\"\nSETINFO ups.id \"x\"\n"
                                  "SETFLAGS ups.id RW STRING\nADDCMD load.off\nDATAOK\nDUMPDONE\n");
        world.users.users["admin"] = {"pw", {"set", "instcmd", "attach", "fsd"}};
    }
    World world{settings_with({"alpha", "beta"})};
};

TEST_F(SessionTest, AnswersTheSameHoweverTheBytesArrive) {
    constexpr std::string_view kInput = "VER\r\n\nGET VAR alpha \"ups.status\"\nGET VAR alpha \\\n"
                                        "ups.id\nFOO \"a#b\nLIST VAR alpha # x\nLOGIN alpha\n"
                                        "GET VAR \"al\npha\" ups.status\nPROTVER";
    std::string whole;
    test::for_every_split(kInput, [&](const test::Chunks& chunks) {
        FakeClient& client = world.client();
        for (const std::string_view chunk : chunks)
            client.send(chunk);
        if (whole.empty()) whole = client.received;
        EXPECT_EQ(client.received, whole);
        world.clients.clear();
    });
    EXPECT_TRUE(whole.ends_with("ERR USERNAME-REQUIRED\nVAR alpha ups.status \"OL\"\n")) << whole;
}

TEST_F(SessionTest, KeepsNothingOfALineWithoutEnd) {
    FakeClient& client = world.client();
    const std::string chunk(10000, 'x');
    for (int i = 0; i < 20; ++i)
        client.send(chunk);
    EXPECT_EQ(client.received, "ERR INVALID-ARGUMENT\n");
    client.send("rest\nPROTVER\n");
    EXPECT_EQ(client.received, "ERR INVALID-ARGUMENT\n1.3\n");
}

TEST_F(SessionTest, RefusesAnOverlongLineThatArrivesWhole) {
    FakeClient& client = world.client();
    client.send(std::string(kMaxLine + 10, 'x') + "\nPROTVER\n");
    EXPECT_EQ(client.received, "ERR INVALID-ARGUMENT\n1.3\n");
}

TEST_F(SessionTest, MakesNoMoreOutputAtOnceThanItsBound) {
    struct Host final : SessionHost {
        void on_ready(Session&) override {}
        void on_events(Session&) override {}
        void on_notice(Session&, std::string_view) override {}
    } host;
    Session session(world.engine, host, {.host = "::1", .loopback = true}, Security::clear);
    constexpr std::size_t kRequests = 5000;
    std::string input;
    for (std::size_t i = 0; i < kRequests; ++i)
        input += "LIST VAR alpha\n";
    std::string out;
    session.on_input(input, out);
    std::size_t answers = 0;
    for (;;) {
        EXPECT_LE(out.size(), Session::kMostOutput + 200);
        for (std::size_t at = 0; (at = out.find("END LIST", at)) != std::string::npos; ++at)
            ++answers;
        if (!session.has_backlog()) break;
        out.clear();
        session.resume(out);
    }
    EXPECT_EQ(answers, kRequests);
}

TEST_F(SessionTest, TellsOnceWhereARepeatedRequestLooks) {
    struct Host final : SessionHost {
        void on_ready(Session&) override {}
        void on_events(Session&) override {}
        void on_notice(Session&, std::string_view) override {}
        void on_habit(Session&, std::span<const void* const> at) override {
            told.emplace_back(at.begin(), at.end());
        }
        std::vector<std::vector<const void*>> told;
    } host;
    Session session(world.engine, host, {.host = "::1", .loopback = true}, Security::clear);
    std::string out;
    session.on_input("GET VAR alpha ups.id\n", out);
    EXPECT_TRUE(host.told.empty());
    for (int i = 0; i < 3; ++i)
        session.on_input("GET VAR alpha ups.id\n", out);
    ASSERT_EQ(host.told.size(), 1U);
    EXPECT_EQ(host.told[0].size(), 4U);
    EXPECT_EQ(std::ranges::count(host.told[0], nullptr), 0);
    for (int i = 0; i < 3; ++i)
        session.on_input("GET VAR alpha ups.status\nLIST UPS\n", out);
    EXPECT_GE(host.told.size(), 2U);
    EXPECT_EQ(host.told.back()[1], host.told[0][1]);  // the same UPS
    EXPECT_NE(host.told.back()[2], host.told[0][2]);  // another variable
    // A variable that went away is looked for nowhere.
    const std::size_t before = host.told.size();
    world.driver("alpha").say("DELINFO ups.id\n");
    session.on_input("GET VAR alpha ups.id\nGET VAR alpha ups.id\n", out);
    EXPECT_EQ(host.told.size(), before);
}

TEST_F(SessionTest, LeavesNoQuestionBehindWhenItEnds) {
    world.users.slow = true;
    FakeClient& client = world.client();
    client.send("USERNAME admin\nPASSWORD pw\nLOGIN alpha\n");
    EXPECT_EQ(world.users.waiting(), 1U);
    world.clients.clear();
    EXPECT_EQ(world.users.waiting(), 0U);
}

TEST_F(SessionTest, LeavesNoLoginAndNoSubscriptionBehindWhenItEnds) {
    FakeClient& client = world.client();
    client.send("USERNAME admin\nPASSWORD pw\nLOGIN alpha\nSUBSCRIBE alpha\nSUBSCRIBE beta\n");
    const Ups& alpha = *world.engine.registry().find("alpha");
    EXPECT_EQ(alpha.attached.size(), 1U);
    EXPECT_EQ(alpha.subscriptions.size(), 1U);
    EXPECT_NE(alpha.state.changes(), nullptr);
    world.clients.clear();
    EXPECT_TRUE(alpha.attached.empty());
    EXPECT_TRUE(alpha.subscriptions.empty());
    EXPECT_EQ(alpha.state.changes(), nullptr);
}

TEST_F(SessionTest, ForgetsWhatLinesMeantWhenTheUpsesChange) {
    FakeClient& client = world.client();
    constexpr std::string_view kLines = "GET UPSDESC beta\nGET UPSDESC gamma\nget upsdesc BETA\n";
    client.send(kLines);
    client.send(kLines);
    const std::string before = "UPSDESC beta \"Unavailable\"\nERR UNKNOWN-UPS\n"
                               "UPSDESC BETA \"Unavailable\"\n";
    EXPECT_EQ(client.received, before + before);
    const auto change = world.engine.apply(settings_with({"alpha", "gamma"}));
    EXPECT_EQ(change.removed.size(), 1U);
    client.received.clear();
    client.send(kLines);
    EXPECT_EQ(client.received, "ERR UNKNOWN-UPS\nUPSDESC gamma \"Unavailable\"\nERR UNKNOWN-UPS\n");
}

TEST_F(SessionTest, AnswersTheSameLineWithWhatItMeansNow) {
    constexpr std::string_view kLine = "GET VAR alpha ups.id\n";
    FakeClient& client = world.client();
    FakeDriver& driver = *world.drivers.at("alpha");
    const auto answer = [&] {
        client.received.clear();
        client.send(kLine);
        return client.received;
    };
    EXPECT_EQ(answer(), "VAR alpha ups.id \"x\"\n");
    driver.say("SETINFO ups.id y\n");
    EXPECT_EQ(answer(), "VAR alpha ups.id \"y\"\n");
    // Another variable takes its number.
    driver.say("DELINFO ups.id\nSETINFO ups.alarm z\n");
    EXPECT_EQ(answer(), "ERR VAR-NOT-SUPPORTED\n");
    driver.say("SETINFO ups.id y\n");
    EXPECT_EQ(answer(), "VAR alpha ups.id \"y\"\n");
    driver.say("DATASTALE\n");
    EXPECT_EQ(answer(), "ERR DATA-STALE\n");
    driver.say("DATAOK\n");
    EXPECT_EQ(answer(), "VAR alpha ups.id \"y\"\n");
    world.drivers.erase("alpha");
    EXPECT_EQ(answer(), "ERR DRIVER-NOT-CONNECTED\n");
}

TEST_F(SessionTest, AsksWhoWantsToKnowHoweverOftenTheLineCame) {
    constexpr std::string_view kLine = "GET VAR alpha ups.id\n";
    FakeClient& client = world.client();
    FakeClient& remote = world.client("192.0.2.1");
    client.send(kLine);
    client.send(kLine);
    client.received.clear();
    remote.send(kLine);
    EXPECT_EQ(remote.received, "ERR TLS-NOT-ENABLED\n");
    Settings settings = settings_with({"alpha", "beta"});
    settings.reads = Reads::authenticated;
    (void)world.engine.apply(settings);
    world.users.users["admin"].rights.insert("read");
    FakeClient& user = world.client();
    user.send("USERNAME admin\nPASSWORD pw\n");
    user.received.clear();
    user.send(kLine);
    user.send(kLine);
    EXPECT_EQ(user.received, "VAR alpha ups.id \"x\"\nVAR alpha ups.id \"x\"\n");
    client.send(kLine);
    EXPECT_EQ(client.received, "ERR USERNAME-REQUIRED\n");
}

TEST_F(SessionTest, KnowsNearlyAllLinesOfAThousandMonitors) {
    constexpr int kMonitors = 1000;
    FakeClient& client = world.client();
    const auto line = [](int monitor) {
        return "GET VAR ups" + std::to_string(monitor) + " ups.status\n";
    };
    for (int i = 0; i < kMonitors; ++i)
        client.send(line(i));
    int known = 0;
    for (int i = 0; i < kMonitors; ++i)
        if (world.engine.requests().find(line(i)) != nullptr) ++known;
    EXPECT_GE(known, kMonitors * 95 / 100);
}

TEST_F(SessionTest, KeepsNoLineThatMayHoldASecret) {
    FakeClient& client = world.client();
    client.send("USERNAME admin\nPASSWORD pw\nSET VAR alpha ups.id y\nGET VAR alpha ups.id\n");
    RequestCache& known = world.engine.requests();
    EXPECT_EQ(known.find("PASSWORD pw\n"), nullptr);
    EXPECT_EQ(known.find("SET VAR alpha ups.id y\n"), nullptr);
    EXPECT_EQ(known.find("GET VAR alpha ups.id"), nullptr);
    const RequestCache::Known* const found = known.find("GET VAR alpha ups.id\nGET");
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->size, 21U);
    EXPECT_EQ(found->request.word, "VAR");
    EXPECT_TRUE(std::ranges::equal(found->request.args, std::array{"alpha", "ups.id"}));
    EXPECT_EQ(found->request.named, world.engine.registry().find("alpha"));
}

TEST_F(SessionTest, KeepsNoLineOfMoreWordsThanItHasRoomFor) {
    std::string line = "GET VAR alpha ups.id";
    while (line.size() + 2 < RequestCache::kLongest)
        line += " y";
    line += '\n';
    FakeClient& client = world.client();
    client.send(line);
    client.send(line);
    EXPECT_EQ(client.received, "VAR alpha ups.id \"x\"\nVAR alpha ups.id \"x\"\n");
    EXPECT_EQ(world.engine.requests().find(line), nullptr);
}

TEST_F(SessionTest, DoesNothingWithAWordThatWasCut) {
    FakeClient& client = world.client();
    const std::string longest(kMaxWord, 'x');
    client.send("USERNAME " + longest + "y\nPASSWORD " + longest + "y\n");
    EXPECT_EQ(client.received, "ERR INVALID-USERNAME\nERR INVALID-PASSWORD\n");
    client.send("USERNAME admin\nPASSWORD pw\n");
    client.received.clear();
    FakeDriver& driver = *world.drivers.at("alpha");
    driver.heard.clear();
    client.send("INSTCMD alpha load.off " + longest + "y\n");
    std::string many = "INSTCMD alpha load.off";
    for (std::size_t i = 0; i < kMaxWords; ++i)
        many += " x";
    client.send(many + "\nSET VAR alpha ups.id " + longest + "y\n");
    EXPECT_EQ(client.received, "ERR INVALID-ARGUMENT\nERR INVALID-ARGUMENT\nERR TOO-LONG\n");
    EXPECT_EQ(driver.heard, "");
}

TEST_F(SessionTest, TracksNothingThatDidNotReachTheDriver) {
    FakeClient& client = world.client();
    client.send("USERNAME admin\nPASSWORD pw\nSET TRACKING ON\n");
    world.drivers.at("alpha")->broken = true;
    client.received.clear();
    client.send("SET VAR alpha ups.id y\nINSTCMD alpha load.off\n");
    EXPECT_EQ(client.received, "ERR SET-FAILED\nERR INSTCMD-FAILED\n");
    EXPECT_EQ(world.engine.tracking().size(), 0U);
}

TEST_F(SessionTest, AsksAgainWhoMayReadAfterAReload) {
    Settings settings = settings_with({"alpha", "beta"});
    settings.reads = Reads::authenticated;
    (void)world.engine.apply(settings);
    auto& rights = world.users.users["admin"].rights;
    rights.insert("read");
    FakeClient& client = world.client();
    client.send("USERNAME admin\nPASSWORD pw\nGET UPSDESC alpha\n");
    EXPECT_EQ(client.received, "OK\nOK\nUPSDESC alpha \"Unavailable\"\n");
    rights.erase("read");
    (void)world.engine.apply(settings);
    client.received.clear();
    client.send("GET UPSDESC alpha\n");
    EXPECT_EQ(client.received, "ERR ACCESS-DENIED\n");
}

TEST_F(SessionTest, ShowsNoHalfDumpToASlowSubscriber) {
    FakeClient& client = world.client();
    client.send("SUBSCRIBE alpha\n");
    client.blocked = true;
    world.drivers.erase("alpha");
    FakeDriver& driver = world.driver("alpha");
    driver.say("SETINFO ups.status \"OL\"\n");
    client.received.clear();
    client.blocked = false;
    client.work();
    EXPECT_EQ(client.received, "");
    driver.say("SETINFO ups.id \"y\"\nDATAOK\nDUMPDONE\n");
    client.work();
    EXPECT_NE(client.received.find("EVENT VAR alpha ups.id \"y\"\n"), std::string::npos)
        << client.received;
}

TEST_F(SessionTest, CountsEveryLineHoweverOftenItCame) {
    FakeClient& client = world.client();
    const std::uint64_t before = client.session.lines();
    for (int i = 0; i < 3; ++i)
        client.send("GET VAR alpha ups.id\n");
    EXPECT_EQ(client.session.lines(), before + 3);
}

TEST_F(SessionTest, OwesNothingForASubscriptionThatEnded) {
    FakeClient& client = world.client();
    client.send("SUBSCRIBE alpha\n");
    client.blocked = true;
    world.drivers.at("alpha")->say("SETINFO ups.status \"OB\"\n");
    EXPECT_TRUE(client.session.has_events());
    client.send("UNSUBSCRIBE alpha\n");
    EXPECT_FALSE(client.session.has_events());
}

TEST_F(SessionTest, KeepsTheLoginWhenAnotherUpsIsRemoved) {
    FakeClient& client = world.client();
    client.send("USERNAME admin\nPASSWORD pw\nLOGIN alpha\nSUBSCRIBE beta\n");
    (void)world.engine.apply(settings_with({"alpha"}));
    EXPECT_EQ(world.engine.registry().find("alpha")->attached.size(), 1U);
    EXPECT_EQ(client.session.attached_to(), world.engine.registry().find("alpha"));
}

TEST_F(SessionTest, IsPatientWithThoseWhoAttachAndMoreWithThoseWhoSubscribe) {
    FakeClient& client = world.client();
    EXPECT_EQ(client.session.patience(), Patience::usual);
    client.send("USERNAME admin\nPASSWORD pw\nLOGIN alpha\n");
    EXPECT_EQ(client.session.patience(), Patience::attached);
    client.send("SUBSCRIBE alpha\n");
    EXPECT_EQ(client.session.patience(), Patience::subscribed);
    client.send("UNSUBSCRIBE alpha\n");
    EXPECT_EQ(client.session.patience(), Patience::attached);
}

TEST_F(SessionTest, LooksOnlyAfterSubscribersForWhomThereIsSomething) {
    FakeClient& client = world.client();
    client.send("SUBSCRIBE alpha\n");
    FakeDriver& driver = *world.drivers.at("alpha");
    driver.say("PONG\nSETINFO ups.status \"OL\"\n");
    EXPECT_FALSE(client.session.has_events());
    driver.say("SETINFO ups.status \"OB\"\n");
    EXPECT_TRUE(client.session.has_events());
    client.work();
    EXPECT_FALSE(client.session.has_events());
    driver.say("DATASTALE\n");
    EXPECT_TRUE(client.session.has_events());
}

TEST_F(SessionTest, StartsOverForAReaderThatWasAwayForTooManyRemovals) {
    FakeClient& client = world.client();
    client.send("SUBSCRIBE alpha\n");
    client.blocked = true;
    FakeDriver& driver = *world.drivers.at("alpha");
    for (std::size_t i = 0; i <= vars::ChangeLog::kMaxGone; ++i) {
        const std::string name = "x." + std::to_string(i);
        driver.say("SETINFO " + name + " x\nDELINFO " + name + "\n");
    }
    client.received.clear();
    client.blocked = false;
    client.work();
    EXPECT_EQ(client.received, "BEGIN SUBSCRIBE alpha\nVAR alpha ups.id \"x\"\n"
                               "VAR alpha ups.status \"OL\"\nEND SUBSCRIBE alpha\n");
}

TEST(CommandTable, NamesEveryCommandOnceAndHelpsWithAllVerbs) {
    const CommandTable table;
    for (const CommandRow& row : command_rows()) {
        const CommandTable::Verb* const verb = table.find(row.verb);
        ASSERT_NE(verb, nullptr);
        const CommandRow* const found =
            row.sub.empty() ? verb->alone : CommandTable::find_sub(*verb, row.sub);
        EXPECT_EQ(found, &row) << row.verb << " " << row.sub;
        EXPECT_NE(table.help().find(row.verb), std::string::npos);
        // What a verb asks before its sub-command is known holds for all of them.
        EXPECT_EQ(verb->access, row.access);
        EXPECT_EQ(verb->in_clear, row.in_clear);
    }
    EXPECT_EQ(table.find("NOPE"), nullptr);
}

}  // namespace
}  // namespace ups::upsd::testing
