// SPDX-License-Identifier: Apache-2.0
#include "drivers/host/mailbox.hpp"

#include "lib/base/assert.hpp"

#include <cstdint>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

namespace ups::host {

Mailbox::Mailbox() : wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void Mailbox::submit(Job job) {
    const std::lock_guard lock(mutex_);
    UPS_ASSERT(!job_);
    job_ = std::move(job);
    has_job_.notify_one();
}

void Mailbox::shut() {
    const std::lock_guard lock(mutex_);
    shut_ = true;
    has_job_.notify_one();
}

Mailbox::Mail Mailbox::collect() {
    std::uint64_t count = 0;
    // Emptied first: what is posted from here on wakes the loop again.
    [[maybe_unused]] const auto got = ::read(wake_.get(), &count, sizeof count);
    const std::lock_guard lock(mutex_);
    return std::exchange(mail_, {});
}

std::optional<Job> Mailbox::wait_job() {
    std::unique_lock lock(mutex_);
    has_job_.wait(lock, [this] { return job_ || shut_; });
    if (!job_) return std::nullopt;
    return std::exchange(job_, std::nullopt);
}

void Mailbox::post(JobDone done) {
    {
        const std::lock_guard lock(mutex_);
        mail_.done.push_back(std::move(done));
    }
    wake();
}

void Mailbox::post(PluginLog log) {
    {
        const std::lock_guard lock(mutex_);
        if (mail_.logs.size() < kMaxLogs)
            mail_.logs.push_back(std::move(log));
        else
            ++mail_.logs_lost;
    }
    wake();
}

void Mailbox::wake() const noexcept {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
}

}  // namespace ups::host
