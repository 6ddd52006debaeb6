// SPDX-License-Identifier: Apache-2.0
#include "lib/event/stream.hpp"

#include "lib/event/listener.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ups {
namespace {

struct Pair {
    Pair() {
        int fds[2];
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), 0);
        ours.reset(fds[0]);
        peer.reset(fds[1]);
    }
    Fd ours;
    Fd peer;
};

/// Answers each chunk by `reply`; remembers what happened.
class Recorder : public StreamHandler {
  public:
    void on_bytes(Stream& stream, std::string_view bytes) override {
        received += bytes;
        ++calls;
        if (on_input) on_input(stream, bytes);
    }
    void on_end(Stream&, StreamEnd how) override {
        ends.push_back(how);
        if (on_ended) on_ended();
    }
    void on_drained(Stream&) override { ++drained; }

    std::string received;
    std::vector<StreamEnd> ends;
    int calls = 0;
    int drained = 0;
    std::function<void(Stream&, std::string_view)> on_input;
    std::function<void()> on_ended;
};

class StreamTest : public testing::Test {
  protected:
    void turn(int times = 4) {
        for (int i = 0; i < times; ++i)
            loop.run_once();
    }
    void put(std::string_view text) {
        ASSERT_EQ(::write(pair.peer.get(), text.data(), text.size()),
                  static_cast<ssize_t>(text.size()));
    }
    std::string take(std::size_t most = 1 << 20) {
        std::string text(most, '\0');
        const ssize_t got = ::read(pair.peer.get(), text.data(), text.size());
        text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return text;
    }
    void start(StreamLimits limits = {}) {
        stream = std::make_unique<Stream>(loop, std::make_unique<PlainIo>(std::move(pair.ours)),
                                          recorder, limits);
    }

    SystemClock clock;
    Loop loop{clock};
    Pair pair;
    Recorder recorder;
    std::unique_ptr<Stream> stream;
};

TEST_F(StreamTest, AnswersAllThatArrivedTogetherWithOneBatch) {
    recorder.on_input = [](Stream& s, std::string_view) {
        s.send("one\n");
        s.batch() += "two\n";
    };
    start();
    put("a\nb\n");
    turn();
    EXPECT_EQ(recorder.calls, 1);
    EXPECT_EQ(take(), "one\ntwo\n");
    EXPECT_EQ(stream->pending(), 0U);
}

TEST_F(StreamTest, StopsReadingWhileThePeerDoesNotRead) {
    const std::string large(100'000, 'x');
    recorder.on_input = [&](Stream& s, std::string_view) { s.send(large); };
    start({.high_water = 150'000});
    for (int i = 0; i < 50; ++i) {
        put("again\n");
        turn(1);
    }
    EXPECT_TRUE(stream->over_high_water());
    EXPECT_LE(stream->pending(), 150'000U + large.size());
    const int calls = recorder.calls;
    turn();
    EXPECT_EQ(recorder.calls, calls);

    std::size_t received = 0;
    for (int i = 0; i < 200; ++i) {
        received += take().size();
        turn(1);
    }
    EXPECT_EQ(recorder.received.size(), 50 * 6U);
    EXPECT_GE(recorder.drained, 1);
    EXPECT_EQ(received, static_cast<std::size_t>(recorder.calls) * large.size());
}

TEST_F(StreamTest, FinishesOnlyWhenAllIsOut) {
    const std::string large(1'000'000, 'x');
    recorder.on_input = [&](Stream& s, std::string_view) {
        s.send(large);
        s.finish();
        s.send("ignored");
    };
    start();
    put("go");
    turn(1);
    EXPECT_TRUE(recorder.ends.empty());
    std::size_t received = 0;
    for (int i = 0; i < 100; ++i) {
        received += take().size();
        turn(1);
    }
    EXPECT_EQ(received, large.size());
    EXPECT_EQ(recorder.ends, std::vector{StreamEnd::finished});
}

TEST_F(StreamTest, ReportsAPeerThatCloses) {
    start();
    put("last words");
    pair.peer.reset();
    turn();
    EXPECT_EQ(recorder.received, "last words");
    EXPECT_EQ(recorder.ends, std::vector{StreamEnd::closed});
}

TEST_F(StreamTest, ReportsABrokenWriteFromTheLoop) {
    start();
    pair.peer.reset();
    stream->pause();
    stream->send("nobody");
    EXPECT_TRUE(recorder.ends.empty());
    turn();
    EXPECT_EQ(recorder.ends, std::vector{StreamEnd::failed});
}

TEST_F(StreamTest, MayBeDestroyedFromItsOwnCallbacks) {
    recorder.on_input = [this](Stream& s, std::string_view) {
        s.send("lost");
        stream.reset();
    };
    start();
    put("die");
    turn();
    EXPECT_EQ(stream, nullptr);
    EXPECT_TRUE(loop.output().empty());

    pair = Pair();
    recorder.on_input = nullptr;
    recorder.on_ended = [this] { stream.reset(); };
    start();
    pair.peer.reset();
    turn();
    EXPECT_EQ(stream, nullptr);
}

TEST_F(StreamTest, AbortsFromTheLoopAndOnlyOnce) {
    start();
    stream->abort();
    stream->abort();
    EXPECT_TRUE(recorder.ends.empty());
    turn();
    EXPECT_EQ(recorder.ends, std::vector{StreamEnd::failed});
}

TEST_F(StreamTest, UpgradesAfterTheAnswerIsOut) {
    recorder.on_input = [](Stream& s, std::string_view bytes) {
        if (bytes != "STARTTLS\n") return;
        s.send("OK STARTTLS\n");
        s.upgrade([](Fd fd) { return std::make_unique<PlainIo>(std::move(fd)); });
    };
    start();
    put("STARTTLS\n");
    turn();
    EXPECT_EQ(take(), "OK STARTTLS\n");
    put("later");
    turn();
    EXPECT_EQ(recorder.received, "STARTTLS\nlater");
}

TEST_F(StreamTest, PausesAndResumes) {
    start();
    stream->pause();
    put("waits");
    turn();
    EXPECT_EQ(recorder.received, "");
    stream->resume();
    turn();
    EXPECT_EQ(recorder.received, "waits");
}

TEST(Timers, FireOnceAndCanBeStopped) {
    SystemClock clock;
    Loop loop(clock);
    int fired = 0;
    Timer timer(loop, [&] {
        ++fired;
        loop.stop();
    });
    timer.start(std::chrono::milliseconds(1));
    EXPECT_TRUE(timer.armed());
    EXPECT_TRUE(loop.run_for(std::chrono::seconds(5)));
    EXPECT_EQ(fired, 1);
    EXPECT_FALSE(timer.armed());
    timer.start(std::chrono::milliseconds(1));
    timer.stop();
    EXPECT_FALSE(loop.run_for(std::chrono::milliseconds(20)));
    EXPECT_EQ(fired, 1);
}

TEST(Deferred, TasksRunBeforeTheLoopSleepsAndMayDeferMore) {
    SystemClock clock;
    Loop loop(clock);
    std::vector<int> order;
    loop.defer([&] {
        order.push_back(1);
        loop.defer([&] {
            order.push_back(2);
            loop.stop();
        });
    });
    EXPECT_TRUE(loop.run_for(std::chrono::seconds(5)));
    EXPECT_EQ(order, (std::vector{1, 2}));
}

class UnixSockets : public testing::Test {
  protected:
    UnixSockets() {
        std::string pattern = testing::TempDir() + "/sockXXXXXX";
        folder_ = ::mkdtemp(pattern.data());
    }
    ~UnixSockets() override {
        ::unlink((folder_ + "/s").c_str());
        ::rmdir(folder_.c_str());
    }
    std::string folder_;
};

TEST_F(UnixSockets, ReplaceADeadSocketButNotALiveOne) {
    const std::string path = folder_ + "/s";
    {
        ASSERT_TRUE(bind_unix(path, 0660));
    }
    EXPECT_EQ(connect_unix(path).error().code, ErrorCode::refused);
    const auto live = bind_unix(path, 0660);
    ASSERT_TRUE(live);
    EXPECT_EQ(bind_unix(path, 0660).error().code, ErrorCode::busy);
    EXPECT_EQ(connect_unix(folder_ + "/none").error().code, ErrorCode::not_found);
    EXPECT_EQ(bind_unix(std::string(200, 'x'), 0660).error().code, ErrorCode::too_long);
}

TEST(Tcp, ListensAndAccepts) {
    SystemClock clock;
    Loop loop(clock);
    auto bound = bind_tcp("127.0.0.1", 0);
    ASSERT_TRUE(bound);
    ASSERT_EQ(bound->size(), 1U);
    const std::uint16_t port = bound->front().address.port;
    EXPECT_EQ(bind_tcp("127.0.0.1", port).error().code, ErrorCode::busy);
    SocketAddress peer;
    int no_delay = 0;
    Listener listener(loop, std::move(bound->front()), [&](Fd fd, SocketAddress who) {
        peer = who;
        socklen_t length = sizeof no_delay;
        ::getsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &no_delay, &length);
        loop.stop();
    });
    Fd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto target = bind_tcp("127.0.0.1", 0);
    sockaddr_storage raw{};
    socklen_t size = sizeof raw;
    ASSERT_EQ(::getsockname(target->front().fd.get(), reinterpret_cast<sockaddr*>(&raw), &size), 0);
    // The port of our listener in the other socket's address structure.
    reinterpret_cast<unsigned char*>(&raw)[2] = static_cast<unsigned char>(port >> 8);
    reinterpret_cast<unsigned char*>(&raw)[3] = static_cast<unsigned char>(port & 0xFF);
    ASSERT_EQ(::connect(client.get(), reinterpret_cast<sockaddr*>(&raw), size), 0);
    EXPECT_TRUE(loop.run_for(std::chrono::seconds(5)));
    EXPECT_EQ(peer.host, "127.0.0.1");
    EXPECT_TRUE(peer.loopback);
    EXPECT_NE(no_delay, 0);
}

TEST(Tcp, SaysWhyItCannotListen) {
    EXPECT_EQ(bind_tcp("192.0.2.77", 0).error().code, ErrorCode::not_found);
    EXPECT_EQ(bind_tcp("no such name", 0).error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace ups
