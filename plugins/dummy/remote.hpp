// SPDX-License-Identifier: Apache-2.0
/// The client side of the UPS Management Protocol (RFC 9271) as far as a repeater needs it: addresses in,
/// request lines out, answer lines in. No I/O, no state.
#pragma once

#include "upsdrv.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ups::dummy {

/// `ups@host[:port]`; an IPv6 address in brackets.
struct RemoteAddress {
    std::string ups;
    std::string host;     ///< without brackets
    std::string address;  ///< "host:port", with brackets where needed
};

/// Nothing if a part is missing or the port is not 1..65535.
[[nodiscard]] std::optional<RemoteAddress> parse_remote_address(std::string_view port);

enum class AnswerKind : std::uint8_t {
    ok,      ///< "OK", with words behind it
    error,   ///< "ERR", words[0] is its name
    begin,   ///< "BEGIN ..."
    end,     ///< "END ..."
    event,   ///< "EVENT ...", pushed by a server that knows SUBSCRIBE
    item,    ///< anything else: VAR, RW, TYPE, ENUM, RANGE, CMD lines
    broken,  ///< not a line of the protocol
};

struct Answer {
    AnswerKind kind = AnswerKind::broken;
    std::vector<std::string> words;  ///< without the word that `kind` stands for; item: all
};

[[nodiscard]] Answer parse_answer(std::string_view line);

/// A request with its LF; every word but the verb is quoted where it must be.
[[nodiscard]] std::string request(std::string_view verb,
                                  const std::vector<std::string_view>& words);

/// What an error name means for a driver: an UPSDRV_E_... code.
[[nodiscard]] std::int32_t status_of_error(std::string_view name) noexcept;

/// Words of a `TYPE` answer.
struct RemoteType {
    std::uint32_t flags = 0;  ///< UPSDRV_VAR_...
    std::uint32_t max_length = 0;
    bool is_enum = false;
    bool is_range = false;
};
[[nodiscard]] RemoteType parse_type(const std::vector<std::string>& words, std::size_t first);

}  // namespace ups::dummy
