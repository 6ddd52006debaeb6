// SPDX-License-Identifier: Apache-2.0
/// What `upsc` prints, as text: the incumbent's lines, or its JSON.
#pragma once

#include "lib/client/request.hpp"
#include "tools/upsc/options.hpp"

#include <string>
#include <string_view>

namespace ups::upsc {

/// The first column of a list, one per line: names of UPSes, addresses of clients.
[[nodiscard]] std::string render_column(const client::Reply& reply, Format format);
/// `key: value` lines from the first two columns: descriptions, variables.
[[nodiscard]] std::string render_pairs(const client::Reply& reply, Format format);
/// One value.
[[nodiscard]] std::string render_value(std::string_view value, Format format);
/// What goes to stdout for an error in JSON: spread over lines for a dump of variables, one line else.
[[nodiscard]] std::string render_error(std::string_view text, Action action);

/// One line of a watch: `name: value`, or {"name": …, "value": …}.
[[nodiscard]] std::string render_change(std::string_view name, std::string_view value,
                                        Format format);
/// A variable that is gone: JSON with a null value; empty for text, where it is no line of stdout.
[[nodiscard]] std::string render_removal(std::string_view name, Format format);
/// A change of the connection or of the data as JSON: {"state": …, "reason": …}. Empty for text.
[[nodiscard]] std::string render_state(std::string_view state, std::string_view reason,
                                       Format format);

}  // namespace ups::upsc
