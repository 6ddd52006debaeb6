// SPDX-License-Identifier: Apache-2.0
/// One thing to do for one UPS, and many of them at the same time.
#pragma once

#include "lib/event/loop.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace ups::upsdrvctl {

enum class Outcome : std::uint8_t { done, failed };

class Job {
  public:
    virtual ~Job() = default;
    Job() = default;
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;
    /// Begins; `finish` follows once, now or from the loop.
    virtual void begin() = 0;
    /// Tells a job that is under way to come to an end (upsdrvctl was told to stop).
    virtual void cancel() {}
    void on_finish(std::move_only_function<void(Outcome)> callback) { finished_ = std::move(callback); }

  protected:
    void finish(Outcome outcome) {
        if (auto finished = std::move(finished_)) finished(outcome);
    }

  private:
    std::move_only_function<void(Outcome)> finished_;
};

/// Runs jobs, at most `at_once` of them at a time, in their order. The jobs live as long as the runner:
/// what they started may outlive their end.
class JobRunner {
  public:
    JobRunner(Loop& loop, std::size_t at_once) : loop_(loop), at_once_(at_once) {}
    void add(std::unique_ptr<Job> job) { jobs_.push_back(std::move(job)); }
    /// Runs the loop until all jobs are finished; the number of those that failed.
    [[nodiscard]] std::size_t run();
    /// No further job begins; those under way are cancelled.
    void cancel();

  private:
    void begin_more();
    void end_one(Outcome outcome);

    Loop& loop_;
    std::size_t at_once_;
    std::vector<std::unique_ptr<Job>> jobs_;
    std::size_t next_ = 0;
    std::size_t running_ = 0;
    std::size_t failed_ = 0;
    bool beginning_ = false;
};

}  // namespace ups::upsdrvctl
