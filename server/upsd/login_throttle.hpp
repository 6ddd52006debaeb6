// SPDX-License-Identifier: Apache-2.0
/// How fast an address may try passwords.
///
/// The first few tries are free. After that each further try is put off, by a delay that doubles with each
/// failure up to a limit; tries of one address queue behind each other, so that opening many connections
/// gains nothing. A success clears the address. Pairs of user and password that were verified before never
/// come here, so a host that is being abused keeps its own monitoring.
#pragma once

#include "lib/base/clock.hpp"
#include "lib/event/listener.hpp"

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>

namespace ups::upsd {

class LoginThrottle {
  public:
    static constexpr unsigned kFreeTries = 3;
    static constexpr Duration kFirstDelay = std::chrono::seconds(1);
    /// Addresses remembered; the one not seen for longest goes first.
    static constexpr std::size_t kMaxAddresses = 4096;
    /// An address is forgotten after this long without a try.
    static constexpr Duration kMemory = std::chrono::minutes(15);
    /// Tries of one address that may wait; more are refused without a look.
    static constexpr unsigned kMaxWaiting = 16;

    /// `longest`: upper limit of the delay; zero switches the throttle off.
    explicit LoginThrottle(Duration longest) : longest_(longest) {}
    void set_longest(Duration longest) noexcept { longest_ = longest; }

    struct Admission {
        Duration wait{};        ///< evaluate the try after this long
        unsigned failures = 0;  ///< tries of the address that have not succeeded, before this one
    };
    /// A try begins, and counts as failed until `succeeded`. Nothing: too many of this address wait.
    [[nodiscard]] std::optional<Admission> admit(const SocketAddress& peer, Instant now);
    /// The last try of `peer` was right.
    void succeeded(const SocketAddress& peer);
    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

  private:
    struct Entry {
        std::string key;
        unsigned failures = 0;
        Instant next;  ///< the next try is not looked at before
        Instant seen;
    };
    using Entries = std::list<Entry>;  // most recently seen first
    Entry& touch(const std::string& key, Instant now);
    [[nodiscard]] Duration delay_after(unsigned failures) const;

    Duration longest_;
    Entries entries_;
    std::unordered_map<std::string, Entries::iterator> index_;
};

/// What counts as one address: an IPv4 address, the /64 of an IPv6 address (RFC 6177: what one site gets at
/// least), all local sockets together.
[[nodiscard]] std::string throttle_key(const SocketAddress& peer);

}  // namespace ups::upsd
