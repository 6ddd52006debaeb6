// SPDX-License-Identifier: Apache-2.0
/// What upsmon's worker and upsmon-sleep say to each other: single bytes on a SOCK_SEQPACKET socket.
#pragma once

namespace ups::upsmon {

enum class SleepWord : char {
    // To the worker.
    held = 'h',      ///< sleep is delayed until `known`
    refused = 'r',   ///< it cannot be: this is only told
    no_bus = 'n',    ///< there is nobody to tell of sleep
    sleeping = 's',  ///< this host is about to sleep
    woke = 'w',      ///< it is awake again, or did not sleep after all
    // To upsmon-sleep.
    known = 'k',  ///< `sleeping` has been noted
};

}  // namespace ups::upsmon
