// SPDX-License-Identifier: Apache-2.0
/// A small blocking client of a driver socket, for the moments before and outside the loop.
#pragma once

#include "lib/base/clock.hpp"
#include "lib/base/fd.hpp"
#include "lib/base/result.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ups::host {

class DriverClient {
  public:
    /// Connects and asks not to be sent broadcasts. Fails with `not_found` or `refused` when nobody
    /// listens at `path`. `clock` outlives it.
    [[nodiscard]] static Result<DriverClient> connect(const std::string& path, const Clock& clock);

    [[nodiscard]] Result<void> send(std::string_view line);
    /// Sends `request` with a tracking id and waits for its code. Fails with `timeout` (old drivers do
    /// not know every request) or `closed`.
    [[nodiscard]] Result<int> track(const std::string& request, Duration limit);
    /// Waits for the driver to close the connection; false if it did not.
    [[nodiscard]] bool wait_closed(Duration limit);

  private:
    DriverClient(Fd fd, const Clock& clock) : fd_(std::move(fd)), clock_(clock) {}
    /// The next line, without LF.
    [[nodiscard]] Result<std::string> line(Instant deadline);

    Fd fd_;
    const Clock& clock_;
    std::string held_;
};

struct DriverPlace {
    std::string socket_path;
    std::string pid_path;
    std::string driver;        ///< `driver = …`
    bool any_program = false;  ///< NUT_IGNORE_CHECKPROCNAME: whatever the process is called
    /// What a process must run to be believed the driver of a pid file; empty: anything. Views of
    /// this object.
    [[nodiscard]] std::vector<std::string_view> programs() const;
};

/// Ends the instance that serves `place`, if there is one: asks it (`driver.exit`), then SIGTERM three
/// times, then SIGKILL. Never signals a process that is not a driver. Tells whether there was one. Fails
/// with `busy` if it does not go away.
[[nodiscard]] Result<bool> evict(const DriverPlace& place, const Clock& clock);

/// `-c COMMAND`: through the socket, else by signal (reload: SIGHUP, exit: SIGTERM) to the owner of the pid
/// file. Fails with `not_found` if no instance runs, `refused` if it says no.
[[nodiscard]] Result<void> control(const DriverPlace& place, const std::string& command,
                                   const Clock& clock);

/// As `control`, by signal only, to process `pid`, which must run a driver.
[[nodiscard]] Result<void> control_pid(const DriverPlace& place, int pid,
                                       const std::string& command);

/// `-k` while another instance runs: has it cut the power, by the first of `commands` that it carries out,
/// or in the way it is configured for if there are none. False if no instance does, or it cannot.
[[nodiscard]] Result<bool> killpower_by_socket(const DriverPlace& place,
                                               std::span<const std::string> commands,
                                               const Clock& clock);

}  // namespace ups::host
