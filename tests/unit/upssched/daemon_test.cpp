// SPDX-License-Identifier: Apache-2.0
#include "tools/upssched/daemon.hpp"

#include "tools/upssched/exchange.hpp"

#include <csignal>
#include <filesystem>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ups::upssched {
namespace {

/// A daemon in a child process, so that it is asked as by another program.
class UpsschedDaemon : public testing::Test {
  protected:
    UpsschedDaemon() {
        char folder[] = "/tmp/upsschedXXXXXX";
        folder_ = ::mkdtemp(folder);
        path_ = folder_ + "/pipe";
    }
    ~UpsschedDaemon() override {
        if (child_ > 0) {
            ::kill(child_, SIGTERM);
            ::waitpid(child_, nullptr, 0);
        }
        std::filesystem::remove_all(folder_);
    }
    void start(Duration idle) {
        auto socket = bind_unix(path_, 0660);
        ASSERT_TRUE(socket) << socket.error().text;
        child_ = ::fork();
        if (child_ != 0) return;
        {
            MemorySink sink;
            const Script script{{":"}, {}};
            Loop loop(clock_);
            Daemon daemon(loop, *std::move(socket), script, Logger(sink, LogLevel::debug), idle);
            daemon.run();
        }
        ::_exit(0);
    }
    std::string ask(std::string_view line) {
        const auto reply = exchange(path_, line, clock_, std::chrono::seconds(20));
        return reply ? *reply : "! " + reply.error().text;
    }
    int wait_end() {
        int status = 0;
        ::waitpid(child_, &status, 0);
        child_ = 0;
        return status;
    }

    SystemClock clock_;
    std::string folder_;
    std::string path_;
    pid_t child_ = 0;
};

TEST_F(UpsschedDaemon, AnswersAndListsManyTimers) {
    start(std::chrono::hours(1));
    for (int i = 0; i < 300; ++i)
        ASSERT_EQ(ask("START \"timer with a name " + std::to_string(i) + "\" \"600\"\n"), "OK");
    const std::string list = ask("LIST-TIMERS\n");
    EXPECT_TRUE(list.starts_with("TIMER \"timer with a name 0\" \"600\""));
    EXPECT_TRUE(list.ends_with("\nOK"));
    EXPECT_EQ(ask("FOO\n"), "ERR UNKNOWN");
}

TEST_F(UpsschedDaemon, EndsWhenItHasHadNothingToDoAndTakesItsSocketAway) {
    start(std::chrono::milliseconds(20));
    EXPECT_EQ(wait_end(), 0);
    EXPECT_FALSE(std::filesystem::exists(path_));
    EXPECT_EQ(exchange(path_, "LIST-TIMERS\n", clock_, std::chrono::seconds(1)).error().code,
              ErrorCode::not_found);
}

TEST_F(UpsschedDaemon, ALineWithoutEndIsRefused) {
    start(std::chrono::hours(1));
    EXPECT_EQ(ask(std::string(100'000, 'x')), "ERR TOO-LONG");
    EXPECT_EQ(ask("START \"" + std::string(5000, 'x') + "\" \"1\"\n"), "ERR TOO-LONG");
    EXPECT_EQ(ask("LIST-TIMERS\n"), "OK");
}

TEST_F(UpsschedDaemon, RequestsMayComeByteByByteAndSeveralAtOnce) {
    start(std::chrono::hours(1));
    auto fd = connect_unix(path_);
    ASSERT_TRUE(fd);
    const std::string lines = "START \"a\" \"600\"\nCANCEL \"a\"\nFOO\n";
    for (const char c : lines)
        ASSERT_EQ(::send(fd->get(), &c, 1, 0), 1);
    ASSERT_EQ(::shutdown(fd->get(), SHUT_WR), 0);
    std::string reply;
    char chunk[256];
    const int flags = 0;
    while (reply != "OK\nOK\nERR UNKNOWN\n") {
        const ssize_t got = ::recv(fd->get(), chunk, sizeof chunk, flags);
        if (got == 0) break;
        if (got > 0) reply.append(chunk, static_cast<std::size_t>(got));
    }
    EXPECT_EQ(reply, "OK\nOK\nERR UNKNOWN\n");
}

TEST_F(UpsschedDaemon, TurnsClientsAwayBeyondItsLimitAndServesAgain) {
    start(std::chrono::hours(1));
    {
        std::vector<Fd> idle;
        for (std::size_t i = 0; i < Daemon::kMaxClients; ++i) {
            auto fd = connect_unix(path_);
            ASSERT_TRUE(fd);
            idle.push_back(*std::move(fd));
        }
        EXPECT_EQ(ask("LIST-TIMERS\n"), "! the timer daemon went away");
    }
    std::string reply;
    while ((reply = ask("LIST-TIMERS\n")) != "OK")
        ASSERT_EQ(reply, "! the timer daemon went away");
}

}  // namespace
}  // namespace ups::upssched
