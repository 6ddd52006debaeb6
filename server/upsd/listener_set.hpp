// SPDX-License-Identifier: Apache-2.0
/// Where upsd listens: opens what the configuration names, keeps trying what is not there yet, and follows
/// reloads.
#pragma once

#include "conf/parse/upsd_conf.hpp"
#include "lib/base/log.hpp"
#include "lib/base/privileges.hpp"
#include "lib/event/listener.hpp"
#include "lib/event/loop.hpp"
#include "server/upsd/server.hpp"
#include "server/upsd/worker.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ups::upsd {

/// Numeric addresses of a host to listen on, in the order of the resolver, each once; for "*" those of every
/// interface. Blocks for names. Fails with `not_found`.
[[nodiscard]] Result<std::vector<std::string>> addresses_of(const std::string& host, Family family);

class ListenerSet {
  public:
    /// Waits between two tries for an address that is not there: doubling from the first to the second.
    static constexpr Duration kFirstRetry = std::chrono::seconds(1);
    static constexpr Duration kLastRetry = std::chrono::seconds(10);

    /// `owner`: who local sockets belong to, when root makes them.
    ListenerSet(Loop& loop, const Logger& logger, Family family, std::optional<Account> owner);
    /// Removes the files of the local sockets.
    ~ListenerSet();
    ListenerSet(const ListenerSet&) = delete;
    ListenerSet& operator=(const ListenerSet&) = delete;

    /// Start-up: binds everything while there are rights to. An address that is on no interface yet, or a
    /// name that does not resolve, waits. Fails if an address is taken or forbidden, unless
    /// `allow_not_all` and another one works.
    [[nodiscard]] Result<void> open(const conf::UpsdConf& conf, bool allow_not_all);
    /// Something that waits has a port below 1024, which needs a right that is dropped otherwise.
    [[nodiscard]] bool needs_low_ports() const;
    /// Hands everything to `server`, and tries what waits from now on; both outlive this object.
    void serve(Server& server, Worker& worker);
    /// Reload: closes what is gone, opens what is new. Failures are logged, and tried again later if that
    /// can help.
    void apply(const conf::UpsdConf& conf);
    /// Some listener can be reached from other hosts.
    [[nodiscard]] bool is_remote() const;

  private:
    struct Target {
        std::string host;  ///< path of a local socket
        std::uint16_t port = 0;
        ListenerKind kind = ListenerKind::plain;
        bool local = false;
        bool optional = false;  ///< not named by the configuration: its absence is no failure
        std::uint32_t mode = 0;
        friend bool operator==(const Target&, const Target&) = default;
    };
    struct Entry {
        Target target;
        std::vector<SocketAddress> bound;
        bool waiting = false;
        bool resolving = false;
        std::string problem;  ///< what was logged last
    };
    struct Ready {
        BoundSocket socket;
        ListenerKind kind;
    };

    [[nodiscard]] std::vector<Target> targets_of(const conf::UpsdConf& conf) const;
    Result<void> open_entry(Entry& entry);
    Result<void> open_local(Entry& entry);
    Result<void> open_addresses(Entry& entry, const std::vector<std::string>& hosts);
    [[nodiscard]] bool is_bound(const std::string& host, std::uint16_t port) const;
    void take(Entry& entry, BoundSocket socket);
    void note_failure(Entry& entry, const Error& error);
    void close_entry(Entry& entry);
    void retry();
    void retry_name(const Target& target);
    void on_resolved(const Target& target, const Result<std::vector<std::string>>& hosts);
    void arm();

    const Logger& logger_;
    Family family_;
    std::optional<Account> owner_;
    std::vector<Entry> entries_;
    std::vector<Ready> ready_;  // bound, before there is a server
    Server* server_ = nullptr;
    Worker* worker_ = nullptr;
    Timer timer_;
    Duration delay_ = kFirstRetry;
};

}  // namespace ups::upsd
