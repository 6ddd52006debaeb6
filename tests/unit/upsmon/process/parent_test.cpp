// SPDX-License-Identifier: Apache-2.0
/// The parent, with shell scripts in the place of its worker and courier.
#include "tools/upsmon/parent.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/socket.h>

namespace ups::upsmon {
namespace {

using namespace std::chrono_literals;

class Parents : public testing::Test {
  protected:
    void SetUp() override {
        std::string folder = "/tmp/ups-parent-XXXXXX";
        ASSERT_NE(::mkdtemp(folder.data()), nullptr);
        folder_ = folder;
        setup_.program = folder + "/program";
        setup_.shutdown_command = "echo down >> " + folder + "/down";
        setup_.power_down_flag = folder + "/flag";
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    /// Runs a parent to its end. `first` is what its first worker does, `later` what others do: `say B`
    /// tells it the byte B, `die` is the end by a signal, `down` says whether SHUTDOWNCMD was run.
    int run(const std::string& first, const std::string& later) {
        std::ofstream(setup_.program) << "#!/bin/sh\n"
                                         "cd "
                                      << folder_ << R"(
say() { for byte; do printf $byte >&3; done; }
die() { kill -9 $$; }
down() { test -e down; }
[ $1 = --courier ] && exec cat <&3
echo $1 >> workers
if [ $(wc -l < workers) = 1 ]; then
)" << first << "\nelse\n" << later << "\nfi\n";
        std::filesystem::permissions(setup_.program, std::filesystem::perms::owner_all);
        Background background = Background::foreground();
        Parent parent(clock_, setup_, background, Logger(sink_, LogLevel::debug));
        return parent.run();
    }
    [[nodiscard]] std::string content(const std::string& name) const {
        std::ifstream file(folder_ + "/" + name);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    [[nodiscard]] auto workers() const { return std::ranges::count(content("workers"), '\n'); }

    ParentSetup setup_{};

  private:
    std::string folder_;
    SystemClock clock_;
    MemorySink sink_;
};

TEST_F(Parents, DoWhatAWorkerSaidBeforeItDied) {
    EXPECT_EQ(run("say r M F S; die", "exit 0"), 0);
    EXPECT_EQ(content("workers"), "--worker\n--worker-standing\n");
    EXPECT_EQ(content("down"), "down\n");
    EXPECT_EQ(content("flag"), "upsmon-shutdown-file");
}

TEST_F(Parents, RunTheCommandOnceHoweverManyAskForIt) {
    EXPECT_EQ(run("say r M F S S; die", "say r M F S; exit 0"), 0);
    EXPECT_EQ(content("down"), "down\n");
}

TEST_F(Parents, CarryOutWhatStandsWhenNoWorkerComesSoFar) {
    setup_.patience = 300ms;
    EXPECT_EQ(run("say r M; die", "down && exit 0; exit 1"), 0);
    EXPECT_GT(workers(), 2);
    EXPECT_EQ(content("down"), "down\n");
    EXPECT_EQ(content("flag"), "upsmon-shutdown-file");
}

TEST_F(Parents, WaitForANewWorkerFirst) {
    setup_.patience = 1min;
    EXPECT_EQ(run("say r M; die", "sleep 0.3; down && echo early > early; exit 0"), 0);
    EXPECT_EQ(content("early"), "");
    EXPECT_EQ(content("down"), "");
}

TEST_F(Parents, ForgetWhatWasCalledOff) {
    setup_.patience = 300ms;
    EXPECT_EQ(run("say r M; die", "say r m; sleep 0.6; exit 0"), 0);
    EXPECT_EQ(content("down"), "");
    EXPECT_EQ(content("flag"), "");
}

TEST_F(Parents, ReplaceAWorkerThatHangs) {
    setup_.life_sign = 50ms;
    EXPECT_EQ(run("say r M; exec sleep 100", "exit 0"), 0);
    EXPECT_EQ(content("workers"), "--worker\n--worker-standing\n");
}

TEST_F(Parents, LeaveAWorkerAloneThatSaysThatItLives) {
    setup_.life_sign = 300ms;
    EXPECT_EQ(run("say r; for i in 1 2 3 4 5 6 7 8; do sleep 0.2; say a; done; exit 0", "exit 1"),
              0);
    EXPECT_EQ(workers(), 1);
}

TEST_F(Parents, GiveANewWorkerMoreTime) {
    setup_.life_sign = 150ms;  // 0.6 s once it serves
    EXPECT_EQ(run("sleep 0.9; say r; exit 0", "exit 1"), 0);
    EXPECT_EQ(workers(), 1);
}

TEST(LifeSigns, ComeOftenEnoughForTheServiceManager) {
    EXPECT_EQ(life_sign_period({}), 5s);
    EXPECT_EQ(life_sign_period(10min), 5s);
    for (const Duration limit : {Duration(2s), Duration(30s)})
        EXPECT_LE(life_sign_period(limit) * kSilentPeriods, limit / 2);
}

TEST(ParentLines, KeepWhatCountsForAParentThatDoesNotRead) {
    const SystemClock clock;
    Loop loop(clock);
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), 0);
    const Fd parent(ends[0]);
    ParentLine line(loop, Fd(ends[1]), [] {});
    for (int i = 0; i < 10000; ++i)
        line.tell_alive();
    line.write_flag();
    line.shut_down();
    std::string heard;
    for (int turn = 0; turn < 10 && !heard.ends_with('S'); ++turn) {
        char byte = 0;
        while (::recv(parent.get(), &byte, 1, 0) == 1)
            heard += byte;
        loop.run_once();
    }
    ASSERT_GT(heard.size(), 2U);
    EXPECT_EQ(heard.substr(heard.size() - 3), "aFS");
}

}  // namespace
}  // namespace ups::upsmon
