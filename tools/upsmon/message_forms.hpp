// SPDX-License-Identifier: Apache-2.0
/// A notification in the forms that it leaves this host in.
#pragma once

#include "tools/upsmon/courier.hpp"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ups::upsmon {

/// SHUTDOWN, FSD and LOWBATT: what goes whatever the limit.
[[nodiscard]] bool is_urgent(const Message& message);

/// A mail with its header. `from` may be empty.
[[nodiscard]] std::string to_mail(const Message& message, std::span<const std::string> to,
                                  const std::string& from);

/// The body of a post: one object, on one line. What is unknown is not there.
///
///     type, host, time, text     strings; time as in RFC 3339, in UTC
///     ups, status                strings; no ups: about the host
///     charge, runtime            numbers: percent, seconds
[[nodiscard]] std::string to_json(const Message& message);

/// Names and values for the journal.
[[nodiscard]] std::vector<std::pair<std::string_view, std::string>>
to_journal_fields(const Message& message);

/// What stands for `count` messages that were held back, of which `last` is the last.
[[nodiscard]] Message summary_of(Message last, std::uint64_t count);

}  // namespace ups::upsmon
