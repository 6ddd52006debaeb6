// SPDX-License-Identifier: Apache-2.0
/// The list of writable variables as `upsrw` prints it: one block per variable, an empty line behind
/// each. Pure text: what to ask, and what the answers look like.
#pragma once

#include "lib/client/failure.hpp"
#include "lib/client/request.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ups::upsrw {

enum class Kind : std::uint8_t { string, number, enumeration, range, unknown };

/// What `GET TYPE` said.
struct VariableType {
    Kind kind = Kind::unknown;
    std::string words;    ///< as printed behind "Type: "
    std::string longest;  ///< the n of STRING:n, or empty
};
/// From the words behind the variable's name, for instance RW ENUM STRING:12.
[[nodiscard]] VariableType parse_type(const std::vector<std::string>& words);

/// Everything the server said about one variable.
struct Variable {
    std::string name;
    client::Answer<client::Reply> description;
    client::Answer<client::Reply> type;
    client::Answer<client::Reply> value;
    client::Answer<client::Reply> choices;  ///< ENUM or RANGE rows; an empty reply for other kinds
};

/// The list to ask for in addition, if the type has one.
[[nodiscard]] std::optional<client::Request> choices_request(const std::string& ups,
                                                             const Variable& variable);

/// The block of one variable is appended to `out`. The error text if it cannot be completed; what was
/// known is in `out` then.
[[nodiscard]] std::optional<std::string> render(const Variable& variable, std::string& out);

}  // namespace ups::upsrw
