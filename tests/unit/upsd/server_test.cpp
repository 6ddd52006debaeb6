// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/server.hpp"

#include "tests/unit/upsd/engine_world.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <filesystem>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ups::upsd::testing {
namespace {

using namespace std::chrono_literals;

/// A driver process: listens, takes one connection at a time.
class DriverProcess {
  public:
    DriverProcess(Loop& loop, const std::string& path) {
        auto bound = bind_unix(path, 0600);
        EXPECT_TRUE(bound.has_value());
        listener_ = std::make_unique<Listener>(
            loop, std::move(*bound), [this](Fd fd, SocketAddress) { peer = std::move(fd); });
    }
    void say(std::string_view text) {
        EXPECT_EQ(::write(peer.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
    }
    std::string heard() {
        char text[4096];
        const ssize_t got = ::read(peer.get(), text, sizeof text);
        return {text, got > 0 ? static_cast<std::size_t>(got) : 0};
    }
    Fd peer;

  private:
    std::unique_ptr<Listener> listener_;
};

class ServerTest : public ::testing::Test {
  protected:
    ServerTest() {
        char folder[] = "/tmp/upsdXXXXXX";
        folder_ = ::mkdtemp(folder);
        settings.upses.push_back({"alpha", "", "fake", folder_ + "/fake-alpha"});
        users.users["mon"] = {"pw", {"attach"}};
    }
    ~ServerTest() override {
        server.reset();
        std::filesystem::remove_all(folder_);
    }
    void start() {
        server = std::make_unique<Server>(
            ServerParts{loop, random, logger, users, audit, tls, descriptions}, settings);
        auto bound = bind_tcp("127.0.0.1", 0, Family::v4);
        ASSERT_TRUE(bound.has_value());
        port = bound->front().address.port;
        server->add_listener(std::move(bound->front()), ListenerKind::plain);
    }
    Fd connect(int receive_buffer = 0) {
        Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        if (receive_buffer > 0)
            ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        EXPECT_TRUE(set_nonblocking(fd.get()).has_value());
        return fd;
    }
    /// Runs the loop until `done`, for at most half a minute of real time.
    template <class Done> bool until(const Done& done) {
        const SystemClock real;
        const Instant end = real.now() + 30s;
        while (!done()) {
            if (real.now() > end) return false;
            (void)loop.run_for(1ms);
        }
        return true;
    }
    /// What arrives, up to and with `end`.
    std::string take(const Fd& fd, std::string_view end) {
        std::string got;
        const bool arrived = until([&] {
            char text[65536];
            const ssize_t count = ::read(fd.get(), text, sizeof text);
            if (count > 0) got.append(text, static_cast<std::size_t>(count));
            return got.ends_with(end);
        });
        return arrived ? got : got + "<timeout>";
    }
    static void put(const Fd& fd, std::string_view text) {
        EXPECT_EQ(::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(text.size()));
    }
    bool is_closed(const Fd& fd) {
        return until([&] {
            char text[65536];
            const ssize_t count = ::read(fd.get(), text, sizeof text);
            return count == 0 || (count < 0 && errno != EAGAIN);
        });
    }
    /// Lets idle time pass without waiting for it.
    void pass(Duration time) {
        clock.advance(time);
        (void)loop.run_for(1ms);
    }

    FakeClock clock;
    Loop loop{clock};
    CountingRandom random;
    MemorySink sink;
    Logger logger{sink, LogLevel::debug};
    FakeAuthenticator users;
    FakeAudit audit;
    FakeTls tls;
    FakeDescriptions descriptions;
    Settings settings;
    std::string folder_;
    std::uint16_t port = 0;
    std::unique_ptr<Server> server;
};

TEST_F(ServerTest, ServesWhatADriverSays) {
    DriverProcess driver(loop, folder_ + "/fake-alpha");
    start();
    ASSERT_TRUE(until([&] { return static_cast<bool>(driver.peer); }));
    EXPECT_TRUE(sink.contains("Connected to UPS [alpha]: fake-alpha"));
    EXPECT_EQ(driver.heard(), "DUMPALL\n");
    driver.say("SETINFO ups.status \"OL\"\nDATAOK\nDUMPDONE\n");
    const Fd client = connect();
    put(client, "SUBSCRIBE alpha\n");
    EXPECT_EQ(take(client, "END SUBSCRIBE alpha\n"),
              "BEGIN SUBSCRIBE alpha\nVAR alpha ups.status \"OL\"\nEND SUBSCRIBE alpha\n");
    driver.say("SETINFO ups.status \"OB\"\n");
    EXPECT_EQ(take(client, "\n"), "EVENT VAR alpha ups.status \"OB\"\n");
    put(client, "LOGOUT\n");
    EXPECT_EQ(take(client, "\n"), "OK Goodbye\n");
    EXPECT_TRUE(is_closed(client));
    EXPECT_TRUE(until([&] { return server->client_count() == 0; }));
}

TEST_F(ServerTest, ComesBackToADriverThatWasRestarted) {
    start();
    EXPECT_TRUE(sink.contains("Can't connect to UPS [alpha] (fake-alpha): No such file"));
    const Fd client = connect();
    put(client, "GET VAR alpha ups.status\n");
    EXPECT_EQ(take(client, "\n"), "ERR DRIVER-NOT-CONNECTED\n");
    for (int round = 0; round < 2; ++round) {
        DriverProcess driver(loop, folder_ + "/fake-alpha");
        ASSERT_TRUE(until([&] { return static_cast<bool>(driver.peer); }));
        put(client, "GET VAR alpha ups.status\n");
        EXPECT_EQ(take(client, "\n"), "VAR alpha ups.status \"WAIT\"\n");
        driver.peer.reset();
        ASSERT_TRUE(until([&] { return sink.contains("Lost connection to UPS [alpha]"); }));
        put(client, "GET VAR alpha ups.status\n");
        EXPECT_EQ(take(client, "\n"), "ERR DRIVER-NOT-CONNECTED\n");
    }
}

TEST_F(ServerTest, ClosesSilentClientsLaterIfTheyCount) {
    start();
    const Fd silent = connect();
    const Fd attached = connect();
    const Fd subscribed = connect();
    put(attached, "USERNAME mon\nPASSWORD pw\nLOGIN alpha\n");
    EXPECT_EQ(take(attached, "OK\nOK\nOK\n"), "OK\nOK\nOK\n");
    put(subscribed, "SUBSCRIBE alpha\n");
    EXPECT_TRUE(take(subscribed, "EVENT STALE alpha\n").starts_with("BEGIN"));
    ASSERT_TRUE(until([&] { return server->client_count() == 3; }));
    settings.idle_limit = 0s;
    server->apply(settings);
    EXPECT_TRUE(is_closed(silent));
    EXPECT_TRUE(until([&] { return server->client_count() == 2; }));
    settings.attached_idle_limit = 0s;
    server->apply(settings);
    EXPECT_TRUE(is_closed(attached));
    EXPECT_TRUE(until([&] { return server->client_count() == 1; }));
    put(subscribed, "PROTVER\n");
    EXPECT_EQ(take(subscribed, "1.3\n"), "1.3\n");
}

TEST_F(ServerTest, TurnsClientsAwayBeyondMaxconn) {
    settings.max_connections = 3;  // one listener, one driver, one client
    start();
    const Fd first = connect();
    put(first, "PROTVER\n");
    EXPECT_EQ(take(first, "\n"), "1.3\n");
    const Fd second = connect();
    EXPECT_TRUE(is_closed(second));
    put(first, "PROTVER\n");
    EXPECT_EQ(take(first, "\n"), "1.3\n");
    EXPECT_TRUE(sink.contains("MAXCONN is reached"));
}

TEST_F(ServerTest, ServesOthersWhileOneClientDoesNotRead) {
    DriverProcess driver(loop, folder_ + "/fake-alpha");
    start();
    ASSERT_TRUE(until([&] { return static_cast<bool>(driver.peer); }));
    std::string dump;
    for (int i = 0; i < 500; ++i)
        dump += "SETINFO outlet." + std::to_string(i) + ".name \"" + std::string(200, 'x') + "\"\n";
    driver.say(dump + "DATAOK\nDUMPDONE\n");
    constexpr std::size_t kAsked = 300;  // some 35 MB of replies
    const Fd stalled = connect();
    std::string many;
    for (std::size_t i = 0; i < kAsked; ++i)
        many += "LIST VAR alpha\n";
    put(stalled, many);
    const Fd other = connect();
    for (int i = 0; i < 50; ++i) {
        put(other, "PROTVER\n");
        EXPECT_EQ(take(other, "\n"), "1.3\n");
    }
    // The stalled one gets everything once it reads.
    std::size_t ends = 0;
    std::string tail;
    EXPECT_TRUE(until([&] {
        char text[65536];
        for (ssize_t got = 0; (got = ::read(stalled.get(), text, sizeof text)) > 0;) {
            tail.append(text, static_cast<std::size_t>(got));
            for (std::size_t at; (at = tail.find("END LIST VAR alpha\n")) != std::string::npos;) {
                ++ends;
                tail.erase(0, at + 1);
            }
            if (tail.size() > 100) tail.erase(0, tail.size() - 100);
        }
        return ends >= kAsked;
    })) << ends;
}

TEST_F(ServerTest, GivesASlowSubscriberTheNewestValuesOnly) {
    DriverProcess driver(loop, folder_ + "/fake-alpha");
    start();
    ASSERT_TRUE(until([&] { return static_cast<bool>(driver.peer); }));
    driver.say("DATAOK\nDUMPDONE\n");
    const Fd slow = connect(4096);
    put(slow, "SUBSCRIBE alpha\n");
    EXPECT_TRUE(take(slow, "END SUBSCRIBE alpha\n").starts_with("BEGIN"));
    const std::string filler(450, 'x');
    constexpr int kRounds = 12000;
    for (int i = 0; i < kRounds; ++i) {
        driver.say("SETINFO ups.id \"" + filler + std::to_string(i) + "\"\n");
        (void)loop.run_once();
        (void)loop.run_once();
    }
    std::string got;
    ASSERT_TRUE(until([&] {
        char text[65536];
        for (ssize_t count = 0; (count = ::read(slow.get(), text, sizeof text)) > 0;)
            got.append(text, static_cast<std::size_t>(count));
        return got.ends_with("x" + std::to_string(kRounds - 1) + "\"\n");
    }));
    // Sockets hold some megabytes; the rest was never made.
    EXPECT_LT(got.size(), filler.size() * kRounds * 3 / 4);
}

TEST_F(ServerTest, AppliesNewSettingsWithoutLosingSessions) {
    start();
    const Fd client = connect();
    put(client, "GET UPSDESC beta\n");
    EXPECT_EQ(take(client, "\n"), "ERR UNKNOWN-UPS\n");
    DriverProcess driver(loop, folder_ + "/fake-beta");
    settings.upses = {{"beta", "New", "fake", folder_ + "/fake-beta"}};
    server->apply(settings);
    put(client, "GET UPSDESC beta\nGET UPSDESC alpha\n");
    EXPECT_EQ(take(client, "UPS\n"), "UPSDESC beta \"New\"\nERR UNKNOWN-UPS\n");
    ASSERT_TRUE(until([&] { return static_cast<bool>(driver.peer); }));
    // The driver's socket moves.
    DriverProcess moved(loop, folder_ + "/other-beta");
    settings.upses = {{"beta", "New", "other", folder_ + "/other-beta"}};
    server->apply(settings);
    ASSERT_TRUE(until([&] { return static_cast<bool>(moved.peer); }));
    EXPECT_EQ(moved.heard(), "DUMPALL\n");
}

TEST_F(ServerTest, WaitsForALateVerdictAndGoesOn) {
    users.slow = true;
    start();
    const Fd client = connect();
    put(client, "USERNAME mon\nPASSWORD pw\nLOGIN alpha\nGET NUMLOGINS alpha\n");
    EXPECT_EQ(take(client, "OK\nOK\n"), "OK\nOK\n");
    put(client, "PROTVER\n");
    ASSERT_TRUE(until([&] { return users.waiting() == 1; }));
    users.answer_all();
    EXPECT_EQ(take(client, "1.3\n"), "OK\nNUMLOGINS alpha 1\n1.3\n");
}

TEST_F(ServerTest, SurvivesClientsThatVanishAtAnyPoint) {
    users.slow = true;
    start();
    for (const std::string_view input :
         {"", "GET VA", "USERNAME mon\nPASSWORD pw\nLOGIN alpha\n", "SUBSCRIBE alpha\n",
          "LIST UPS\nLOGOUT\n", "\"", "\x16\x03\x01\n"}) {
        Fd client = connect();
        put(client, input);
        (void)loop.run_for(2ms);
        client.reset();
        // A session that waits for a verdict notices when it comes.
        EXPECT_TRUE(until([&] {
            users.answer_all();
            return server->client_count() == 0;
        })) << input;
    }
    EXPECT_EQ(users.waiting(), 0U);
}

}  // namespace
}  // namespace ups::upsd::testing
