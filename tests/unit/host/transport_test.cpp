// SPDX-License-Identifier: Apache-2.0
#include "driverapi/upsdrv.h"
#include "drivers/transport/opener.hpp"
#include "drivers/transport/recorder.hpp"
#include "lib/base/file.hpp"
#include "lib/event/listener.hpp"

#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace {

using namespace ups;
using namespace ups::transport;
using std::chrono::milliseconds;
using std::chrono::seconds;

class TransportTest : public ::testing::Test {
  protected:
    SystemClock clock;
    StopSignal stop;
    ModuleOpener modules{{TRANSPORT_FOLDER}};
    std::array<char, 64> buffer{};

    LinkRequest request(std::uint32_t kind, std::string address, Duration limit = seconds(5)) {
        return {kind, std::move(address), clock.now() + limit, clock, stop};
    }
    std::string receive(Link& link, Duration limit = seconds(5)) {
        const std::int32_t got = link.receive(buffer, clock.now() + limit);
        return got > 0 ? std::string(buffer.data(), static_cast<std::size_t>(got))
                       : std::to_string(got);
    }
};

TEST_F(TransportTest, SaysWhichTransportIsNotThere) {
    const auto link = modules.open(request(UPSDRV_LINK_SNMP, "host"));
    ASSERT_FALSE(link);
    EXPECT_EQ(link.error().code, ErrorCode::unsupported);
    EXPECT_NE(link.error().text.find("no transport for snmp links"), std::string::npos);
}

TEST_F(TransportTest, NoneHasNothingToTalkTo) {
    const auto link = modules.open(request(UPSDRV_LINK_NONE, ""));
    ASSERT_TRUE(link);
    EXPECT_EQ((*link)->send("x", clock.now()), UPSDRV_E_UNSUPPORTED);
}

// A server on a thread: accepts one connection and lets the test have it.
struct Server {
    std::vector<BoundSocket> sockets = *bind_tcp("127.0.0.1", 0);
    Fd accept() {
        for (;;) {
            const int fd = ::accept(sockets[0].fd.get(), nullptr, nullptr);
            if (fd >= 0) return Fd(fd);
            std::this_thread::yield();
        }
    }
    std::string address() const { return "127.0.0.1:" + std::to_string(sockets[0].address.port); }
};

TEST_F(TransportTest, TcpCarriesBytesBothWaysAndTellsTheEnd) {
    Server server;
    auto link = modules.open(request(UPSDRV_LINK_TCP, server.address()));
    ASSERT_TRUE(link) << link.error().text;
    Fd peer = server.accept();
    EXPECT_EQ((*link)->send("hello", clock.now() + seconds(5)), UPSDRV_OK);
    EXPECT_EQ(::read(peer.get(), buffer.data(), buffer.size()), 5);
    ASSERT_EQ(::write(peer.get(), "world", 5), 5);
    EXPECT_EQ(receive(**link), "world");
    EXPECT_EQ(receive(**link, milliseconds(10)), std::to_string(UPSDRV_E_TIMEOUT));
    peer.reset();
    EXPECT_EQ(receive(**link), std::to_string(UPSDRV_E_LOST));
}

TEST_F(TransportTest, TcpFlushThrowsAwayWhatCameSoFar) {
    Server server;
    auto link = modules.open(request(UPSDRV_LINK_TCP, server.address()));
    ASSERT_TRUE(link) << link.error().text;
    const Fd peer = server.accept();
    ASSERT_EQ(::write(peer.get(), "old", 3), 3);
    // Loopback delivers at once: what was written is there when write returns.
    EXPECT_EQ((*link)->control(UPSDRV_LINK_OP_FLUSH, "", clock.now()), UPSDRV_OK);
    ASSERT_EQ(::write(peer.get(), "new", 3), 3);
    EXPECT_EQ(receive(**link), "new");
    EXPECT_EQ((*link)->control(99, "", clock.now()), UPSDRV_E_UNSUPPORTED);
}

TEST_F(TransportTest, TcpTellsWhyItCannotConnect) {
    std::string closed;
    {
        const Server server;
        closed = server.address();
    }
    const auto refused = modules.open(request(UPSDRV_LINK_TCP, closed));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::refused);
    for (const char* address : {"", "host", "host:", ":1", "host:0", "host:70000", "[]:5"})
        EXPECT_EQ(modules.open(request(UPSDRV_LINK_TCP, address)).error().code, ErrorCode::invalid)
            << address;
}

TEST_F(TransportTest, StoppingEndsAWait) {
    Server server;
    auto link = modules.open(request(UPSDRV_LINK_TCP, server.address()));
    ASSERT_TRUE(link);
    const Fd peer = server.accept();
    const Instant begin = clock.now();
    std::thread stopper([this] { stop.raise(); });
    EXPECT_EQ(receive(**link, seconds(60)), std::to_string(UPSDRV_E_STOPPING));
    stopper.join();
    EXPECT_LT(clock.now() - begin, seconds(30));
    EXPECT_EQ(stop.wait(-1, 0, clock.now() + seconds(60), clock), WaitEnd::stopping);
}

TEST_F(TransportTest, StartTlsFailsWithAPeerThatSpeaksNone) {
    Server server;
    auto link = modules.open(request(UPSDRV_LINK_TCP, server.address()));
    ASSERT_TRUE(link);
    const Fd peer = server.accept();
    ASSERT_EQ(::write(peer.get(), "I am not TLS\n", 13), 13);
    EXPECT_EQ((*link)->control(UPSDRV_LINK_OP_START_TLS, "", clock.now() + seconds(5)),
              UPSDRV_E_FAILED);
    EXPECT_NE((*link)->problem(), "");
}

TEST_F(TransportTest, WhatIsRecordedPlaysBack) {
    std::string form = (std::filesystem::temp_directory_path() / "rec-XXXXXX").string();
    const std::string folder = ::mkdtemp(form.data());
    const std::string file = folder + "/a.rec";
    {
        Server server;
        RecordingOpener recorder(modules, file, "test");
        auto link = recorder.open(request(UPSDRV_LINK_TCP, server.address()));
        ASSERT_TRUE(link) << link.error().text;
        Fd peer = server.accept();
        EXPECT_EQ((*link)->send("Q1\r", clock.now() + seconds(5)), UPSDRV_OK);
        ASSERT_EQ(::write(peer.get(), "(1\xFF 2\r", 6), 6);
        EXPECT_EQ(receive(**link), "(1\xFF 2\r");
        EXPECT_EQ(receive(**link, milliseconds(1)), std::to_string(UPSDRV_E_TIMEOUT));
        peer.reset();
        EXPECT_EQ(receive(**link), std::to_string(UPSDRV_E_LOST));
    }
    EXPECT_EQ(*read_file(file), "# recording. Source: captured, test\n> Q1\\r\n< (1\\xff 2\\r\n"
                                "! timeout\n! lost\n");
    auto recording = load_recording(file);
    ASSERT_TRUE(recording);
    ReplayOpener player(*std::move(recording));
    auto link = player.open(request(UPSDRV_LINK_TCP, "ignored"));
    ASSERT_TRUE(link);
    EXPECT_EQ((*link)->send("Q1\r", clock.now()), UPSDRV_OK);
    EXPECT_EQ(receive(**link), "(1\xFF 2\r");
    EXPECT_EQ(receive(**link, milliseconds(1)), std::to_string(UPSDRV_E_TIMEOUT));
    EXPECT_EQ(receive(**link), std::to_string(UPSDRV_E_LOST));
    EXPECT_TRUE(player.played_all());
    EXPECT_FALSE(player.open(request(UPSDRV_LINK_TCP, "")));
    std::filesystem::remove_all(folder);
}

TEST_F(TransportTest, ReplayRefusesBytesThatWereNotRecorded) {
    ReplayOpener player(kit::parse_recording("> AB\n< x\n"));
    auto link = player.open(request(UPSDRV_LINK_TCP, ""));
    ASSERT_TRUE(link);
    EXPECT_EQ((*link)->send("A", clock.now()), UPSDRV_OK);
    EXPECT_EQ((*link)->send("C", clock.now()), UPSDRV_E_LOST);
    EXPECT_EQ((*link)->problem(), "line 1 of the recording does not send \"C\"");
}

}  // namespace
