// SPDX-License-Identifier: Apache-2.0
#include "lib/base/log.hpp"

#include "lib/base/text.hpp"

#include <algorithm>
#include <cstdio>
#include <syslog.h>

namespace ups {

std::string_view log_level_name(LogLevel level) noexcept {
    switch (level) {
    case LogLevel::error:
        return "error";
    case LogLevel::warning:
        return "warning";
    case LogLevel::info:
        return "info";
    case LogLevel::debug:
        return "debug";
    }
    return "?";
}

namespace {
void append_field(std::string& line, std::string_view key, std::string_view value) {
    line += ' ';
    line += key;
    line += '=';
    const std::string safe = printable(value);
    const bool bare = !safe.empty() && safe.find_first_of(" \"=") == std::string::npos;
    if (bare) {
        line += safe;
        return;
    }
    line += '"';
    for (const char c : safe) {
        if (c == '"') line += '\\';
        line += c;
    }
    line += '"';
}
}  // namespace

Logger Logger::with(std::string_view key, std::string_view value) const {
    Logger child = *this;
    append_field(child.context_, key, value);
    return child;
}

void Logger::write(LogLevel level, std::string_view event, std::string_view text,
                   Fields fields) const {
    if (!enabled(level)) return;
    std::string line(log_level_name(level));
    line += ' ';
    line += event;
    line += context_;
    for (const LogField& field : fields)
        append_field(line, field.key, field.value);
    if (!text.empty()) {
        line += ": ";
        line += printable(text, 1000);
    }
    sink_->write(level, line);
}

StderrSink::StderrSink(const Clock& clock, Stamp stamp)
    : clock_(clock), start_(clock.now()), stamp_(stamp) {}

void StderrSink::write(LogLevel level, std::string_view line) noexcept {
    if (stamp_ == Stamp::elapsed) {
        const double seconds = std::chrono::duration<double>(clock_.now() - start_).count();
        std::fprintf(stderr, "%11.6f\t%s%.*s\n", seconds, level == LogLevel::debug ? "[D1] " : "",
                     static_cast<int>(line.size()), line.data());
    } else {
        std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
    }
}

SyslogSink::SyslogSink(std::string ident) : ident_(std::move(ident)) {
    ::openlog(ident_.c_str(), LOG_PID, LOG_DAEMON);
}

SyslogSink::~SyslogSink() {
    ::closelog();
}

void SyslogSink::write(LogLevel level, std::string_view line) noexcept {
    static constexpr int kPriority[] = {LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG};
    ::syslog(kPriority[static_cast<int>(level)], "%.*s", static_cast<int>(line.size()),
             line.data());
}

void MemorySink::write(LogLevel, std::string_view line) noexcept {
    lines_.emplace_back(line);
}

bool MemorySink::contains(std::string_view part) const {
    return std::ranges::any_of(
        lines_, [part](const std::string& line) { return line.find(part) != std::string::npos; });
}

}  // namespace ups
