// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/configuration.hpp"

#include <gtest/gtest.h>

namespace ups::upsd {
namespace {

using namespace std::chrono_literals;

class Files : public testing::Test {
  protected:
    Files() {
        environment_.conf_path = "/c";
        files_.put("/c/ups.conf", "[rack1]\ndriver = dummy-ups\nport = x\ndesc = \"Rack one\"\n");
        files_.put("/c/upsd.conf", "");
        files_.put("/c/upsd.users", "[admin]\npassword = p\nactions = SET\n");
    }
    LoadOutcome load() { return load_configuration(files_, environment_); }
    std::string fatal() {
        const LoadOutcome outcome = load();
        EXPECT_FALSE(outcome.value);
        return outcome.fatal.empty() ? "" : outcome.fatal.front();
    }
    conf::MemoryFiles files_;
    Environment environment_;
};

TEST_F(Files, BecomeSettings) {
    files_.put("/c/upsd.conf", "MAXAGE 20\nTRACKINGDELAY 60\nMAXCONN 99\nSTATEPATH /s\n");
    const LoadOutcome outcome = load();
    ASSERT_TRUE(outcome.value);
    const Settings& settings = outcome.value->settings;
    ASSERT_EQ(settings.upses.size(), 1U);
    EXPECT_EQ(settings.upses[0].name, "rack1");
    EXPECT_EQ(settings.upses[0].description, "Rack one");
    EXPECT_EQ(settings.upses[0].socket_path, "/s/dummy-ups-rack1");
    EXPECT_EQ(settings.max_age, 20s);
    EXPECT_EQ(settings.tracking_delay, 60s);
    EXPECT_EQ(settings.max_connections, 99U);
    EXPECT_EQ(settings.remote_plain_text, RemotePlainText::refuse);
    EXPECT_EQ(settings.reads, Reads::anonymous);
    EXPECT_NE(outcome.value->users->find("admin"), nullptr);
}

TEST_F(Files, StatePathHasAnOrder) {
    files_.put("/c/upsd.conf", "STATEPATH /upsd\n");
    EXPECT_EQ(load().value->state_path, "/upsd");
    files_.put("/c/ups.conf", "statepath = /ups\n[rack1]\ndriver = d\nport = x\n");
    EXPECT_EQ(load().value->state_path, "/ups");
    environment_.state_path = "/env";
    EXPECT_EQ(load().value->state_path, "/env");
}

TEST_F(Files, LocalSocketIsInTheStateFolderUnlessToldOtherwise) {
    environment_.state_path = "/s";
    EXPECT_EQ(load().value->upsd.local_sockets.at(0).path, "/s/upsd.sock");
    files_.put("/c/upsd.conf", "LISTEN_UNIX /run/x.sock 0666\nLISTEN_UNIX y.sock\n");
    const auto sockets = load().value->upsd.local_sockets;
    EXPECT_EQ(sockets.at(0).path, "/run/x.sock");
    EXPECT_EQ(sockets.at(0).mode, 0666U);
    EXPECT_EQ(sockets.at(1).path, "/s/y.sock");
    files_.put("/c/upsd.conf", "LISTEN_UNIX none\n");
    EXPECT_TRUE(load().value->upsd.local_sockets.empty());
}

TEST_F(Files, MissingOnesAreFatalButForTheUsers) {
    files_.remove("/c/upsd.users");
    ASSERT_TRUE(load().value);
    EXPECT_FALSE(load().value->users);
    files_.remove("/c/upsd.conf");
    EXPECT_NE(fatal().find("upsd.conf"), std::string::npos);
}

TEST_F(Files, WithoutAnyUpsAreFatalUnlessAllowed) {
    files_.put("/c/ups.conf", "");
    EXPECT_NE(fatal().find("at least one UPS"), std::string::npos);
    environment_.allow_no_device = true;
    EXPECT_TRUE(load().value);
    environment_.allow_no_device = false;
    files_.put("/c/upsd.conf", "ALLOW_NO_DEVICE yes\n");
    EXPECT_TRUE(load().value);
}

TEST_F(Files, WorldReadableUsersAreFatalUnlessAllowed) {
    files_.put("/c/upsd.users", "[a]\npassword = p\n", 0644);
    EXPECT_NE(fatal().find("chmod o-r /c/upsd.users"), std::string::npos);
    files_.put("/c/upsd.conf", "ALLOW_WORLD_READABLE yes\n");
    EXPECT_TRUE(load().value);
}

TEST_F(Files, ErrorsInLinesDoNotForbidToServeButCount) {
    files_.put("/c/upsd.conf", "MAXAGE soon\n");
    const LoadOutcome outcome = load();
    EXPECT_TRUE(outcome.value);
    EXPECT_TRUE(outcome.has_errors());
    EXPECT_EQ(outcome.problems.at(0).place.line, 1U);
}

TEST_F(Files, IdleLimitZeroMeansNever) {
    files_.put("/c/upsd.conf", "IDLE_LIMIT 0\n");
    EXPECT_GT(load().value->settings.idle_limit, std::chrono::hours(24 * 365));
    files_.put("/c/upsd.conf", "IDLE_LIMIT 2000\n");
    EXPECT_EQ(load().value->settings.attached_idle_limit, 2000s);
}

TEST_F(Files, CertificatesAreRelativeToTheirFolder) {
    files_.put("/c/upsd.conf", "CERTFILE upsd.pem\nCERTREQUEST REQUEST\nCERTCAFILE /etc/ca.pem\n");
    const auto tls = tls_settings(load().value->upsd);
    ASSERT_TRUE(tls && *tls);
    EXPECT_EQ((*tls)->certificate_file, "/c/upsd.pem");
    EXPECT_EQ((*tls)->ca_file, "/etc/ca.pem");
    EXPECT_EQ((*tls)->client_certificate, tls::ClientCertificate::request);
}

TEST_F(Files, NssFormSaysWhatToDoAndKeepsTheSecret) {
    files_.put("/c/upsd.conf", "CERTPATH /etc/nut/db\nCERTIDENT \"my cert\" s3cret\n");
    const std::string text = fatal();
    EXPECT_NE(text.find("pk12util -d /etc/nut/db -n 'my cert'"), std::string::npos) << text;
    EXPECT_EQ(text.find("s3cret"), std::string::npos);
}

}  // namespace
}  // namespace ups::upsd
