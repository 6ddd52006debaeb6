// SPDX-License-Identifier: Apache-2.0
/// The three files that upsd reads, as one checked snapshot.
#pragma once

#include "conf/parse/ups_conf.hpp"
#include "conf/parse/upsd_conf.hpp"
#include "conf/parse/upsd_users.hpp"
#include "lib/tls/context.hpp"
#include "server/upsd/environment.hpp"
#include "server/upsd/settings.hpp"
#include "server/upsd/user_table.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace ups::upsd {

struct Configuration {
    conf::UpsdConf upsd;
    Settings settings;
    /// Absent if upsd.users is not there: nobody can log in (start), or the users stay (reload).
    std::optional<UserTable> users;
    std::string state_path;
    std::vector<std::string> files;     ///< paths of what was read
    std::vector<std::string> warnings;  ///< beyond the problems in the files
};

/// What came of reading. `value` is there unless `fatal` says why not.
struct LoadOutcome {
    std::optional<Configuration> value;
    std::vector<conf::Problem> problems;  ///< in the files, with their places
    std::vector<std::string> fatal;       ///< what forbids to serve with this configuration
    [[nodiscard]] bool has_errors() const noexcept;
};

/// Reads and checks everything, as it is now. Does not judge errors in lines: at start a line without
/// effect is no reason not to serve; a reload and `-t` look at `has_errors`.
[[nodiscard]] LoadOutcome load_configuration(conf::FileSource& files,
                                             const Environment& environment);

/// The TLS settings of upsd.conf; nothing if TLS is not configured. Fails with `invalid`, and says what to
/// do, for what contradicts itself and for the NSS form of certificates (CERTIDENT, or CERTPATH alone).
[[nodiscard]] Result<std::optional<tls::ServerSettings>> tls_settings(const conf::UpsdConf& upsd);

}  // namespace ups::upsd
