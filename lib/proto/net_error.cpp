// SPDX-License-Identifier: Apache-2.0
#include "lib/proto/net_error.hpp"

#include <array>

namespace ups::proto {
namespace {

struct ErrorRow {
    std::string_view name;
    std::string_view draft = {}; // where it differs
};

// In the order of NetError.
constexpr std::array<ErrorRow, 26> kErrors = {{
    {"ACCESS-DENIED"},
    {"ALREADY-LOGGED-IN", "ALREADY-ATTACHED"},
    {"ALREADY-SET-PASSWORD"},
    {"ALREADY-SET-USERNAME"},
    {"CMD-NOT-SUPPORTED"},
    {"DATA-STALE"},
    {"DRIVER-NOT-CONNECTED"},
    {"FAILED"},
    {"FEATURE-NOT-CONFIGURED"},
    {"FEATURE-NOT-SUPPORTED"},
    {"INSTCMD-FAILED"},
    {"INVALID-ARGUMENT"},
    {"INVALID-PASSWORD"},
    {"INVALID-USERNAME"},
    {"INVALID-VALUE"},
    {"PASSWORD-REQUIRED"},
    {"READONLY"},
    {"SET-FAILED"},
    {"ALREADY-SSL-MODE", "TLS-ALREADY-ENABLED"},
    {"TLS-NOT-ENABLED"},
    {"TOO-LONG"},
    {"UNKNOWN"},
    {"UNKNOWN-COMMAND"},
    {"UNKNOWN-UPS"},
    {"USERNAME-REQUIRED"},
    {"VAR-NOT-SUPPORTED"},
}};

// Names that clients know although no current server sends them.
struct OldRow {
    std::string_view name;
    NetError error;
};
constexpr std::array<OldRow, 6> kOld = {{
    {"VAR-UNKNOWN", NetError::var_not_supported},
    {"UNKNOWN-VAR", NetError::var_not_supported},
    {"UNKNOWN-TYPE", NetError::invalid_argument},
    {"UNKNOWN-INSTCMD", NetError::cmd_not_supported},
    {"MISSING-ARGUMENT", NetError::invalid_argument},
    {"PASSWORD-INCORRECT", NetError::invalid_password},
}};

} // namespace

std::string_view error_name(NetError error, Dialect dialect) noexcept {
    const ErrorRow& row = kErrors[static_cast<std::size_t>(error)];
    return dialect == Dialect::draft && !row.draft.empty() ? row.draft : row.name;
}

std::optional<NetError> error_of(std::string_view name) noexcept {
    for (std::size_t i = 0; i < kErrors.size(); ++i)
        if (name == kErrors[i].name || (!name.empty() && name == kErrors[i].draft))
            return static_cast<NetError>(i);
    for (const OldRow& row : kOld)
        if (name == row.name) return row.error;
    return std::nullopt;
}

void append_error(std::string& out, NetError error, Dialect dialect) {
    out += "ERR ";
    out += error_name(error, dialect);
    out += '\n';
}

} // namespace ups::proto
