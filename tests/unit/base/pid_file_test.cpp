// SPDX-License-Identifier: Apache-2.0
#include "lib/base/pid_file.hpp"

#include "lib/base/file.hpp"
#include "tests/unit/base/child.hpp"

#include <csignal>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace ups {
namespace {

using namespace std::chrono_literals;
using test::ScratchFolder;

/// A process that waits, until dropped: `prepare` runs in it first, and has finished on return.
class Waiter {
  public:
    explicit Waiter(const std::function<void()>& prepare = [] {}) {
        int ends[2];
        if (::pipe(ends) < 0) return;
        pid_ = ::fork();
        if (pid_ == 0) {
            prepare();
            ::close(ends[0]);
            ::close(ends[1]);
            for (;;)
                ::pause();
        }
        ::close(ends[1]);
        char byte = 0;
        while (::read(ends[0], &byte, 1) < 0 && errno == EINTR) {
        }
        ::close(ends[0]);
    }
    ~Waiter() { end(); }
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    void end() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = 0;
    }
    [[nodiscard]] pid_t pid() const { return pid_; }

  private:
    pid_t pid_ = 0;
};

constexpr std::string_view kOwnName[] = {"base_test"};
constexpr std::string_view kOtherName[] = {"upsd"};

void write_pid(const std::string& path, pid_t pid) {
    ASSERT_TRUE(write_file_atomic(path, std::to_string(pid) + "\n", 0644));
}

void set_mtime(const std::string& path, time_t when) {
    const timespec times[2] = {{when, 0}, {when, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
}

TEST(PidFile, HoldsThePidAndALineFeed) {
    const ScratchFolder folder;
    const auto file = PidFile::create(folder.file("a.pid"), kOwnName);
    ASSERT_TRUE(file);
    EXPECT_EQ(read_file(folder.file("a.pid")).value(), std::to_string(::getpid()) + "\n");
}

TEST(PidFile, IsRemovedWhenDropped) {
    const ScratchFolder folder;
    { const auto file = PidFile::create(folder.file("a.pid"), kOwnName); }
    EXPECT_NE(::access(folder.file("a.pid").c_str(), F_OK), 0);
}

TEST(PidFile, OfARunningOwnerIsBusyWhateverItsProgramIsCalled) {
    const ScratchFolder folder;
    const std::string path = folder.file("a.pid");
    const Waiter owner([&] { static const auto held = PidFile::create(path, kOwnName); });
    const auto second = PidFile::create(path, kOtherName);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::busy);
    EXPECT_EQ(second.error().text,
              path + ": already running as process " + std::to_string(owner.pid()));
}

TEST(PidFile, OfAKilledOwnerIsTakenOver) {
    const ScratchFolder folder;
    const std::string path = folder.file("a.pid");
    Waiter owner([&] { static const auto held = PidFile::create(path, kOwnName); });
    owner.end();
    ASSERT_EQ(::access(path.c_str(), F_OK), 0) << "the killed owner should have left the file";
    EXPECT_EQ(find_owner(path, kOwnName).error().code, ErrorCode::not_found);
    EXPECT_TRUE(PidFile::create(path, kOwnName));
}

TEST(PidFile, LockProvesTheOwner) {
    const ScratchFolder folder;
    const std::string path = folder.file("a.pid");
    const Waiter owner([&] { static const auto held = PidFile::create(path, kOwnName); });
    set_mtime(path, 1000); // would disprove a stock owner
    const auto found = find_owner(path, kOtherName);
    ASSERT_TRUE(found) << found.error().text;
    EXPECT_EQ(found->pid(), owner.pid());
}

TEST(PidFile, StockOwnerIsKnownByItsProgram) {
    const ScratchFolder folder;
    const Waiter owner;
    write_pid(folder.file("a.pid"), owner.pid());
    const auto found = find_owner(folder.file("a.pid"), kOwnName);
    ASSERT_TRUE(found) << found.error().text;
    EXPECT_EQ(found->pid(), owner.pid());
    EXPECT_EQ(PidFile::create(folder.file("a.pid"), kOwnName).error().code, ErrorCode::busy);
}

TEST(PidFile, StrangerOfAnotherProgramIsNeverTheOwner) {
    const ScratchFolder folder;
    const Waiter stranger;
    write_pid(folder.file("a.pid"), stranger.pid());
    EXPECT_EQ(find_owner(folder.file("a.pid"), kOtherName).error().code, ErrorCode::not_found);
}

TEST(PidFile, ProcessThatStartedAfterTheFileWasWrittenIsAStranger) {
    const ScratchFolder folder;
    const Waiter stranger;
    write_pid(folder.file("a.pid"), stranger.pid());
    set_mtime(folder.file("a.pid"), ::time(nullptr) - 3600);
    const auto found = find_owner(folder.file("a.pid"), kOwnName);
    ASSERT_FALSE(found);
    EXPECT_NE(found.error().text.find("started after the file was written"), std::string::npos);
}

TEST(PidFile, ThatHoldsOurOwnRecycledPidIsTakenOver) {
    const ScratchFolder folder;
    write_pid(folder.file("a.pid"), ::getpid());
    EXPECT_TRUE(PidFile::create(folder.file("a.pid"), kOwnName));
}

TEST(PidFile, WithoutAPidIsInvalid) {
    const ScratchFolder folder;
    for (const char* text : {"", "\n", "abc\n", "0\n", "1\n", "-5\n", "99999999999\n"}) {
        ASSERT_TRUE(write_file_atomic(folder.file("a.pid"), text, 0644));
        EXPECT_EQ(find_owner(folder.file("a.pid"), {}).error().code, ErrorCode::invalid) << text;
    }
    EXPECT_EQ(find_owner(folder.file("none.pid"), {}).error().code, ErrorCode::not_found);
}

TEST(PidFile, IsNotFollowedThroughALink) {
    const ScratchFolder folder;
    ASSERT_TRUE(write_file_atomic(folder.file("precious"), "text", 0644));
    ASSERT_EQ(::symlink(folder.file("precious").c_str(), folder.file("a.pid").c_str()), 0);
    EXPECT_FALSE(PidFile::create(folder.file("a.pid"), kOwnName));
    EXPECT_EQ(read_file(folder.file("precious")).value(), "text");
}

TEST(PidFile, DroppedInAForkedChildStays) {
    const ScratchFolder folder;
    auto file = PidFile::create(folder.file("a.pid"), kOwnName);
    ASSERT_TRUE(file);
    const auto child = test::in_child([&] {
        { const PidFile copy = std::move(*file); }
        return std::string("done");
    });
    EXPECT_EQ(child.text, "done");
    EXPECT_EQ(::access(folder.file("a.pid").c_str(), F_OK), 0);
}

TEST(ProcessHandle, SignalsAndSeesTheEnd) {
    const Waiter waiter;
    const auto process = ProcessHandle::open(waiter.pid());
    ASSERT_TRUE(process);
    EXPECT_TRUE(process->is_running());
    EXPECT_FALSE(process->wait_end(0ms));
    EXPECT_TRUE(process->signal(SIGTERM));
    EXPECT_TRUE(process->wait_end(10s));
    EXPECT_FALSE(process->is_running());
}

TEST(ProcessHandle, OfAProcessThatIsGoneFails) {
    Waiter waiter;
    const pid_t pid = waiter.pid();
    const auto process = ProcessHandle::open(pid);
    waiter.end();
    EXPECT_EQ(process->signal(SIGTERM).error().code, ErrorCode::not_found);
    EXPECT_EQ(ProcessHandle::open(pid).error().code, ErrorCode::not_found);
}

} // namespace
} // namespace ups
