// SPDX-License-Identifier: Apache-2.0
/// What can be told about a driver from outside.
#pragma once

#include "tools/upsdrvctl/context.hpp"
#include "tools/upsdrvctl/dialog.hpp"
#include "tools/upsdrvctl/job.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ups::upsdrvctl {

enum class Running : std::uint8_t { running, stopped, unknown };

/// A row of the status table.
struct DriverStatus {
    std::string ups;
    std::string driver;
    Running running = Running::unknown;
    std::optional<pid_t> pid_file;  ///< pid in the pid file, whosever it is
    bool responsive = false;
    std::optional<pid_t> socket_pid;
    std::string status;  ///< ups.status
    [[nodiscard]] bool is_well() const noexcept {
        return running == Running::running && responsive;
    }
};

/// Our drivers are asked on their socket. Stock ones are not: they are responsive if they listen.
class StatusJob final : public Job {
  public:
    /// `row` outlives the job.
    StatusJob(const Context& context, const conf::UpsSection& ups, DriverStatus& row);
    void begin() override;

  private:
    void on_talk(const DialogResult& result);
    void conclude();

    const Context& context_;
    const conf::UpsSection& ups_;
    DriverStatus& row_;
    std::unique_ptr<Dialog> dialog_;
};

/// The table of the incumbent: columns between tabs, the name filled up to 20 columns on the right, the
/// driver to 20 on the left.
[[nodiscard]] std::string status_table(const std::vector<DriverStatus>& rows);
[[nodiscard]] std::string status_json(const std::vector<DriverStatus>& rows);

}  // namespace ups::upsdrvctl
