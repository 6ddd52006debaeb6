// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/worker.hpp"

#include "lib/base/assert.hpp"

#include <csignal>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

namespace ups::upsd {
namespace {

Fd make_eventfd() {
    Fd fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    UPS_ASSERT(fd);
    return fd;
}

/// Gives the calling thread a table of descriptors of its own, with `kept` and nothing else. The standard
/// streams are /dev/null there: whoever started the program in the background waits for them to end.
/// While two threads share one table, each system call on a descriptor counts references to it, which
/// takes a sixth of the time that a short call takes.
void leave_descriptors(int kept) {
    constexpr unsigned kFirst = 3;
    const auto keep = static_cast<unsigned>(kept);
    // Without its own table (an old kernel) it must not close anything.
    if (::close_range(keep + 1, ~0U, CLOSE_RANGE_UNSHARE) != 0) return;
    if (keep > kFirst) ::close_range(kFirst, keep - 1, 0);
    const Fd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    for (int standard = 0; standard < static_cast<int>(kFirst) && null; ++standard)
        ::dup2(null.get(), standard);
}

}  // namespace

Worker::Worker(Loop& loop)
    : event_(make_eventfd()),
      watch_(loop, event_.get(), Interest::read, [this](Interest) { collect(); }) {
    // Signals are for the loop's thread.
    sigset_t all, before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this] { work(); });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Worker::~Worker() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

bool Worker::submit(Task task) {
    {
        const std::lock_guard lock(mutex_);
        if (tasks_.size() >= kMaxQueue) return false;
        tasks_.push_back(std::move(task));
    }
    wake_.notify_one();
    return true;
}

void Worker::work() {
    leave_descriptors(event_.get());
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
        if (stopping_) return;
        Task task = std::move(tasks_.front());
        tasks_.pop_front();
        lock.unlock();
        Finish finish = task();
        lock.lock();
        finished_.push_back(std::move(finish));
        const std::uint64_t one = 1;
        // Cannot fail: the counter would have to reach 2^64 - 1 first.
        (void)!::write(event_.get(), &one, sizeof one);
    }
}

void Worker::collect() {
    std::uint64_t count = 0;
    (void)!::read(event_.get(), &count, sizeof count);
    std::vector<Finish> finished;
    {
        const std::lock_guard lock(mutex_);
        finished.swap(finished_);
    }
    for (Finish& finish : finished)
        finish();
}

}  // namespace ups::upsd
