// SPDX-License-Identifier: Apache-2.0
/// What the protocol engine is told by the configuration: one immutable snapshot. A reload makes a
/// new one, checks it whole, and hands it to `Server::apply`.
#pragma once

#include "lib/base/words.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ups::upsd {

/// One UPS: a section of ups.conf.
struct UpsSettings {
    std::string name;        ///< as written; compared without regard to case, unique
    std::string description; ///< `desc =`; empty if there is none
    std::string driver;      ///< `driver =` as written, for logs
    std::string socket_path; ///< the driver's socket, absolute or relative to the working directory

    friend bool operator==(const UpsSettings&, const UpsSettings&) = default;
};

/// May sessions from other hosts speak without TLS?
enum class RemotePlainText : std::uint8_t {
    refuse, ///< only to start TLS, ask for versions and leave; else ERR TLS-NOT-ENABLED
    allow,
};

/// Who may read variables.
enum class Reads : std::uint8_t {
    anonymous,     ///< everybody who can connect, as deployed clients expect
    authenticated, ///< only with USERNAME and PASSWORD, and `Right::read`
};

struct Settings {
    std::vector<UpsSettings> upses; ///< in configuration order, which is the order of LIST UPS
    /// MAXAGE: silence of a driver after which its data is stale.
    std::chrono::seconds max_age{15};
    /// TRACKINGDELAY: how long the outcome of a tracked command can be asked for.
    std::chrono::seconds tracking_delay{3600};
    /// MAXCONN: listeners, drivers and clients together; further clients are closed at once. 0: no
    /// limit.
    std::size_t max_connections = 0;
    RemotePlainText remote_plain_text = RemotePlainText::refuse;
    Reads reads = Reads::anonymous;
    /// Sessions without a complete line for this long are closed.
    std::chrono::seconds idle_limit{60};
    /// The same for sessions that did LOGIN. Sessions with a subscription have no such limit: their
    /// peers are checked by TCP keep-alive.
    std::chrono::seconds attached_idle_limit{600};
    /// Bytes above 0x7F in names and values: dropped (`ascii`, as the incumbent does) or kept.
    Charset charset = Charset::ascii;
};

} // namespace ups::upsd
