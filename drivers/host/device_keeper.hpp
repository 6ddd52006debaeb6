// SPDX-License-Identifier: Apache-2.0
/// When the device is opened, read, given up for lost and tried again: one state machine for all plugins.
///
///            open fails: back-off            poll times out: stale, again
///               +------+                        +------+
///               v      |     open ok            v      |
///     start -> closed -+-----------------> open --------+
///               ^                             |
///               +----------- close <----------+  lost, or too many failures: stale
///
/// No I/O and no thread here: the owner asks for the task that is due, runs it, and reports how it ended.
/// A task that overruns its deadline makes the data stale at that moment, though it still runs.
#pragma once

#include "lib/base/clock.hpp"
#include "lib/base/log.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ups::host {

struct KeeperSettings {
    Duration poll_interval = std::chrono::seconds(2);
    Duration slow_interval = std::chrono::seconds(30);  ///< `pollfreq`: how often all is read
    Duration poll_timeout = std::chrono::seconds(5);
    Duration open_timeout = std::chrono::seconds(10);
    /// How long the first open is tried again before the driver gives up.
    Duration start_limit = std::chrono::seconds(15);
    /// How long it may take to the first reading, even if the plugin does not return.
    Duration max_start_delay = std::chrono::seconds(75);
    std::int64_t reconnect_max_tries = -1;    ///< negative: for ever
    std::int64_t reconnect_report_freq = -1;  ///< log every nth failure; negative: the first only
};

enum class TaskKind : std::uint8_t { open, poll, close, request };

struct Task {
    TaskKind kind;
    std::uint32_t groups;  ///< poll: UPSDRV_POLL_...
    Instant deadline;
};

enum class Health : std::uint8_t {
    starting,  ///< not one reading yet
    fresh,
    stale,
    ended,  ///< the driver must end: see `reason()`
};

class DeviceKeeper {
  public:
    static constexpr Duration kFirstBackoff = std::chrono::milliseconds(500);
    static constexpr Duration kLastBackoff = std::chrono::seconds(30);
    /// Readings that fail one after the other before the device is closed and opened again.
    static constexpr int kFailuresToReopen = 5;

    /// `clock` and `log` outlive it.
    DeviceKeeper(const KeeperSettings& settings, const Clock& clock, const Logger& log);

    /// New intervals; they count from the next reading on.
    void configure(const KeeperSettings& settings) { settings_ = settings; }
    /// The task that is due now, which the owner must run; nothing while another one runs.
    [[nodiscard]] std::optional<Task> next();
    /// Begins a client's request. Only if `may_request()`.
    [[nodiscard]] Task begin_request();
    [[nodiscard]] bool may_request() const noexcept { return open_ && !busy_ && !closing_; }
    /// The running task returned `code`. `poll_at`: what the plugin asked for. `problem`: for the log.
    void finished(std::int32_t code, std::optional<Instant> poll_at, const std::string& problem);
    /// To be called at `deadline()` or later: notices overruns.
    void on_time();
    [[nodiscard]] std::optional<Instant> deadline() const;

    [[nodiscard]] Health health() const noexcept { return health_; }
    [[nodiscard]] bool is_busy() const noexcept { return busy_.has_value(); }
    [[nodiscard]] bool is_open() const noexcept { return open_ && !closing_; }
    /// The device was opened, and a reading was tried.
    [[nodiscard]] bool has_started() const noexcept { return started_; }
    /// A value for `driver.state`.
    [[nodiscard]] std::string_view state_word() const noexcept;
    /// Why the driver must end.
    [[nodiscard]] const std::string& reason() const noexcept { return reason_; }

  private:
    void open_finished(std::int32_t code, const std::string& problem);
    void poll_finished(std::int32_t code, std::optional<Instant> poll_at,
                       const std::string& problem);
    void open_failed(std::int32_t code, const std::string& problem);
    void back_off();
    void become_stale(std::string_view why);
    void become_fresh();
    void lose(std::string_view why);
    void give_up(std::string reason);

    KeeperSettings settings_;
    const Clock& clock_;
    const Logger& log_;
    Instant made_;
    Instant next_at_;  // when to open or to poll
    Instant slow_at_;  // when the slow group is due
    Instant began_{};  // the running task
    std::optional<Task> busy_;
    Duration backoff_ = kFirstBackoff;
    std::int64_t tries_ = 0;  // failed opens in a row
    int failures_ = 0;        // failed polls in a row
    bool open_ = false;
    bool closing_ = false;  // a close is due
    bool overrun_ = false;
    bool ever_open_ = false;
    bool started_ = false;
    Health health_ = Health::starting;
    std::string reason_;
};

/// A few words for a UPSDRV_... code.
[[nodiscard]] std::string_view code_text(std::int32_t code) noexcept;

}  // namespace ups::host
