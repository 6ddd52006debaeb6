// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/server.hpp"

#include "lib/base/assert.hpp"
#include "server/upsd/connection.hpp"
#include "server/upsd/driver_connection.hpp"

#include <algorithm>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <utility>

namespace ups::upsd {
namespace {

/// The least time between two lines that say that there is no room for clients.
constexpr Duration kSayFullEvery = std::chrono::minutes(1);

EngineParts engine_parts(const ServerParts& parts) {
    return {parts.loop.clock(), parts.random, parts.logger,      parts.authenticator,
            parts.audit,        parts.tls,    parts.descriptions};
}

/// Has the kernel end the connection of a peer that is dead, within about a minute. Connections get it from
/// the socket that accepts them.
void keep_alive(int listening) {
    constexpr int kOn = 1;
    constexpr int kIdleSeconds = 30;
    constexpr int kIntervalSeconds = 10;
    constexpr int kProbes = 3;
    // On a Unix socket these fail and are not needed.
    ::setsockopt(listening, SOL_SOCKET, SO_KEEPALIVE, &kOn, sizeof kOn);
    ::setsockopt(listening, IPPROTO_TCP, TCP_KEEPIDLE, &kIdleSeconds, sizeof kIdleSeconds);
    ::setsockopt(listening, IPPROTO_TCP, TCP_KEEPINTVL, &kIntervalSeconds, sizeof kIntervalSeconds);
    ::setsockopt(listening, IPPROTO_TCP, TCP_KEEPCNT, &kProbes, sizeof kProbes);
}

}  // namespace

class Server::Impl final : private ConnectionOwner {
  public:
    Impl(const ServerParts& parts, Settings settings);

    void add_listener(BoundSocket socket, ListenerKind kind);
    void remove_listener(const SocketAddress& address);
    void apply(Settings settings);
    [[nodiscard]] std::size_t client_count() const noexcept { return clients_.size(); }

  private:
    void accept(Fd fd, SocketAddress peer, ListenerKind kind);
    [[nodiscard]] bool is_full() const;
    void turn_away(std::string_view why);
    void schedule(Connection& connection) override;
    void touched(Connection& connection) override;
    void ended(Connection& connection) override;
    void run_scheduled();
    void close_idle();
    void arm_idle_timer();
    void connect_driver(Ups& ups);

    ServerParts parts_;
    Engine engine_;
    std::vector<std::unique_ptr<DriverConnection>> drivers_;
    IdleList idle_;
    IdleList idle_attached_;
    Timer idle_timer_;
    std::vector<std::unique_ptr<Connection>> clients_;
    std::vector<Connection*> scheduled_;  // null: ended meanwhile
    std::vector<std::unique_ptr<Listener>> listeners_;
    Timer run_timer_;
    std::optional<Instant> said_full_;  // when that was last logged
    bool has_said_full_ = false;        // and it has not been logged since that there is room
    std::uint64_t turned_away_ = 0;
};

Server::Impl::Impl(const ServerParts& parts, Settings settings)
    : parts_(parts), engine_(engine_parts(parts), std::move(settings)),
      idle_timer_(parts.loop, [this] { close_idle(); }),
      run_timer_(parts.loop, [this] { run_scheduled(); }) {
    drivers_.reserve(engine_.registry().all().size());
    for (const auto& ups : engine_.registry().all())
        connect_driver(*ups);
}

void Server::Impl::connect_driver(Ups& ups) {
    drivers_.push_back(std::make_unique<DriverConnection>(parts_.loop, engine_, ups));
}

void Server::Impl::add_listener(BoundSocket socket, ListenerKind kind) {
    keep_alive(socket.fd.get());
    listeners_.push_back(std::make_unique<Listener>(
        parts_.loop, std::move(socket),
        [this, kind](Fd fd, SocketAddress peer) { accept(std::move(fd), std::move(peer), kind); },
        [this](const Error& why) { turn_away(why.text); }));
}

void Server::Impl::remove_listener(const SocketAddress& address) {
    std::erase_if(listeners_, [&address](const auto& listener) {
        return listener->address().host == address.host && listener->address().port == address.port;
    });
}

void Server::Impl::apply(Settings settings) {
    const RegistryChange change = engine_.apply(std::move(settings));
    // Connections to drivers end before the UPSes that they serve.
    std::erase_if(drivers_, [&change](const auto& driver) {
        const Ups* const ups = &driver->ups();
        return std::ranges::find(change.moved, ups) != change.moved.end() ||
               std::ranges::find(change.removed, ups, &std::unique_ptr<Ups>::get) !=
                   change.removed.end();
    });
    for (Ups* const ups : change.moved) {
        engine_.publish(*ups);
        connect_driver(*ups);
    }
    for (Ups* const ups : change.added)
        connect_driver(*ups);
    arm_idle_timer();
}

/// Notes that a client could not be served. A server at its limit is told once, and, where room comes and
/// goes, not more often than once a minute.
void Server::Impl::turn_away(std::string_view why) {
    ++turned_away_;
    const Instant now = parts_.loop.now();
    if (has_said_full_ || (said_full_ && now - *said_full_ < kSayFullEvery)) return;
    has_said_full_ = true;
    said_full_ = now;
    parts_.logger.error("clients.full", std::string(why) + ", new clients are turned away");
}

bool Server::Impl::is_full() const {
    const std::size_t most = engine_.settings().max_connections;
    return most > 0 && clients_.size() + drivers_.size() + listeners_.size() >= most;
}

void Server::Impl::accept(Fd fd, SocketAddress peer, ListenerKind kind) {
    if (is_full()) return turn_away("MAXCONN is reached");
    if (turned_away_ > 0 && has_said_full_)
        parts_.logger.info("clients.room", "new clients are served again; turned away were " +
                                               std::to_string(turned_away_));
    has_said_full_ = false;
    turned_away_ = 0;
    if (kind == ListenerKind::tls && !parts_.tls.configured()) return;
    clients_.push_back(
        std::make_unique<Connection>(Connection::Parts{parts_.loop, engine_, parts_.tls, *this},
                                     std::move(fd), std::move(peer), kind));
    clients_.back()->position = clients_.size() - 1;
    touched(*clients_.back());
}

void Server::Impl::ended(Connection& connection) {
    if (connection.scheduled)
        std::ranges::replace(scheduled_, &connection, static_cast<Connection*>(nullptr));
    const std::size_t position = connection.position;
    UPS_ASSERT(clients_[position].get() == &connection);
    std::swap(clients_[position], clients_.back());
    clients_[position]->position = position;
    clients_.pop_back();
}

void Server::Impl::schedule(Connection& connection) {
    if (std::exchange(connection.scheduled, true)) return;
    scheduled_.push_back(&connection);
    if (!run_timer_.armed()) run_timer_.start(Duration::zero());
}

void Server::Impl::run_scheduled() {
    // What is scheduled from here on has its turn after the sockets had theirs.
    const std::size_t count = scheduled_.size();
    for (std::size_t i = 0; i < count; ++i) {
        Connection* const one = scheduled_[i];
        if (one == nullptr) continue;
        one->scheduled = false;
        one->work();
    }
    scheduled_.erase(scheduled_.begin(), scheduled_.begin() + static_cast<std::ptrdiff_t>(count));
    if (!scheduled_.empty() && !run_timer_.armed()) run_timer_.start(Duration::zero());
}

void Server::Impl::touched(Connection& connection) {
    const Instant now = parts_.loop.clock().recently();
    const Patience patience = connection.patience();
    if (patience == Patience::subscribed) return connection.leave();
    IdleList& list = patience == Patience::attached ? idle_attached_ : idle_;
    if (list.touch(connection, now) && !idle_timer_.armed()) arm_idle_timer();
}

void Server::Impl::arm_idle_timer() {
    const Settings& settings = engine_.settings();
    std::optional<Instant> when;
    if (const auto oldest = idle_.oldest()) when = *oldest + settings.idle_limit;
    if (const auto oldest = idle_attached_.oldest()) {
        const Instant limit = *oldest + settings.attached_idle_limit;
        when = when ? std::min(*when, limit) : limit;
    }
    if (when) idle_timer_.start_at(*when);
}

void Server::Impl::close_idle() {
    const Instant now = parts_.loop.now();
    const auto close = [now](IdleList& list, Duration limit) {
        while (IdleNode* const node = list.first_until(now - limit)) {
            node->leave();
            static_cast<Connection*>(node)->close();
        }
    };
    close(idle_, engine_.settings().idle_limit);
    close(idle_attached_, engine_.settings().attached_idle_limit);
    arm_idle_timer();
}

Server::Server(const ServerParts& parts, Settings settings)
    : impl_(std::make_unique<Impl>(parts, std::move(settings))) {}

Server::~Server() = default;

void Server::add_listener(BoundSocket socket, ListenerKind kind) {
    impl_->add_listener(std::move(socket), kind);
}

void Server::remove_listener(const SocketAddress& address) {
    impl_->remove_listener(address);
}

void Server::apply(Settings settings) {
    impl_->apply(std::move(settings));
}

std::size_t Server::client_count() const noexcept {
    return impl_->client_count();
}

}  // namespace ups::upsd
