// SPDX-License-Identifier: Apache-2.0
/// What the environment tells upsmon, read once by `main`.
#pragma once

#include "lib/base/clock.hpp"
#include "lib/base/log_target.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace ups::upsmon {

struct Environment {
    std::string conf_path;                     ///< NUT_CONFPATH, or built in
    std::string pid_path;                      ///< NUT_PIDPATH, or built in
    std::string webhook_program;               ///< path of upsmon-webhook
    std::string sleep_program;                 ///< path of upsmon-sleep, which may be absent
    bool has_third_line = false;               ///< of a worker: upsmon-sleep runs
    bool has_memory = false;                   ///< of a worker: it has a file for `Memory`
    unsigned debug = 0;                        ///< NUT_DEBUG_LEVEL
    DebugLog debug_log = DebugLog::usual;      ///< NUT_DEBUG_SYSLOG
    bool quiet_banner = false;                 ///< NUT_QUIET_INIT_BANNER
    bool ignore_program_name = false;          ///< NUT_IGNORE_CHECKPROCNAME
    std::chrono::seconds connect_timeout{10};  ///< NUT_DEFAULT_CONNECT_TIMEOUT
    std::optional<Duration> watchdog_limit{};  ///< WATCHDOG_USEC
};

}  // namespace ups::upsmon
