// SPDX-License-Identifier: Apache-2.0
/// The one place where the loop's thread and the plugin's thread meet.
#pragma once

#include "drivers/host/job.hpp"
#include "lib/base/fd.hpp"

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <vector>

namespace ups::host {

/// Jobs go one way, results and log lines the other. Every method may be called from either thread.
/// Bounded: at most one job waits (the loop hands out the next when the last one is done), and at most
/// `kMaxLogs` log lines; further ones are counted.
class Mailbox {
  public:
    static constexpr std::size_t kMaxLogs = 256;

    struct Mail {
        std::vector<JobDone> done;
        std::vector<PluginLog> logs;
        std::size_t logs_lost = 0;
    };

    Mailbox();

    // -- the loop's side --
    /// There must be no other job waiting.
    void submit(Job job);
    /// No more jobs: `wait_job` then returns nothing.
    void shut();
    /// Becomes readable when there is mail; -1 if descriptors ran out.
    [[nodiscard]] int fd() const noexcept { return wake_.get(); }
    [[nodiscard]] Mail collect();

    // -- the plugin's side --
    [[nodiscard]] std::optional<Job> wait_job();
    void post(JobDone done);
    void post(PluginLog log);

  private:
    void wake() const noexcept;

    std::mutex mutex_;
    std::condition_variable has_job_;
    std::optional<Job> job_;
    bool shut_ = false;
    Mail mail_;
    Fd wake_;
};

}  // namespace ups::host
