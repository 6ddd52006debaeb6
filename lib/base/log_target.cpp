// SPDX-License-Identifier: Apache-2.0
#include "lib/base/log_target.hpp"

namespace ups {

DebugLog parse_debug_log(std::string_view value) noexcept {
    if (value == "stderr") return DebugLog::standard_error;
    return value == "none" ? DebugLog::none : DebugLog::usual;
}

LogTarget::LogTarget(const Clock& clock, const Setup& setup)
    : stderr_(clock, setup.elapsed ? StderrSink::Stamp::elapsed : StderrSink::Stamp::plain) {
    if (!setup.background || setup.where != DebugLog::usual) return;
    syslog_ = std::make_unique<SyslogSink>(setup.ident);
    // Both, until stderr becomes /dev/null: the start is watched by a person.
    tee_ = std::make_unique<TeeSink>(stderr_, *syslog_);
}

}  // namespace ups
