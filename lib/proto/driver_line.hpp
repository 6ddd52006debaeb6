// SPDX-License-Identifier: Apache-2.0
/// The local protocol between a driver process and its clients (`upsd`, tools).
///
/// One line per message, words as in `lib/base/words.hpp`. Keywords compare case-insensitively,
/// unknown ones are ignored by both sides. A line that we send is at most `kMaxDriverLine` bytes,
/// so that stock peers never see it cut.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ups::proto {

inline constexpr std::size_t kMaxDriverLine = 500;

/// Driver → client.
enum class DriverWord : std::uint8_t {
    setinfo,    ///< SETINFO var "value"
    delinfo,    ///< DELINFO var
    setflags,   ///< SETFLAGS var [RW] [STRING] [NUMBER] …: replaces all flags
    setaux,     ///< SETAUX var n: longest string
    addenum,    ///< ADDENUM var "value"
    delenum,    ///< DELENUM var "value"
    addrange,   ///< ADDRANGE var min max
    delrange,   ///< DELRANGE var min max
    addcmd,     ///< ADDCMD name
    delcmd,     ///< DELCMD name
    dataok,     ///< DATAOK
    datastale,  ///< DATASTALE
    dumpdone,   ///< DUMPDONE
    pong,       ///< PONG
    tracking,   ///< TRACKING id code
    pid,        ///< PID n
    ok,         ///< OK Goodbye
};

/// Client → driver.
enum class DriverRequest : std::uint8_t {
    dumpall,      ///< DUMPALL
    ping,         ///< PING
    set,          ///< SET var "value" [TRACKING id]
    instcmd,      ///< INSTCMD cmd [param] [TRACKING id]
    nobroadcast,  ///< NOBROADCAST
    broadcast,    ///< BROADCAST [0|1]
    logout,       ///< LOGOUT
    getpid,       ///< GETPID
    dumpvalue,    ///< DUMPVALUE var
    dumpstatus,   ///< DUMPSTATUS
};

[[nodiscard]] std::optional<DriverWord> driver_word(std::string_view word) noexcept;
[[nodiscard]] std::optional<DriverRequest> driver_request(std::string_view word) noexcept;
[[nodiscard]] std::string_view keyword(DriverWord word) noexcept;
[[nodiscard]] std::string_view keyword(DriverRequest request) noexcept;

/// How many words a line must have at least, keyword included.
[[nodiscard]] std::size_t least_words(DriverWord word) noexcept;

/// Outcome of a tracked SET or INSTCMD, as sent in `TRACKING id code`.
enum class TrackingCode : std::uint8_t {
    handled = 0,
    unknown = 1,     ///< no such variable or command
    invalid = 2,     ///< bad value
    failed = 3,      ///< tried, and the device refused or did not answer
    conversion = 4,  ///< the value could not be converted
};

}  // namespace ups::proto
