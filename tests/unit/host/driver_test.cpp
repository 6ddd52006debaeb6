// SPDX-License-Identifier: Apache-2.0
#include "drivers/host/driver.hpp"

#include "drivers/transport/opener.hpp"
#include "test_plugin.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace ups;
using namespace ups::host;
using host::testing::Script;
using std::chrono::milliseconds;
using std::chrono::seconds;

// The other end of a driver socket. Reads only when told to.
class Peer {
  public:
    explicit Peer(const std::string& path) : fd_(*connect_unix(path)) {}

    void send(std::string_view text) {
        const auto sent = ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL);
        if (sent != static_cast<ssize_t>(text.size())) over_ = true;
    }
    bool read_some() {
        std::array<char, 65536> chunk;
        const ssize_t got = ::read(fd_.get(), chunk.data(), chunk.size());
        if (got > 0) text_.append(chunk.data(), static_cast<std::size_t>(got));
        if (got == 0 || (got < 0 && errno != EAGAIN)) over_ = true;
        return got > 0;
    }
    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] bool has(std::string_view part) const {
        return text_.find(part) != std::string::npos;
    }
    [[nodiscard]] bool is_over() const { return over_; }
    void forget() { text_.clear(); }
    void close() { fd_.reset(); }

  private:
    Fd fd_;
    std::string text_;
    bool over_ = false;
};

class DriverTest : public ::testing::Test, protected DriverEvents {
  protected:
    SystemClock clock;
    Loop loop{clock};
    MemorySink sink;
    Logger log{sink, LogLevel::debug};
    Script script;
    transport::ModuleOpener opener{{}};
    PluginModule module{&host::testing::kTestPlugin, "", "test"};
    std::string folder;
    std::string path;
    std::vector<std::unique_ptr<Peer>> peers;
    std::optional<Driver> driver;
    std::optional<int> end_status;
    std::string end_reason;
    std::optional<DriverSettings> reloaded;
    bool ready = false;
    int shutdown_code = 1;

    void SetUp() override {
        std::string form = (std::filesystem::temp_directory_path() / "drv-XXXXXX").string();
        folder = ::mkdtemp(form.data());
        path = folder + "/test-u";
        host::testing::current_script = &script;
    }
    void TearDown() override {
        script.hang = false;
        peers.clear();
        if (driver) {
            EXPECT_TRUE(driver->end());
            driver.reset();
            EXPECT_EQ(script.alive, 0);
        }
        std::filesystem::remove_all(folder);
    }

    static DriverSettings settings(const std::string& text = "") {
        const auto loaded =
            conf::parse_ups_conf("[u]\ndriver=test-ups\nport=p\n" + text, "ups.conf");
        DriverSettings made =
            *make_settings(*loaded.value.find("u"), host::testing::kTestPlugin, "/conf");
        made.keeper.poll_interval = milliseconds(20);
        made.keeper.poll_timeout = milliseconds(100);
        return made;
    }
    void start(DriverSettings given = settings()) {
        DriverEvents& events = *this;
        driver.emplace(loop, module, std::move(given), opener, events, log);
        ASSERT_TRUE(until([this] { return ready || end_status; }));
    }
    Peer& connect() {
        peers.push_back(std::make_unique<Peer>(path));
        return *peers.back();
    }

    // Runs the loop, with all peers but `deaf` reading, until `holds` or a generous limit.
    template <class F> bool until(F&& holds, const Peer* deaf = nullptr) {
        const Instant limit = clock.now() + seconds(20);
        while (!holds()) {
            if (clock.now() > limit) return false;
            loop.run_for(milliseconds(2));
            for (auto& peer : peers)
                while (peer.get() != deaf && !peer->is_over() && peer->read_some()) {
                }
        }
        return true;
    }
    bool gets(Peer& peer, std::string_view part) {
        return until([&] { return peer.has(part); });
    }

    Result<void> on_open() override {
        driver->serve(*bind_unix(path, 0600));
        return {};
    }
    void on_ready() override { ready = true; }
    void on_shutdown(std::int32_t code) override { shutdown_code = code; }
    void on_end(int status, std::string_view reason) override {
        end_status = status;
        end_reason = reason;
    }
    Result<DriverSettings> reload() override {
        if (reloaded) return *reloaded;
        return fail(ErrorCode::not_found, "no file");
    }
};

TEST_F(DriverTest, AnswersDumpPingAndPid) {
    start();
    Peer& peer = connect();
    peer.send("DUMPALL\nPING\nGETPID\nDUMPSTATUS\n");
    ASSERT_TRUE(
        gets(peer, "PONG\nPID " + std::to_string(::getpid()) + "\nSETINFO ups.status \"OL\"\n"));
    EXPECT_TRUE(peer.has("SETINFO driver.name \"test-ups\"\n"));
    EXPECT_TRUE(peer.has("SETINFO driver.version.internal \"0.9\"\n"));
    EXPECT_TRUE(peer.has("SETINFO device.type \"ups\"\n"));
    EXPECT_TRUE(peer.has("SETFLAGS driver.debug RW NUMBER\n"));
    EXPECT_TRUE(peer.has("ADDCMD driver.exit\n"));
    EXPECT_TRUE(peer.has("DATAOK\nDUMPDONE\n"));
}

TEST_F(DriverTest, TellsEveryClientOfAChangeAndTheAskerOfItsOutcome) {
    start();
    Peer& asker = connect();
    Peer& other = connect();
    Peer& silent = connect();
    silent.send("NOBROADCAST\nPING\n");
    other.send("PING\n");
    ASSERT_TRUE(gets(silent, "PONG") && gets(other, "PONG"));
    asker.send("SET ups.id \"a\\\"b\" TRACKING abc-1\n");
    ASSERT_TRUE(gets(asker, "SETINFO ups.id \"a\\\"b\"\nTRACKING abc-1 0\n"));
    ASSERT_TRUE(gets(other, "SETINFO ups.id \"a\\\"b\"\n"));
    EXPECT_FALSE(other.has("TRACKING"));
    silent.forget();
    silent.send("PING\n");
    ASSERT_TRUE(gets(silent, "PONG"));
    EXPECT_EQ(silent.text(), "PONG\n");
}

TEST_F(DriverTest, RefusesWithTheCodeThatFits) {
    start();
    Peer& peer = connect();
    peer.send("SET nosuch 1 TRACKING t1\nSET ups.status OB TRACKING t2\n"
              "SET ups.id 123456789 TRACKING t3\nSET ups.id convert TRACKING t4\n"
              "SET ups.id throw TRACKING t5\nINSTCMD nosuch TRACKING t6\n"
              "SET driver.debug x TRACKING t7\nINSTCMD driver.killpower TRACKING t8\n"
              "INSTCMD BEEPER.mute TRACKING t9\n");
    ASSERT_TRUE(gets(peer, "TRACKING t9 0\n"));
    for (const char* line : {"t1 1", "t2 1", "t3 2", "t4 4", "t5 3", "t6 1", "t7 2", "t8 3"})
        EXPECT_TRUE(peer.has("TRACKING " + std::string(line) + "\n")) << line;
    EXPECT_TRUE(sink.contains("thrown on purpose"));
    EXPECT_FALSE(script.shut_down);
}

TEST_F(DriverTest, HandsTheParameterOfACommandOver) {
    start();
    Peer& peer = connect();
    peer.send("INSTCMD beeper.mute \"5 s\" TRACKING t1\n");
    ASSERT_TRUE(gets(peer, "TRACKING t1 0\n"));
    EXPECT_TRUE(peer.has("SETINFO test.parameter \"5 s\"\n"));
}

TEST_F(DriverTest, AFrozenPluginIsStaleAtOnceAndTheSocketLives) {
    start();
    Peer& peer = connect();
    script.hang = true;
    ASSERT_TRUE(gets(peer, "DATASTALE\n"));
    peer.send("PING\nSET ups.id late TRACKING t1\n");
    ASSERT_TRUE(gets(peer, "PONG\n"));
    EXPECT_FALSE(peer.has("TRACKING"));
    script.hang = false;
    ASSERT_TRUE(gets(peer, "DATAOK\n"));
    ASSERT_TRUE(gets(peer, "TRACKING t1 0\n"));
}

TEST_F(DriverTest, APluginThatNeverReturnsIsGivenUp) {
    start();
    script.hang = true;
    ASSERT_TRUE(until([this] { return driver->state().is_stale(); }));
    const Instant begin = clock.now();
    EXPECT_FALSE(driver->end());
    EXPECT_GE(clock.now() - begin, Driver::kGrace);
    script.hang = false;
}

TEST_F(DriverTest, StoppingEndsAWaitOfThePlugin) {
    start();
    Peer& peer = connect();
    peer.send("INSTCMD test.wait TRACKING t1\nPING\n");
    ASSERT_TRUE(gets(peer, "PONG"));
    const Instant begin = clock.now();
    EXPECT_TRUE(driver->end());
    EXPECT_LT(clock.now() - begin, seconds(2));
}

TEST_F(DriverTest, ReopensALostDevice) {
    start();
    Peer& peer = connect();
    script.set_poll(UPSDRV_E_LOST);
    ASSERT_TRUE(gets(peer, "DATASTALE\n"));
    ASSERT_TRUE(gets(peer, "SETINFO driver.state \"reconnect.trying\"\n"));
    peer.send("SET ups.id x TRACKING t1\n");
    ASSERT_TRUE(gets(peer, "TRACKING t1 3\n"));
    script.set_poll(UPSDRV_OK);
    ASSERT_TRUE(gets(peer, "DATAOK\n"));
    EXPECT_GE(script.opens, 2);
    EXPECT_EQ(script.closes, script.opens - 1);
}

TEST_F(DriverTest, EndsWhenThePluginRefusesTheDevice) {
    script.open_result = UPSDRV_E_FATAL;
    start();
    EXPECT_EQ(end_status, 1);
    EXPECT_FALSE(ready);
}

TEST_F(DriverTest, ExitsWhenAsked) {
    start();
    Peer& peer = connect();
    peer.send("INSTCMD driver.exit TRACKING t1\n");
    ASSERT_TRUE(gets(peer, "TRACKING t1 0\n"));
    EXPECT_EQ(end_status, 0);
}

TEST_F(DriverTest, CutsThePowerOnlyWhenAllowed) {
    start();
    Peer& peer = connect();
    peer.send("SET driver.flag.allow_killpower \"1\" TRACKING t0\n"
              "INSTCMD driver.killpower TRACKING t1\n");
    ASSERT_TRUE(gets(peer, "TRACKING t1 0\n"));
    EXPECT_TRUE(peer.has("SETINFO driver.flag.allow_killpower \"1\"\nTRACKING t0 0\n"));
    EXPECT_TRUE(script.shut_down);
    EXPECT_EQ(shutdown_code, UPSDRV_OK);
}

TEST_F(DriverTest, TriesTheConfiguredCommandsInsteadOfTheBuiltInPowerOff) {
    start(settings("sdcommands = \"no.such, beeper.mute\"\n"));
    Peer& peer = connect();
    driver->shutdown();
    ASSERT_TRUE(until([this] { return shutdown_code == UPSDRV_OK; }));
    EXPECT_FALSE(script.shut_down);
    EXPECT_NE(driver->state().find("test.parameter"), nullptr);
    peer.close();
}

TEST_F(DriverTest, ReloadsWhatMayChange) {
    start();
    Peer& peer = connect();
    peer.send("INSTCMD driver.reload-or-error TRACKING t1\n");
    ASSERT_TRUE(gets(peer, "TRACKING t1 3\n"));  // no file
    reloaded = settings("pollinterval = 9\n");
    peer.send("INSTCMD driver.reload-or-error TRACKING t2\n");
    ASSERT_TRUE(gets(peer, "TRACKING t2 0\n"));
    EXPECT_TRUE(peer.has("SETINFO driver.parameter.pollinterval \"9\"\n"));
    reloaded->instance.port = "elsewhere";
    peer.send("INSTCMD driver.reload TRACKING t3\n");
    ASSERT_TRUE(gets(peer, "TRACKING t3 0\n"));
    EXPECT_FALSE(end_status);
    peer.send("INSTCMD driver.reload-or-exit TRACKING t4\n");
    ASSERT_TRUE(gets(peer, "TRACKING t4 0\n"));
    EXPECT_EQ(end_status, 0);
}

TEST_F(DriverTest, SurvivesGarbageAndKeepsServingTheOthers) {
    start();
    Peer& good = connect();
    Peer& bad = connect();
    std::string garbage;
    for (int i = 0; i < 4000; ++i)
        garbage.push_back(static_cast<char>(i * 7919 % 256));
    bad.send(garbage);
    bad.send("\n\"\nSET\nSET a\nINSTCMD a b c d e f\n# comment\nPING\n\"\nPING\n");
    good.send("PING\n");
    ASSERT_TRUE(gets(good, "PONG"));
    // A line that never ends is not collected for ever.
    Peer& endless = connect();
    const std::string part(4096, 'x');
    for (std::size_t sent = 0; sent < 2 * kMaxLine && !endless.is_over(); sent += part.size()) {
        endless.send(part);
        loop.run_for(milliseconds(1));
    }
    ASSERT_TRUE(until([&] { return endless.is_over(); }));
    good.forget();
    good.send("PING\n");
    ASSERT_TRUE(gets(good, "PONG"));
}

TEST_F(DriverTest, AClientThatDoesNotReadIsBoundedAndCatchesUp) {
    start();
    Peer& reader = connect();
    Peer& deaf = connect();
    deaf.send("PING\n");
    ASSERT_TRUE(gets(deaf, "PONG"));
    // Each round is 400 KiB of broadcasts.
    for (int round = 0; round < 8; ++round) {
        reader.forget();
        reader.send("INSTCMD test.many " + std::to_string(round) + " TRACKING t\n");
        ASSERT_TRUE(until([&] { return reader.has("TRACKING t 0\n"); }, &deaf));
    }
    EXPECT_TRUE(sink.contains("socket.lag"));
    deaf.forget();
    ASSERT_TRUE(gets(deaf, "SETINFO load.1999 \"7x"));
    std::size_t rounds = 0;
    for (std::size_t at = 0; (at = deaf.text().find("SETINFO load.5 ", at)) != std::string::npos;
         ++at)
        ++rounds;
    EXPECT_LT(rounds, 5U) << "broadcasts piled up instead of being coalesced";
    deaf.send("PING\n");
    ASSERT_TRUE(gets(deaf, "PONG"));
}

TEST_F(DriverTest, AskingForManyDumpsWithoutReadingBuffersLittle) {
    start();
    Peer& peer = connect();
    peer.send("INSTCMD test.many 1 TRACKING t\n");
    ASSERT_TRUE(gets(peer, "TRACKING t 0\n"));
    std::string requests;
    for (int i = 0; i < 200; ++i)
        requests += "DUMPALL\n";  // 80 MiB of answers
    peer.forget();
    peer.send(requests);
    std::size_t dumps = 0;
    ASSERT_TRUE(until([&] {
        for (std::size_t at; (at = peer.text().find("DUMPDONE\n")) != std::string::npos; ++dumps) {
            std::string rest = peer.text().substr(at + 9);
            peer.forget();
            (void)rest;
        }
        return dumps >= 100 || peer.is_over();
    }));
    EXPECT_FALSE(peer.is_over());
}

TEST_F(DriverTest, AnyNumberOfClientsMayComeAndGo) {
    start();
    const auto descriptors = [] {
        return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
    };
    const auto before = descriptors();
    for (int i = 0; i < 300; ++i) {
        Peer& peer = connect();
        peer.send(i % 2 == 0 ? "PING\n" : "LOGOUT\n");
        if (i % 2 == 0)
            ASSERT_TRUE(gets(peer, "PONG"));
        else
            ASSERT_TRUE(until([&] { return peer.is_over(); }));
        EXPECT_TRUE(i % 2 == 0 || peer.has("OK Goodbye\n"));
        peers.clear();
    }
    EXPECT_TRUE(until([&] { return descriptors() == before; }));
}

}  // namespace
