// SPDX-License-Identifier: Apache-2.0
/// One immutable reading of upsmon.conf: settings for decisions, connections, notifications.
#pragma once

#include "conf/parse/upsmon_conf.hpp"
#include "tools/upsmon/decide/settings.hpp"
#include "tools/upsmon/feed_link.hpp"
#include "tools/upsmon/plan/plan.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ups::upsmon {

/// Certificates, as they could be read.
struct TlsContexts {
    tls::TlsContextPtr proving;   ///< the server has to prove its name
    tls::TlsContextPtr trusting;  ///< encrypted only
};

struct Configuration {
    conf::UpsmonConf conf;
    std::shared_ptr<const Settings> settings;
    plan::Plan rules;
    TlsContexts tls;
    std::chrono::seconds connect_timeout{10};

    /// How to connect for a MONITOR line. TLS is tried wherever it makes sense, demanded by FORCESSL and
    /// CERTHOST, and never used in a way that is less than these say.
    [[nodiscard]] FeedOptions feed_options(std::size_t monitor) const;
};

struct LoadedConfiguration {
    std::shared_ptr<const Configuration>
        value;  ///< null: `fatal` says why. Co-owners: monitor, daemon
    std::vector<conf::Problem> problems;
    std::vector<std::string> warnings;
    std::string fatal;
    [[nodiscard]] bool has_errors() const;
};

struct LoadRequest {
    std::string folder;
    std::chrono::seconds connect_timeout{10};
    WallTime now{};
    /// To go on with where certificates cannot be read any more; null: that is fatal.
    const TlsContexts* fallback = nullptr;
};
/// Reads and checks `folder`/upsmon.conf and the certificates it names.
[[nodiscard]] LoadedConfiguration load_configuration(const LoadRequest& request);

}  // namespace ups::upsmon
