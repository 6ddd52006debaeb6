// SPDX-License-Identifier: Apache-2.0
/// One thread for the few things that take long and cannot be done in pieces: checking password hashes
/// (slow by design) and looking up host names. The loop must not stand still for them.
#pragma once

#include "lib/base/fd.hpp"
#include "lib/event/loop.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ups::upsd {

class Worker {
  public:
    /// Tasks that may wait, the running one not counted.
    static constexpr std::size_t kMaxQueue = 64;

    /// Runs on the loop with the result; who submitted must still be there then, or keep the loop from
    /// running.
    using Finish = std::move_only_function<void()>;
    /// Runs on the thread; owns all it touches. The thread has descriptors of its own, and none of those that
    /// the rest of the program has open; its standard streams are /dev/null.
    using Task = std::move_only_function<Finish()>;

    /// Starts the thread, with all signals blocked: create it before a sandbox that forbids threads.
    explicit Worker(Loop& loop);
    /// Waits for the task that runs; the rest of the queue is dropped.
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Queues a task; false if the queue is full.
    [[nodiscard]] bool submit(Task task);

  private:
    void work();
    void collect();

    Fd event_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Task> tasks_;        // under mutex_
    std::vector<Finish> finished_;  // under mutex_
    bool stopping_ = false;         // under mutex_
    IoWatch watch_;
    std::thread thread_;
};

}  // namespace ups::upsd
