// SPDX-License-Identifier: Apache-2.0
/// What the environment tells upsd, read once by `main`.
#pragma once

#include "lib/base/log_target.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace ups::upsd {

struct Environment {
    std::string conf_path;                  ///< NUT_CONFPATH, or built in
    std::optional<std::string> state_path;  ///< NUT_STATEPATH
    std::string pid_path;                   ///< NUT_ALTPIDPATH, NUT_STATEPATH, or built in
    unsigned debug = 0;                     ///< NUT_DEBUG_LEVEL
    bool debug_pid = false;                 ///< NUT_DEBUG_PID
    bool debug_program = false;             ///< NUT_DEBUG_PROCNAME
    DebugLog debug_log = DebugLog::usual;   ///< NUT_DEBUG_SYSLOG
    bool quiet_banner = false;              ///< NUT_QUIET_INIT_BANNER
    bool allow_no_device = false;           ///< ALLOW_NO_DEVICE
    bool allow_not_all_listeners = false;   ///< ALLOW_NOT_ALL_LISTENERS
    bool ignore_program_name = false;       ///< NUT_IGNORE_CHECKPROCNAME
    std::size_t max_connections_limit = 0;  ///< NUT_SYSMAXCONN_LIMIT; 0: none
};

}  // namespace ups::upsd
