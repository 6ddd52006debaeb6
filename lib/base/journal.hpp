// SPDX-License-Identifier: Apache-2.0
/// Entries with fields for the journal of the system, without libsystemd.
///
///     datagram = *( NAME "=" value LF / NAME LF size value LF )     the second where the value has a LF;
///                                                                   size: 8 bytes, little endian
///
/// Source: systemd, "Native Journal Protocol".
#pragma once

#include "lib/base/result.hpp"

#include <span>
#include <string>
#include <string_view>

namespace ups {

/// `name`: capitals, digits and underscores, no underscore first.
struct JournalField {
    std::string_view name;
    std::string_view value;  ///< any bytes
};

/// Where the journal listens.
inline constexpr std::string_view kJournalSocket = "/run/systemd/journal/socket";

/// The fields as one datagram.
[[nodiscard]] std::string to_journal_entry(std::span<const JournalField> fields);
/// Sends an entry to the socket at `path`; never waits. Fails with `invalid` (no path of a socket) or with
/// the reason of the system: nobody listens there, or too much is waiting.
[[nodiscard]] Result<void> send_to_journal(const std::string& path,
                                           std::span<const JournalField> fields);

}  // namespace ups
