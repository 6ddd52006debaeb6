// SPDX-License-Identifier: Apache-2.0
// Table: the keys of nut.conf.
#include "conf/schema/rows.hpp"

#include <array>

namespace ups::conf {
namespace {

// clang-format off
constexpr auto kRows = std::to_array<Row>({
    {.name = "MODE", .type = Type::choice, .arguments = "none|standalone|netserver|netclient", .fallback = "none",
     .choices = "none standalone netserver netclient",
     .help = "Which services this host starts: none; drivers, server and monitor for itself; the same for others too; or the monitor only."},
    {.name = "UPSD_OPTIONS", .type = Type::text, .arguments = "TEXT", .help = "More arguments for upsd."},
    {.name = "UPSMON_OPTIONS", .type = Type::text, .arguments = "TEXT", .help = "More arguments for upsmon."},
    {.name = "POWEROFF_WAIT", .type = Type::text, .arguments = "TIME", .help = "How long the last step of a shutdown waits for the power to go, as sleep(1) takes it; a host that still runs then starts again. Unset: it does not wait."},
    {.name = "POWEROFF_QUIET", .type = Type::boolean, .arguments = "true|false", .since = "2.8.1", .help = "Let the last step of a shutdown say only what fails."},
    {.name = "POWEROFF_OPTIONS", .type = Type::text, .arguments = "TEXT", .help = "Options of upsdrvctl shutdown in the last step of a shutdown: --return, --stayoff."},
    {.name = "ALLOW_NO_DEVICE", .type = Type::boolean, .arguments = "true|false", .since = "2.8.0", .help = "As the directive of upsd.conf, for the environment of upsd."},
    {.name = "ALLOW_NOT_ALL_LISTENERS", .type = Type::boolean, .arguments = "true|false", .since = "2.8.2", .help = "As the directive of upsd.conf, for the environment of upsd."},
    {.name = "NUT_DEBUG_LEVEL", .type = Type::integer, .arguments = "N", .least = 0, .most = 10, .since = "2.8.1", .help = "Debug level of all programs."},
    {.name = "NUT_DEBUG_PID", .type = Type::text, .arguments = "TEXT", .since = "2.8.1", .help = "Add the process number to debug lines."},
    {.name = "NUT_DEBUG_PROCNAME", .type = Type::text, .arguments = "TEXT", .since = "2.8.5", .help = "Add the program's name to debug lines."},
    {.name = "NUT_DEBUG_SYSLOG", .type = Type::choice, .arguments = "stderr|none|default", .choices = "stderr none default", .since = "2.8.3", .help = "Where debug lines go."},
    {.name = "NUT_IGNORE_CHECKPROCNAME", .type = Type::text, .arguments = "true", .since = "2.8.3", .help = "Trust pid files although the process has another name."},
    {.name = "NUT_IGNORE_NOWAIT", .type = Type::text, .arguments = "true", .since = "2.8.1", .help = "Let upsdrvctl wait for drivers in spite of nowait."},
    {.name = "NUT_QUIET_INIT_SSL", .type = Type::text, .arguments = "true", .since = "2.8.1", .help = "Say nothing about TLS at start."},
    {.name = "NUT_QUIET_INIT_BANNER", .type = Type::text, .arguments = "true", .since = "2.8.3", .help = "Say no name and version at start."},
    {.name = "NUT_QUIET_INIT_UPSNOTIFY", .type = Type::text, .arguments = "true", .since = "2.8.1", .help = "Say nothing about the service manager at start."},
});
// clang-format on

}  // namespace

std::span<const Row> nut_conf_rows() { return kRows; }

}  // namespace ups::conf
