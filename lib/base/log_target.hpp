// SPDX-License-Identifier: Apache-2.0
/// Where the log lines of a daemon go: stderr until it is in the background, syslog once it may be.
#pragma once

#include "lib/base/log.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace ups {

/// What NUT_DEBUG_SYSLOG asks of a daemon in the background.
enum class DebugLog : std::uint8_t {
    usual,           ///< `default` or unset: syslog; stderr ends with the start
    none,            ///< no syslog; stderr ends with the start
    standard_error,  ///< `stderr`: no syslog; stderr stays open
};

/// The value of NUT_DEBUG_SYSLOG; anything unknown is `usual`.
[[nodiscard]] DebugLog parse_debug_log(std::string_view value) noexcept;

/// The sinks of one run of a daemon. Neither copied nor moved: loggers know its address.
class LogTarget {
  public:
    struct Setup {
        std::string ident;  ///< for syslog
        bool background = false;
        bool elapsed = false;  ///< stderr lines start with the time since the start
        DebugLog where = DebugLog::usual;
    };

    /// `clock` outlives it.
    LogTarget(const Clock& clock, const Setup& setup);
    LogTarget(const LogTarget&) = delete;
    LogTarget& operator=(const LogTarget&) = delete;

    [[nodiscard]] LogSink& sink() noexcept { return tee_ ? static_cast<LogSink&>(*tee_) : stderr_; }

  private:
    StderrSink stderr_;
    std::unique_ptr<SyslogSink> syslog_;
    std::unique_ptr<TeeSink> tee_;
};

}  // namespace ups
