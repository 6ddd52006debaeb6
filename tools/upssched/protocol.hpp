// SPDX-License-Identifier: Apache-2.0
/// The lines between upssched and its timer daemon, on the Unix socket PIPEFN.
///
///     request = verb SP name SP second [ SP type SP ups SP message ] LF      words as in lib/base/words.hpp
///     verb    = "START" / "START-SHARED"     second: seconds
///             / "CANCEL"                     second: argument of CMDSCRIPT if no such timer runs;
///                                            may be absent
///             / "LIST-TIMERS"                name and second: empty, may be absent
///     reply   = "OK" LF / "ERR" SP reason LF
///             / *( "TIMER" SP name SP seconds-left SP types SP upses LF ) "OK" LF      for LIST-TIMERS
///
/// Releases before 2.8.5 send no type, ups and message, and know START and CANCEL only; later ones send them
/// always. Observed: stock daemon 2.8.0 ignores words that it does not need.
#pragma once

#include "lib/base/result.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ups::upssched {

/// Longest request and longest line of a reply, LF included.
inline constexpr std::size_t kMaxLine = 4096;
/// Longest time of a timer, as in the configuration.
inline constexpr std::chrono::seconds kLongestTimer{366 * 86400};

enum class Verb : std::uint8_t { start, start_shared, cancel, list };

/// What made upsmon call: empty where a peer does not tell.
struct Cause {
    std::string type;     ///< NOTIFYTYPE
    std::string ups;      ///< UPSNAME
    std::string message;  ///< the text of the notification
    bool operator==(const Cause&) const = default;
};

struct Request {
    Verb verb = Verb::list;
    std::string name;
    std::chrono::seconds delay{0};  ///< of the start verbs
    std::string otherwise;          ///< of `cancel`; empty: nothing
    std::optional<Cause> cause;     ///< nothing: an old peer
    bool operator==(const Request&) const = default;
};

/// Fails with `unsupported` (no such verb: stock says ERR UNKNOWN) or `invalid` (a name or a time that is
/// missing, malformed or out of range).
[[nodiscard]] Result<Request> parse_request(std::string_view line);
/// With the LF. Words are cut to what fits into `kMaxLine`.
[[nodiscard]] std::string encode(const Request& request);

}  // namespace ups::upssched
