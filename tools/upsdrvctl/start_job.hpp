// SPDX-License-Identifier: Apache-2.0
/// Calling a driver until it has gone to the background, or has switched the power off.
#pragma once

#include "tools/upsdrvctl/child.hpp"
#include "tools/upsdrvctl/context.hpp"
#include "tools/upsdrvctl/driver_program.hpp"
#include "tools/upsdrvctl/job.hpp"

#include <memory>
#include <string>
#include <vector>

namespace ups::upsdrvctl {

/// Up to `maxretry` attempts, `retrydelay` apart, each waited for at most `maxstartdelay`. A call that
/// ends with status 0 is a success. One that does not end in time is a failure and goes on: a slow
/// driver may still come up. Stock drivers let their first process end before the pid file is right; that
/// short while is waited for, so that a stop right behind a start finds the driver.
class StartJob final : public Job {
  public:
    /// `purpose`: start, power_off or command. All references outlive the job.
    StartJob(const Context& context, const conf::UpsSection& ups, Purpose purpose);
    void begin() override;
    void cancel() override;

  private:
    void attempt();
    void on_end(Ending ending);
    void on_time();
    void await_pid_file();
    void succeed();
    [[nodiscard]] bool waits() const;

    const Context& context_;
    const conf::UpsSection& ups_;
    Purpose purpose_;
    std::vector<std::string> call_;
    unsigned attempts_left_;
    std::unique_ptr<Child> child_;
    Timer timer_;  // the end of the wait while there is a child, else the next attempt
    Timer pid_timer_;
    unsigned pid_looks_ = 0;
    bool cancelled_ = false;
    bool over_ = false;
};

}  // namespace ups::upsdrvctl
