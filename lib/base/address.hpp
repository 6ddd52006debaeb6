// SPDX-License-Identifier: Apache-2.0
/// How people name a UPS and the server it is behind.
///
///     ups    = [ group ":" ] name [ "@" server ]          the group only where it is asked for
///     server = host [ ":" port ] / "[" IPv6 "]" [ ":" port ] / "/" path      (a Unix socket)
///     port   = 1..65535, digits only
#pragma once

#include "lib/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace ups {

inline constexpr std::uint16_t kDefaultPort = 3493;

struct ServerAddress {
    std::string host = "localhost";     ///< name or numeric address without brackets; or a path
    std::uint16_t port = kDefaultPort;  ///< without meaning for a path

    [[nodiscard]] bool is_unix() const noexcept { return host.starts_with('/'); }
    /// The text that parses back to this; the port always written.
    [[nodiscard]] std::string to_text() const;
    bool operator==(const ServerAddress&) const = default;
};

struct UpsAddress {
    std::string group;  ///< empty unless given (RFC 9271, `group:ups`)
    std::string name;
    ServerAddress server;

    bool operator==(const UpsAddress&) const = default;
};

enum class GroupForm : std::uint8_t { refused, allowed };

/// Fails with `invalid`: empty, no port behind ":", port out of range, brackets that do not match, an
/// IPv6 address without brackets.
[[nodiscard]] Result<ServerAddress> parse_server_address(std::string_view text);
/// As `parse_server_address`; also fails for an empty name. Without "@", the server is
/// `localhost:3493`.
[[nodiscard]] Result<UpsAddress> parse_ups_address(std::string_view text,
                                                   GroupForm groups = GroupForm::refused);

}  // namespace ups
