// SPDX-License-Identifier: Apache-2.0
/// Ending a driver.
#pragma once

#include "tools/upsdrvctl/context.hpp"
#include "tools/upsdrvctl/dialog.hpp"
#include "tools/upsdrvctl/driver_program.hpp"
#include "tools/upsdrvctl/job.hpp"

#include <memory>
#include <optional>
#include <string>

namespace ups::upsdrvctl {

/// How long a driver has after SIGTERM, and after SIGKILL.
inline constexpr Duration kStopLimit = std::chrono::seconds(5);
/// How long a driver has to answer on its socket.
inline constexpr Duration kTalkLimit = std::chrono::seconds(2);

/// The process behind the pid file gets SIGTERM, then SIGKILL. Where there is no such process or no
/// right to signal it, the driver is asked through its socket (`driver.exit`); if it does not know that
/// word, the process that made the socket is taken, provided that it runs the right program.
class StopJob final : public Job {
  public:
    StopJob(const Context& context, const conf::UpsSection& ups);
    void begin() override;

  private:
    void ask_to_exit(std::string why);
    void on_talk(const DialogResult& result, const std::string& why);
    void terminate(ProcessHandle process);
    void wait_for_end();
    void on_time();
    void end_well();
    void end_badly(const std::string& text);

    const Context& context_;
    const conf::UpsSection& ups_;
    std::unique_ptr<Dialog> dialog_;
    std::optional<ProcessHandle> process_;
    std::unique_ptr<IoWatch> watch_;
    Timer timer_;
    bool killed_ = false;
};

}  // namespace ups::upsdrvctl
