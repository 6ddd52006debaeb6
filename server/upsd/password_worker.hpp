// SPDX-License-Identifier: Apache-2.0
/// Checks password hashes on a thread of its own: one check takes a fraction of a second by design, and the
/// loop must not stand still for it. The thread touches nothing but its queue.
#pragma once

#include "lib/base/fd.hpp"
#include "lib/base/password.hpp"
#include "lib/event/loop.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace ups::upsd {

class PasswordWorker {
  public:
    /// Jobs that may wait, the running one not counted. Few: whoever queues behind may find that
    /// another check has answered its question.
    static constexpr std::size_t kMaxQueue = 2;

    struct Job {
        std::uint64_t id = 0;
        Secret stored;
        Secret candidate;
    };
    /// Called on the loop, once per job.
    using Done = std::move_only_function<void(std::uint64_t id, bool matches)>;

    /// Starts the thread, with all signals blocked: create it before a sandbox that forbids threads.
    PasswordWorker(Loop& loop, Done done);
    /// Waits for the check that runs; the rest of the queue is dropped.
    ~PasswordWorker();
    PasswordWorker(const PasswordWorker&) = delete;
    PasswordWorker& operator=(const PasswordWorker&) = delete;

    /// Queues a check; false if the queue is full.
    [[nodiscard]] bool submit(Job&& job);

  private:
    struct Outcome {
        std::uint64_t id;
        bool matches;
    };
    void work();
    void collect();

    Done done_;
    Fd event_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Job> jobs_;           // under mutex_
    std::vector<Outcome> outcomes_;  // under mutex_
    bool stopping_ = false;          // under mutex_
    IoWatch watch_;
    std::thread thread_;
};

}  // namespace ups::upsd
