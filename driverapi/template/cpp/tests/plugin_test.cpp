// SPDX-License-Identifier: Apache-2.0
#include "protocol.hpp"

#include "kit/testing/fake_host.hpp"
#include "kit/testing/plugin_file.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

namespace {

using namespace ups;
using kit::testing::FakeHost;
using kit::testing::Session;

const upsdrv_plugin& plugin() {
    return kit::testing::load_plugin(PLUGIN_FILE);
}

std::string read(const std::string& path) {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

// A device that obeys, or not.
std::string obey(std::string_view request, std::string_view answer) {
    if (request == example::kAskStatus) return "(230.0 100 00\r";
    return std::string(request.empty() ? "" : answer);
}

TEST(Protocol, RefusesWhatIsNotAStatusLine) {
    EXPECT_TRUE(example::parse_status("(230.1 100 00"));
    for (const char* line : {"", "(", "(230.1 100 0", "(230.1 100 000", "(230.1 100 02",
                             "[230.1 100 00", "(230.1_100_00", "(2x0.1 100 00", "(230.1 1e0 00"})
        EXPECT_FALSE(example::parse_status(line)) << line;
}

TEST(Plugin, PublishesWhatTheRecordingSays) {
    const std::string recording = read(TEST_FOLDER "/normal.rec");
    ASSERT_FALSE(recording.empty());
    const auto problems = kit::testing::replay(plugin(), recording);
    EXPECT_TRUE(problems.empty()) << problems.front();
}

TEST(Plugin, IsTimedOutBySilence) {
    FakeHost host;
    host.device = [](std::string_view) { return std::string(); };
    Session session(plugin(), host);
    const std::int64_t deadline = host.now_ms + session.budget_ms;
    EXPECT_EQ(session.open(), UPSDRV_E_TIMEOUT);
    EXPECT_LE(host.now_ms, deadline);
}

TEST(Plugin, CarriesOutCommandsAndPowerOff) {
    FakeHost host;
    host.device = [](std::string_view request) { return obey(request, "ACK\r"); };
    Session session(plugin(), host);
    ASSERT_EQ(session.open(), UPSDRV_OK);
    EXPECT_TRUE(host.commands.contains("beeper.mute"));
    EXPECT_EQ(session.command("beeper.mute"), UPSDRV_OK);
    EXPECT_EQ(session.command("no.such"), UPSDRV_E_UNKNOWN);
    EXPECT_EQ(session.shutdown(), UPSDRV_OK);
    EXPECT_TRUE(host.sent.ends_with("M\rS\r"));
}

TEST(Plugin, TellsWhenTheDeviceRefuses) {
    FakeHost host;
    host.device = [](std::string_view request) { return obey(request, "NAK\r"); };
    Session session(plugin(), host);
    ASSERT_EQ(session.open(), UPSDRV_OK);
    EXPECT_EQ(session.command("beeper.mute"), UPSDRV_E_FAILED);
}

}  // namespace
