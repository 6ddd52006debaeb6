// SPDX-License-Identifier: Apache-2.0
// Table: the directives of upssched.conf.
#include "conf/schema/rows.hpp"

#include <array>

namespace ups::conf {
namespace {

// clang-format off
constexpr auto kRows = std::to_array<Row>({
    {.name = "CMDSCRIPT", .type = Type::words, .arguments = "PATH [ARGUMENT ...]", .flags = kRequired,
     .help = "Program that is run for timers and EXECUTE, with the name of the timer as its last argument. Arguments before that are new in 2.8.5."},
    {.name = "PIPEFN", .type = Type::path, .arguments = "PATH",
     .help = "Socket between upssched and its timers. Needed for timers; its folder must be writable for upsmon's user and for nobody else."},
    {.name = "LOCKFN", .type = Type::path, .arguments = "PATH",
     .help = "File that makes sure the timers are started only once. Needed for timers."},
    {.name = "AT", .type = Type::words, .arguments = "TYPE UPS|* COMMAND", .flags = kRepeatable,
     .help = "What to do when upsmon notifies: TYPE is a type of notification, UPS the text of the MONITOR line, or * for any. COMMAND is START-TIMER NAME SECONDS, START-TIMER-SHARED NAME SECONDS (one timer for several events, since 2.8.5), CANCEL-TIMER NAME [ELSE] (ELSE is run if no such timer was running), or EXECUTE NAME (run at once)."},
    {.name = "DEBUG_MIN", .type = Type::integer, .arguments = "N", .fallback = "0", .least = 0, .most = 10, .since = "2.8.5", .flags = kAnyCase,
     .help = "Debug level to have at least."},
});
// clang-format on

}  // namespace

std::span<const Row> upssched_conf_rows() {
    return kRows;
}

}  // namespace ups::conf
