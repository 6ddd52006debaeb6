// SPDX-License-Identifier: Apache-2.0
#include "lib/proto/driver_line.hpp"

#include "lib/base/text.hpp"

#include <array>

namespace ups::proto {
namespace {

struct WordRow {
    std::string_view text;
    std::size_t least;
};

// In the order of DriverWord.
constexpr std::array<WordRow, 17> kWords = {{
    {"SETINFO", 3},
    {"DELINFO", 2},
    {"SETFLAGS", 3},
    {"SETAUX", 3},
    {"ADDENUM", 3},
    {"DELENUM", 3},
    {"ADDRANGE", 4},
    {"DELRANGE", 4},
    {"ADDCMD", 2},
    {"DELCMD", 2},
    {"DATAOK", 1},
    {"DATASTALE", 1},
    {"DUMPDONE", 1},
    {"PONG", 1},
    {"TRACKING", 3},
    {"PID", 2},
    {"OK", 1},
}};

// In the order of DriverRequest.
constexpr std::array<std::string_view, 10> kRequests = {
    "DUMPALL",   "PING",   "SET",    "INSTCMD",   "NOBROADCAST",
    "BROADCAST", "LOGOUT", "GETPID", "DUMPVALUE", "DUMPSTATUS"};

}  // namespace

std::optional<DriverWord> driver_word(std::string_view word) noexcept {
    for (std::size_t i = 0; i < kWords.size(); ++i)
        if (iequals(word, kWords[i].text)) return static_cast<DriverWord>(i);
    return std::nullopt;
}

std::optional<DriverRequest> driver_request(std::string_view word) noexcept {
    for (std::size_t i = 0; i < kRequests.size(); ++i)
        if (iequals(word, kRequests[i])) return static_cast<DriverRequest>(i);
    return std::nullopt;
}

std::string_view keyword(DriverWord word) noexcept {
    return kWords[static_cast<std::size_t>(word)].text;
}

std::string_view keyword(DriverRequest request) noexcept {
    return kRequests[static_cast<std::size_t>(request)];
}

std::size_t least_words(DriverWord word) noexcept {
    return kWords[static_cast<std::size_t>(word)].least;
}

}  // namespace ups::proto
