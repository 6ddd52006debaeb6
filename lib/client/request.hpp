// SPDX-License-Identifier: Apache-2.0
/// Requests of the network protocol and the shapes of their replies (RFC 9271 §4).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace ups::client {

enum class Shape : std::uint8_t {
    ok,         ///< OK [words]
    value,      ///< one line that repeats the question: VAR su700 ups.status "OL"
    list,       ///< BEGIN LIST … / rows / END LIST …
    subscribe,  ///< BEGIN SUBSCRIBE … / VAR rows / END SUBSCRIBE …
    text,       ///< one line of any words
};

struct Request {
    std::string line;  ///< what is sent, LF included
    Shape shape = Shape::ok;
    /// The words that a `value` line or each row of a list starts with, in any case.
    std::vector<std::string> echo;
};

/// A reply that is not an ERR. Rows hold the words behind the echoed ones:
/// `ok`, `value`: one row; `text`: one row with the whole line; lists: one row per entry.
struct Reply {
    std::vector<std::vector<std::string>> rows;

    /// The word at `column` of the first row, or empty text. Views this object.
    [[nodiscard]] std::string_view word(std::size_t column = 0) const noexcept {
        return rows.empty() || rows.front().size() <= column ? std::string_view()
                                                             : rows.front()[column];
    }
};

using Words = std::initializer_list<std::string_view>;

/// `GET <words>`, for instance {"VAR", ups, name}; the row holds the value.
[[nodiscard]] Request get(Words words);
/// `GET TRACKING <id>`: "PENDING" or "SUCCESS" as text; a failed command answers ERR.
[[nodiscard]] Request get_tracking(std::string_view id);
/// `LIST <words>`, for instance {"VAR", ups}: rows of name and value.
[[nodiscard]] Request list(Words words);
/// Any request answered by OK, for instance {"USERNAME", name}. Words are quoted as needed.
[[nodiscard]] Request command(Words words);
/// `SET VAR`. The value is always quoted. The first row of the reply is {"TRACKING", id} on
/// connections that asked for tracking.
[[nodiscard]] Request set_var(std::string_view ups, std::string_view name, std::string_view value);
/// `VER`, `HELP`, `PROTVER`: a line of text.
[[nodiscard]] Request identify(std::string_view verb);
/// `SUBSCRIBE ups filters…`: the snapshot as rows of name and value; changes follow as events.
[[nodiscard]] Request subscribe(std::string_view ups, const std::vector<std::string>& filters);

}  // namespace ups::client
