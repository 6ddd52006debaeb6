// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/worker.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
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

}  // namespace
}  // namespace ups::upsd
