// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/worker.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ups::upsd {
namespace {

TEST(Worker, HasDescriptorsOfItsOwn) {
    SystemClock clock;
    Loop loop(clock);
    const Fd before(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    Worker worker(loop);
    const Fd behind(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    int seen = 0;
    bool mine_is_open = false;
    ASSERT_TRUE(worker.submit([&]() -> Worker::Finish {
        const bool open =
            ::fcntl(before.get(), F_GETFD) >= 0 || ::fcntl(behind.get(), F_GETFD) >= 0;
        return [&, open] {
            seen = open ? 2 : 1;
            mine_is_open =
                ::fcntl(before.get(), F_GETFD) >= 0 && ::fcntl(behind.get(), F_GETFD) >= 0;
            loop.stop();
        };
    }));
    ASSERT_TRUE(loop.run_for(std::chrono::seconds(20)));
    EXPECT_EQ(seen, 1);
    EXPECT_TRUE(mine_is_open);
}

// Else a shell that waits for the output of a server in the background would wait for ever.
TEST(Worker, HoldsNoStandardStream) {
    SystemClock clock;
    Loop loop(clock);
    Worker worker(loop);
    struct stat null{};
    ASSERT_EQ(::stat("/dev/null", &null), 0);
    int held = -1;
    ASSERT_TRUE(worker.submit([&held, &loop, device = null.st_rdev]() -> Worker::Finish {
        int count = 0;
        for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
            struct stat stream{};
            if (::fstat(fd, &stream) == 0 && stream.st_rdev != device) ++count;
        }
        return [&held, &loop, count] {
            held = count;
            loop.stop();
        };
    }));
    ASSERT_TRUE(loop.run_for(std::chrono::seconds(20)));
    EXPECT_EQ(held, 0);
}

}  // namespace
}  // namespace ups::upsd
