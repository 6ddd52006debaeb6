// SPDX-License-Identifier: Apache-2.0
/// Error names of the network protocol, in both spellings.
///
///     error = "ERR" SP name LF
///
/// Three names and three verbs were renamed by the specification after all deployed software had
/// learned the old ones. A peer gets the old names unless it has shown that it knows the new ones.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ups::proto {

/// How a client speaks.
enum class Dialect : std::uint8_t {
    deployed, ///< LOGIN, NUMLOGINS, ALREADY-LOGGED-IN …: every released client
    draft,    ///< used ATTACH, DETACH or NUMATTACH: knows the names of the specification
};

enum class NetError : std::uint8_t {
    access_denied,
    already_attached, ///< ALREADY-LOGGED-IN / ALREADY-ATTACHED
    already_set_password,
    already_set_username,
    cmd_not_supported,
    data_stale,
    driver_not_connected,
    failed, ///< of tracked commands
    feature_not_configured,
    feature_not_supported,
    instcmd_failed,
    invalid_argument,
    invalid_password,
    invalid_username,
    invalid_value,
    password_required,
    readonly,
    set_failed,
    tls_already_enabled, ///< ALREADY-SSL-MODE / TLS-ALREADY-ENABLED
    tls_not_enabled,
    too_long,
    unknown, ///< of tracked commands
    unknown_command,
    unknown_ups,
    username_required,
    var_not_supported,
};

[[nodiscard]] std::string_view error_name(NetError error, Dialect dialect) noexcept;
/// Understands both spellings, and names that only old servers send. Nothing for an unknown one.
[[nodiscard]] std::optional<NetError> error_of(std::string_view name) noexcept;
/// Appends the whole line.
void append_error(std::string& out, NetError error, Dialect dialect);

} // namespace ups::proto
