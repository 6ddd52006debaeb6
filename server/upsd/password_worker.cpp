// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/password_worker.hpp"

#include "lib/base/assert.hpp"

#include <csignal>
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

}  // namespace

PasswordWorker::PasswordWorker(Loop& loop, Done done)
    : done_(std::move(done)), event_(make_eventfd()),
      watch_(loop, event_.get(), Interest::read, [this](Interest) { collect(); }) {
    // Signals are for the loop's thread.
    sigset_t all, before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this] { work(); });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

PasswordWorker::~PasswordWorker() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

bool PasswordWorker::submit(Job&& job) {
    {
        const std::lock_guard lock(mutex_);
        if (jobs_.size() >= kMaxQueue) return false;
        jobs_.push_back(std::move(job));
    }
    wake_.notify_one();
    return true;
}

void PasswordWorker::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
        if (stopping_) return;
        const Job job = std::move(jobs_.front());
        jobs_.pop_front();
        lock.unlock();
        const bool matches = password_matches(job.stored.view(), job.candidate.view());
        lock.lock();
        outcomes_.push_back({job.id, matches});
        const std::uint64_t one = 1;
        // Cannot fail: the counter would have to reach 2^64 - 1 first.
        (void)!::write(event_.get(), &one, sizeof one);
    }
}

void PasswordWorker::collect() {
    std::uint64_t count = 0;
    (void)!::read(event_.get(), &count, sizeof count);
    std::vector<Outcome> outcomes;
    {
        const std::lock_guard lock(mutex_);
        outcomes.swap(outcomes_);
    }
    for (const Outcome& outcome : outcomes)
        done_(outcome.id, outcome.matches);
}

}  // namespace ups::upsd
