// SPDX-License-Identifier: Apache-2.0
#include "lib/client/failure.hpp"

#include "lib/base/text.hpp"

#include <system_error>

namespace ups::client {
namespace {

struct Row {
    std::string_view name;
    ServerError code;
    std::string_view text;
};

// The texts are what the incumbent's clients print, where they know the name.
constexpr Row kRows[] = {
    {"ACCESS-DENIED", ServerError::access_denied, "Access denied"},
    {"ALREADY-ATTACHED", ServerError::already_attached, "Already logged in"},
    {"ALREADY-LOGGED-IN", ServerError::already_attached, "Already logged in"},
    {"ALREADY-SET-PASSWORD", ServerError::already_set_password, "Already set password"},
    {"ALREADY-SET-USERNAME", ServerError::already_set_username, "Already set username"},
    {"ALREADY-SSL-MODE", ServerError::tls_already_enabled, "Unknown error"},
    {"CMD-NOT-SUPPORTED", ServerError::cmd_not_supported, "Instant command not supported"},
    {"DATA-STALE", ServerError::data_stale, "Data stale"},
    {"DRIVER-NOT-CONNECTED", ServerError::driver_not_connected, "Driver not connected"},
    {"FEATURE-NOT-CONFIGURED", ServerError::feature_not_configured, "Unknown error"},
    {"FEATURE-NOT-SUPPORTED", ServerError::feature_not_supported, "Unknown error"},
    {"INSTCMD-FAILED", ServerError::instcmd_failed, "Instant command failed"},
    {"INVALID-ARGUMENT", ServerError::invalid_argument, "Unknown error"},
    {"INVALID-PASSWORD", ServerError::invalid_password, "Invalid password"},
    {"INVALID-USERNAME", ServerError::invalid_username, "Invalid username"},
    {"INVALID-VALUE", ServerError::invalid_value, "Invalid value for variable"},
    {"MISSING-ARGUMENT", ServerError::missing_argument, "Missing argument"},
    {"PASSWORD-INCORRECT", ServerError::invalid_password, "Password incorrect"},
    {"PASSWORD-REQUIRED", ServerError::password_required, "Password required"},
    {"READONLY", ServerError::readonly, "Read-only variable"},
    {"SET-FAILED", ServerError::set_failed, "Set command failed"},
    {"TLS-ALREADY-ENABLED", ServerError::tls_already_enabled, "TLS is already on"},
    {"TLS-NOT-ENABLED", ServerError::tls_not_enabled,
     "The server takes this only over TLS (see --tls)"},
    {"TOO-LONG", ServerError::too_long, "New value is too long"},
    {"UNKNOWN-COMMAND", ServerError::unknown_command, "upsd is too old to support this query"},
    {"UNKNOWN-INSTCMD", ServerError::cmd_not_supported, "Unknown instant command"},
    {"UNKNOWN-TYPE", ServerError::invalid_argument, "Unknown variable type"},
    {"UNKNOWN-UPS", ServerError::unknown_ups, "Unknown UPS"},
    {"UNKNOWN-VAR", ServerError::var_not_supported, "Unknown variable"},
    {"USERNAME-REQUIRED", ServerError::username_required, "Username required"},
    {"VAR-NOT-SUPPORTED", ServerError::var_not_supported, "Variable not supported by UPS"},
    {"VAR-UNKNOWN", ServerError::var_not_supported, "Variable unknown"},
};

ErrorCode general_code(const Failure& failure) {
    switch (failure.kind) {
    case FailureKind::server:
        break;
    case FailureKind::no_such_host:
        return ErrorCode::not_found;
    case FailureKind::connect:
        return ErrorCode::io;
    case FailureKind::timeout:
        return ErrorCode::timeout;
    case FailureKind::disconnected:
        return ErrorCode::closed;
    case FailureKind::garbled:
    case FailureKind::protocol:
        return ErrorCode::invalid;
    case FailureKind::tls:
        return ErrorCode::denied;
    case FailureKind::overload:
        return ErrorCode::busy;
    }
    return failure.server == ServerError::access_denied ? ErrorCode::denied : ErrorCode::refused;
}

}  // namespace

Error Failure::as_error() const {
    return Error{.code = general_code(*this), .text = text, .sys_errno = sys_errno};
}

Failure server_failure(std::string_view name, std::string_view line) {
    Failure failure{.kind = FailureKind::server,
                    .server = ServerError::other,
                    .text = "Unknown error",
                    .line = std::string(line)};
    for (const Row& row : kRows) {
        if (!iequals(row.name, name)) continue;
        failure.server = row.code;
        failure.text = row.text;
    }
    return failure;
}

Failure connect_failure(int sys_errno) {
    return Failure{.kind = FailureKind::connect,
                   .text = "Connection failure: " + std::generic_category().message(sys_errno),
                   .sys_errno = sys_errno};
}

Failure other_failure(FailureKind kind, std::string text) {
    return Failure{.kind = kind, .text = std::move(text)};
}

}  // namespace ups::client
