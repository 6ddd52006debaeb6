// SPDX-License-Identifier: Apache-2.0
/// Why a request or a connection came to nothing: a code for programs, and the text that users of the
/// incumbent's tools know.
#pragma once

#include "lib/base/result.hpp"

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace ups::client {

/// The NAME of an `ERR NAME` reply (RFC 9271 §5 and the names deployed servers use).
enum class ServerError : std::uint8_t {
    none,  ///< the failure is not an ERR reply
    access_denied,
    already_attached,  ///< also ALREADY-LOGGED-IN
    already_set_password,
    already_set_username,
    cmd_not_supported,
    data_stale,
    driver_not_connected,
    feature_not_configured,
    feature_not_supported,
    instcmd_failed,
    invalid_argument,
    invalid_password,
    invalid_username,
    invalid_value,
    missing_argument,
    password_required,
    readonly,
    set_failed,
    tls_already_enabled,  ///< also ALREADY-SSL-MODE
    tls_not_enabled,
    too_long,
    unknown_command,
    unknown_ups,
    username_required,
    var_not_supported,
    other,  ///< a name that is not known here; `Failure::line` has it
};

enum class FailureKind : std::uint8_t {
    server,        ///< the server answered ERR; the connection goes on
    garbled,       ///< this one answer cannot be read (quotes); the connection goes on
    no_such_host,  ///< the name has no address
    connect,       ///< no address could be reached; `Failure::sys_errno` is the last reason
    timeout,       ///< no answer in time
    disconnected,  ///< the server ended the connection
    protocol,      ///< an answer that does not fit the question
    tls,           ///< no encrypted connection, or not with the right peer
    overload,      ///< a bound of this library: too many requests waiting, or too long an answer
};

struct Failure {
    FailureKind kind = FailureKind::protocol;
    ServerError server = ServerError::none;
    std::string
        text;  ///< for people: "Driver not connected", "Connection failure: Connection refused"
    std::string line;  ///< of `server`: the reply as it came, without its line end
    int sys_errno = 0;

    /// The same as an error of the general kind.
    [[nodiscard]] Error as_error() const;
    /// Whether the connection is over after this.
    [[nodiscard]] bool is_fatal() const noexcept {
        return kind != FailureKind::server && kind != FailureKind::garbled;
    }
};

/// A value, or why there is none.
template <class T> using Answer = std::expected<T, Failure>;

/// The failure for an ERR reply: `name` is its second word (empty if there was none), `line` all of it.
[[nodiscard]] Failure server_failure(std::string_view name, std::string_view line);
[[nodiscard]] Failure connect_failure(int sys_errno);
[[nodiscard]] Failure other_failure(FailureKind kind, std::string text);

}  // namespace ups::client
