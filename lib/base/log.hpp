// SPDX-License-Identifier: Apache-2.0
/// Logging: one line per event — level, dotted event name, `key=value` context, a text for people.
///
///     warning driver.stale ups=rack1: no data from driver for 16 s
///
/// State changes are logged, states are not. Text of a peer goes through `printable` here. Secrets
/// never reach a logger.
#pragma once

#include "lib/base/clock.hpp"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace ups {

enum class LogLevel : std::uint8_t {
    error,    ///< someone must act
    warning,  ///< degraded but working
    info,     ///< a state changed
    debug,    ///< for developers
};

/// The lower-case name of a level.
[[nodiscard]] std::string_view log_level_name(LogLevel level) noexcept;

struct LogField {
    std::string_view key;
    std::string_view value;
};

/// Where finished lines go. `line` has no LF.
class LogSink {
  public:
    virtual ~LogSink() = default;
    virtual void write(LogLevel level, std::string_view line) noexcept = 0;
};

/// A cheap handle on a sink, with context that every line of it carries. Copyable; the sink
/// outlives it.
class Logger {
  public:
    Logger(LogSink& sink, LogLevel most) : sink_(&sink), most_(most) {}

    /// A logger whose lines also carry `key=value`.
    [[nodiscard]] Logger with(std::string_view key, std::string_view value) const;
    [[nodiscard]] bool enabled(LogLevel level) const noexcept { return level <= most_; }
    void set_most(LogLevel most) noexcept { most_ = most; }

    using Fields = std::initializer_list<LogField>;
    void error(std::string_view event, std::string_view text, Fields fields = {}) const {
        write(LogLevel::error, event, text, fields);
    }
    void warning(std::string_view event, std::string_view text, Fields fields = {}) const {
        write(LogLevel::warning, event, text, fields);
    }
    void info(std::string_view event, std::string_view text, Fields fields = {}) const {
        write(LogLevel::info, event, text, fields);
    }
    void debug(std::string_view event, std::string_view text, Fields fields = {}) const {
        write(LogLevel::debug, event, text, fields);
    }
    void write(LogLevel level, std::string_view event, std::string_view text, Fields fields) const;

  private:
    LogSink* sink_;
    LogLevel most_;
    std::string context_;
};

/// Lines on stderr. With `debug_stamp`, each starts with seconds since the sink was made, a tab and
/// "[D1]", the shape that people know from the incumbent's `-D`.
class StderrSink final : public LogSink {
  public:
    enum class Stamp : std::uint8_t { plain, elapsed };
    explicit StderrSink(const Clock& clock, Stamp stamp = Stamp::plain);
    void write(LogLevel level, std::string_view line) noexcept override;

  private:
    const Clock& clock_;
    Instant start_;
    Stamp stamp_;
};

/// syslog(3), facility daemon. `ident` is shown before each line; the sink must be the only user of
/// openlog in the process.
class SyslogSink final : public LogSink {
  public:
    explicit SyslogSink(std::string ident);
    ~SyslogSink() override;
    SyslogSink(const SyslogSink&) = delete;
    SyslogSink& operator=(const SyslogSink&) = delete;
    void write(LogLevel level, std::string_view line) noexcept override;

  private:
    std::string ident_;
};

/// Keeps the lines, for tests.
class MemorySink final : public LogSink {
  public:
    void write(LogLevel level, std::string_view line) noexcept override;
    [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }
    [[nodiscard]] bool contains(std::string_view part) const;

  private:
    std::vector<std::string> lines_;
};

/// Hands every line to two sinks (daemons in the foreground that also use syslog).
class TeeSink final : public LogSink {
  public:
    TeeSink(LogSink& first, LogSink& second) : first_(first), second_(second) {}
    void write(LogLevel level, std::string_view line) noexcept override {
        first_.write(level, line);
        second_.write(level, line);
    }

  private:
    LogSink& first_;
    LogSink& second_;
};

}  // namespace ups
