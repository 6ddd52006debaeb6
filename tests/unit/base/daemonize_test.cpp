// SPDX-License-Identifier: Apache-2.0
#include "lib/base/daemonize.hpp"

#include "tests/unit/base/child.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <gtest/gtest.h>

namespace ups {
namespace {

/// What a caller of the daemon sees: exit status and stderr. `daemon` runs in the background
/// process; what it returns is its exit status. `note` collects what it writes to descriptor 3 of
/// its own.
struct Start {
    int status = -1;
    std::string errors;
};

Start start(const std::function<int(Background&)>& daemon) {
    int errors[2];
    if (::pipe(errors) < 0) return {};
    const pid_t starter = ::fork();
    if (starter == 0) {
        ::dup2(errors[1], STDERR_FILENO);
        ::close(errors[0]);
        ::close(errors[1]);
        auto background = Background::enter();
        if (!background) ::_exit(98);
        ::_exit(daemon(*background));
    }
    ::close(errors[1]);
    int status = 0;
    while (::waitpid(starter, &status, 0) < 0 && errno == EINTR) {
    }
    Start result{WEXITSTATUS(status), {}};
    // Ends once no process has the caller's stderr open, so a daemon that kept it would hang the
    // test.
    char chunk[512];
    for (ssize_t got = 0; (got = ::read(errors[0], chunk, sizeof chunk)) > 0;)
        result.errors.append(chunk, static_cast<std::size_t>(got));
    ::close(errors[0]);
    return result;
}

TEST(Background, CallerGetsZeroOnceTheDaemonIsReady) {
    int note[2];
    ASSERT_EQ(::pipe(note), 0);
    const Start result = start([&](Background& background) {
        if (!background.ready()) return 97;
        char folder[64] = "";
        const bool at_root = ::getcwd(folder, sizeof folder) != nullptr && folder[1] == '\0';
        const bool own_session = ::getsid(0) == ::getpid();
        return ::write(note[1], at_root && own_session ? "y" : "n", 1) == 1 ? 0 : 96;
    });
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.errors, "");
    char seen = 0;
    ASSERT_EQ(::read(note[0], &seen, 1), 1);
    EXPECT_EQ(seen, 'y');
    ::close(note[0]);
    ::close(note[1]);
}

TEST(Background, StandardErrorMayStayOpenForTheLog) {
    const Start result = start([](Background& background) {
        background.keep_stderr();
        if (!background.ready()) return 97;
        std::fputs("later\n", stderr);
        return 0;
    });
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.errors, "later\n");
}

TEST(Background, CallerSeesWhyStartUpFailed) {
    const Start result = start([](Background& background) {
        background.failed("no certificate");
        return 1;
    });
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.errors, "no certificate\n");
}

TEST(Background, MessagesBeforeReadyReachTheTerminal) {
    const Start result = start([](Background& background) {
        std::fprintf(stderr, "listening\n");
        const bool ready = background.ready().has_value();
        std::fprintf(stderr, "unseen\n");
        return ready ? 0 : 97;
    });
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.errors, "listening\n");
}

TEST(Background, DaemonThatEndsWithoutAWordIsAFailure) {
    EXPECT_EQ(start([](Background&) { return 0; }).status, 1);
}

TEST(Background, DaemonThatIsKilledIsAFailureWithItsSignal) {
    const Start result = start([](Background&) -> int {
        ::signal(SIGKILL, SIG_DFL);
        ::raise(SIGKILL);
        return 0;
    });
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.errors, "start-up failed: killed by signal 9\n");
}

TEST(Background, ForegroundKeepsTheTerminal) {
    auto foreground = Background::foreground();
    EXPECT_FALSE(foreground.is_background());
    EXPECT_TRUE(foreground.ready());
    testing::internal::CaptureStderr();
    foreground.failed("port in use");
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "port in use\n");
}

}  // namespace
}  // namespace ups
