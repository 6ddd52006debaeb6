// SPDX-License-Identifier: Apache-2.0
#include "dummy_plugin.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>

namespace ups::dummy::testing {
namespace {

// A server of one UPS, "r", as far as a repeater asks it.
struct Server {
    std::map<std::string, std::string> vars = {{"driver.name", "usbhid-ups"},
                                               {"ups.id", "me"},
                                               {"ups.load", "20"},
                                               {"ups.status", "OL"},
                                               {"output.voltage.nominal", "230"}};
    std::string refusal;  // instead of every list
    std::string set_answer = "OK\n";
    std::string pushed;  // sent when the repeater listens
    bool knows_subscribe = false;
    bool knows_tls = false;
    bool silent = false;

    std::string operator()(std::string_view bytes) {
        if (silent) return {};
        if (bytes.empty()) return std::exchange(pushed, {});
        return answer(std::string(bytes.substr(0, bytes.size() - 1)));
    }

    std::string list(const std::string& what, const std::string& items) const {
        if (!refusal.empty()) return refusal;
        return "BEGIN LIST " + what + "\n" + items + "END LIST " + what + "\n";
    }

    std::string snapshot() const {
        std::string items;
        for (const auto& [name, value] : vars)
            items += "VAR r " + name + " \"" + value + "\"\n";
        return items;
    }

    std::string answer(const std::string& line) {
        if (line == "STARTTLS") return knows_tls ? "OK STARTTLS\n" : "ERR FEATURE-NOT-CONFIGURED\n";
        if (line == "LIST VAR r") return list("VAR r", snapshot());
        if (line == "LIST RW r")
            return list("RW r", "RW r output.voltage.nominal \"230\"\nRW r ups.id \"me\"\n");
        if (line == "LIST CMD r") return list("CMD r", "CMD r driver.exit\nCMD r load.off\n");
        if (line == "GET TYPE r ups.id") return "TYPE r ups.id RW STRING:16\n";
        if (line == "GET TYPE r output.voltage.nominal")
            return "TYPE r output.voltage.nominal RW ENUM RANGE NUMBER\n";
        if (line == "LIST ENUM r output.voltage.nominal")
            return list("ENUM r x", "ENUM r output.voltage.nominal \"230\"\n");
        if (line == "LIST RANGE r output.voltage.nominal")
            return list("RANGE r x", "RANGE r output.voltage.nominal \"200\" \"240\"\n");
        if (line == "SUBSCRIBE r" && knows_subscribe)
            return "BEGIN SUBSCRIBE r\n" + snapshot() + "END SUBSCRIBE r\n";
        if (line.starts_with("USERNAME") || line.starts_with("PASSWORD")) return "OK\n";
        if (line.starts_with("SET TRACKING")) return "OK\n";
        if (line.starts_with("SET VAR") || line.starts_with("INSTCMD")) return set_answer;
        if (line == "GET VAR r ups.id") return "VAR r ups.id \"" + vars["ups.id"] + "\"\n";
        if (line == "GET VAR r ups.status") return "VAR r ups.status \"OL\"\n";
        if (line.starts_with("GET TRACKING")) return "ERR INVALID-ARGUMENT\n";
        return "ERR UNKNOWN-COMMAND\n";
    }
};

using Options = std::vector<std::pair<std::string, std::string>>;

struct Repeating {
    Repeating(const Repeating&) = delete;
    explicit Repeating(Options options = {}) {
        host.port = "r@server.example:34";
        host.options = std::move(options);
        host.device = [this](std::string_view bytes) { return server(bytes); };
    }
    std::int32_t open() {
        session.emplace(plugin(), host);
        return session->created() == UPSDRV_OK ? session->open() : session->created();
    }
    std::int32_t poll() {
        host.advance_ms(1000);
        host.next_poll_ms.reset();
        return session->poll(UPSDRV_POLL_FAST);
    }
    [[nodiscard]] std::string value(std::string_view name) const {
        return host.value(name).value_or("(absent)");
    }

    Server server;
    FakeHost host;
    std::optional<Session> session;
};

TEST(Repeater, AsksForALinkToTheServer) {
    Repeating it;
    ASSERT_EQ(it.open(), UPSDRV_OK);
    EXPECT_EQ(it.host.link,
              std::pair(std::uint32_t{UPSDRV_LINK_TCP}, std::string("server.example:34")));
    EXPECT_EQ(it.value("driver.parameter.mode"), "repeater");
}

TEST(Repeater, RefusesAPortThatNamesNoServer) {
    Repeating it(Options{{"mode", "repeater"}});
    it.host.port = "a.dev";
    EXPECT_EQ(it.open(), UPSDRV_E_FATAL);
}

TEST(Repeater, ShowsVariablesTypesAndCommands) {
    Repeating it;
    ASSERT_EQ(it.open(), UPSDRV_OK);
    EXPECT_EQ(it.value("ups.status"), "OL");
    EXPECT_EQ(it.value("driver.name"), "(absent)");
    EXPECT_EQ(it.host.commands, std::set<std::string>{"load.off"});
    const auto& vars = it.host.vars;
    EXPECT_EQ(vars.at("ups.id").flags, UPSDRV_VAR_RW | UPSDRV_VAR_STRING);
    EXPECT_EQ(vars.at("ups.id").max_length, 16u);
    EXPECT_EQ(vars.at("ups.load").flags, 0u);
    EXPECT_EQ(vars.at("output.voltage.nominal").enums, std::vector<std::string>{"230"});
    EXPECT_EQ(vars.at("output.voltage.nominal").ranges.size(), 1u);
    EXPECT_TRUE(it.host.problems.empty());
}

TEST(Repeater, AsksForEverythingOfAServerThatPushesNothing) {
    Repeating it;
    ASSERT_EQ(it.open(), UPSDRV_OK);
    it.server.vars["ups.status"] = "OB";
    it.server.vars.erase("ups.load");
    EXPECT_EQ(it.poll(), UPSDRV_OK);
    EXPECT_EQ(it.value("ups.status"), "OB");
    EXPECT_EQ(it.value("ups.load"), "(absent)");
    EXPECT_EQ(it.host.next_poll_ms, std::nullopt);
}

TEST(Repeater, TakesPushedChanges) {
    Repeating it;
    it.server.knows_subscribe = true;
    ASSERT_EQ(it.open(), UPSDRV_OK);
    it.host.sent.clear();
    it.server.pushed =
        "EVENT VAR r ups.status \"OB\"\nEVENT DELVAR r ups.load\nEVENT VAR other x \"1\"\n";
    EXPECT_EQ(it.poll(), UPSDRV_OK);
    EXPECT_EQ(it.value("ups.status"), "OB");
    EXPECT_EQ(it.value("ups.load"), "(absent)");
    EXPECT_EQ(it.value("x"), "(absent)");
    EXPECT_EQ(it.host.sent, "") << "nothing is asked while changes are pushed";
    EXPECT_EQ(it.host.next_poll_ms, it.host.now_ms + 250);
}

TEST(Repeater, KeepsThePartOfAPushedLine) {
    Repeating it;
    it.server.knows_subscribe = true;
    ASSERT_EQ(it.open(), UPSDRV_OK);
    it.server.pushed = "EVENT VAR r ups.sta";
    EXPECT_EQ(it.poll(), UPSDRV_OK);
    EXPECT_EQ(it.value("ups.status"), "OL");
    it.server.pushed = "tus \"OB\"\n";
    EXPECT_EQ(it.poll(), UPSDRV_OK);
    EXPECT_EQ(it.value("ups.status"), "OB");
}

TEST(Repeater, IsStaleWhileTheServerSaysSo) {
    Repeating it;
    it.server.knows_subscribe = true;
    ASSERT_EQ(it.open(), UPSDRV_OK);
    it.server.pushed = "EVENT STALE r\n";
    EXPECT_EQ(it.poll(), UPSDRV_E_TIMEOUT);
    EXPECT_EQ(it.poll(), UPSDRV_E_TIMEOUT);
    it.server.pushed = "EVENT FRESH r\n";
    EXPECT_EQ(it.poll(), UPSDRV_OK);
    it.server.pushed = "EVENT GONE r\n";
    EXPECT_EQ(it.poll(), UPSDRV_E_LOST);
}

TEST(Repeater, ChecksASilentSubscription) {
    Repeating it;
    it.server.knows_subscribe = true;
    ASSERT_EQ(it.open(), UPSDRV_OK);
    it.host.sent.clear();
    it.host.advance_ms(10'000);
    EXPECT_EQ(it.poll(), UPSDRV_OK);
    EXPECT_EQ(it.host.sent, "GET VAR r ups.status\n");
    it.server.silent = true;
    it.host.advance_ms(10'000);
    EXPECT_EQ(it.poll(), UPSDRV_E_LOST);
}

TEST(Repeater, TakesEventsBetweenRequestAndAnswer) {
    Repeating it(Options{{"username", "u"}, {"password", "p"}});
    it.server.knows_subscribe = true;
    ASSERT_EQ(it.open(), UPSDRV_OK);
    it.server.set_answer = "EVENT VAR r ups.load \"77\"\nOK\n";
    EXPECT_EQ(it.session->command("load.off"), UPSDRV_OK);
    EXPECT_EQ(it.value("ups.load"), "77");
}

TEST(Repeater, IsStaleWhileTheRemoteDataIs) {
    Repeating it;
    ASSERT_EQ(it.open(), UPSDRV_OK);
    it.server.refusal = "ERR DATA-STALE\n";
    EXPECT_EQ(it.poll(), UPSDRV_E_TIMEOUT);
    it.server.refusal = "ERR DRIVER-NOT-CONNECTED\n";
    EXPECT_EQ(it.poll(), UPSDRV_E_TIMEOUT);
    it.server.refusal.clear();
    EXPECT_EQ(it.poll(), UPSDRV_OK);
}

TEST(Repeater, GivesTheConnectionUpWhenAnAnswerIsMissing) {
    Repeating it;
    ASSERT_EQ(it.open(), UPSDRV_OK);
    it.server.silent = true;
    EXPECT_EQ(it.poll(), UPSDRV_E_LOST);
}

TEST(Repeater, ShowsEverythingAgainOverANewConnection) {
    Repeating it;
    ASSERT_EQ(it.open(), UPSDRV_OK);
    it.session->close();
    it.host.vars.clear();
    it.host.commands.clear();
    ASSERT_EQ(it.session->open(), UPSDRV_OK);
    EXPECT_EQ(it.value("ups.status"), "OL");
    EXPECT_EQ(it.host.vars.at("ups.id").max_length, 16u);
    EXPECT_EQ(it.host.commands, std::set<std::string>{"load.off"});
}

TEST(Repeater, EndsWhenTheServerDoesNotKnowTheUps) {
    Repeating it;
    it.server.refusal = "ERR UNKNOWN-UPS\n";
    EXPECT_EQ(it.open(), UPSDRV_E_FATAL);
    Repeating patient(Options{{"repeater_disable_strict_start", ""}});
    patient.server.refusal = "ERR UNKNOWN-UPS\n";
    EXPECT_EQ(patient.open(), UPSDRV_E_LOST);
}

TEST(Repeater, LogsInAndForwardsSettings) {
    Repeating it(Options{{"username", "admin"}, {"password", "se cret"}});
    ASSERT_EQ(it.open(), UPSDRV_OK);
    EXPECT_NE(it.host.sent.find("USERNAME admin\nPASSWORD \"se cret\"\nSET TRACKING ON\n"),
              std::string::npos);
    EXPECT_FALSE(it.host.logged("cret"));
    it.server.vars["ups.id"] = "new name";
    EXPECT_EQ(it.session->set("ups.id", "new name"), UPSDRV_OK);
    EXPECT_EQ(it.value("ups.id"), "new name");
    EXPECT_NE(it.host.sent.find("SET VAR r ups.id \"new name\"\n"), std::string::npos);
    EXPECT_EQ(it.session->command("load.off", "30"), UPSDRV_OK);
    EXPECT_NE(it.host.sent.find("INSTCMD r load.off 30\n"), std::string::npos);
}

TEST(Repeater, ForwardsNothingWithoutALogIn) {
    Repeating it;
    ASSERT_EQ(it.open(), UPSDRV_OK);
    it.host.sent.clear();
    EXPECT_EQ(it.session->set("ups.id", "x"), UPSDRV_E_FAILED);
    EXPECT_EQ(it.host.sent, "");
}

TEST(Repeater, ReportsWhatTheServerRefuses) {
    Repeating it(Options{{"username", "u"}, {"password", "p"}});
    ASSERT_EQ(it.open(), UPSDRV_OK);
    it.server.set_answer = "ERR INVALID-VALUE\n";
    EXPECT_EQ(it.session->set("ups.id", "x"), UPSDRV_E_INVALID);
    it.server.set_answer = "ERR ACCESS-DENIED\n";
    EXPECT_EQ(it.session->command("load.off"), UPSDRV_E_FAILED);
    it.server.set_answer = "OK TRACKING 00000000-0000-4000-8000-000000000000\n";
    EXPECT_EQ(it.session->command("load.off"), UPSDRV_E_INVALID) << "the tracked outcome counts";
}

TEST(Repeater, EncryptsWhenTheServerCan) {
    Repeating it;
    it.server.knows_tls = true;
    ASSERT_EQ(it.open(), UPSDRV_OK);
    EXPECT_EQ(it.host.tls_names, std::vector<std::string>{""});
    Repeating strict(Options{{"tls_verify", "yes"}});
    strict.server.knows_tls = true;
    ASSERT_EQ(strict.open(), UPSDRV_OK);
    EXPECT_EQ(strict.host.tls_names, std::vector<std::string>{"server.example"});
    strict.host.start_tls_result = UPSDRV_E_LOST;
    strict.session->close();
    EXPECT_EQ(strict.session->open(), UPSDRV_E_LOST);
}

TEST(Repeater, NeverSendsAPasswordInClearWhenTlsIsRequired) {
    Repeating it(Options{{"tls", "required"}, {"username", "u"}, {"password", "p"}});
    EXPECT_EQ(it.open(), UPSDRV_E_LOST);
    EXPECT_EQ(it.host.sent, "STARTTLS\n");
    Repeating plain(Options{{"tls", "no"}});
    ASSERT_EQ(plain.open(), UPSDRV_OK);
    EXPECT_EQ(plain.host.sent.find("STARTTLS"), std::string::npos);
}

TEST(Repeater, RepeatsARecordedStockServer) {
    const char* const root = std::getenv("UPS_SOURCE_ROOT");
    ASSERT_NE(root, nullptr);
    std::ifstream file(std::string(root) + "/plugins/dummy/tests/repeater_stock_2.8.0.rec");
    const std::string recording((std::istreambuf_iterator<char>(file)), {});
    ASSERT_FALSE(recording.empty());
    EXPECT_EQ(kit::testing::replay(plugin(), recording, {}, "h@127.0.0.1"),
              std::vector<std::string>());
}

TEST(Repeater, SurvivesGarbage) {
    Repeating it;
    ASSERT_EQ(it.open(), UPSDRV_OK);
    for (const char* garbage : {"\n", "VAR\n", "END LIST\n", "BEGIN LIST VAR r\nERR X\n",
                                "BEGIN LIST VAR r\nVAR r x \"open\n", "\xff\xfe\n"}) {
        it.server.refusal = garbage;
        EXPECT_EQ(it.poll(), UPSDRV_E_LOST) << garbage;
        it.server.refusal.clear();
        it.session->close();
        ASSERT_EQ(it.session->open(), UPSDRV_OK);
    }
}

}  // namespace
}  // namespace ups::dummy::testing
