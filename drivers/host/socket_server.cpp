// SPDX-License-Identifier: Apache-2.0
#include "drivers/host/socket_server.hpp"

#include "lib/base/text.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace ups::host {

SocketServer::SocketServer(Loop& loop, BoundSocket socket, const DriverState& state,
                           RequestHandler& handler, const Logger& log)
    : loop_(loop), state_(state), handler_(handler), log_(log), tokenizer_(Charset::utf8),
      lag_timer_(loop, [this] { check_lag(); }), sweep_timer_(loop, [this] { ended_.clear(); }),
      listener_(
          loop, std::move(socket), [this](Fd fd, const SocketAddress&) { accept(std::move(fd)); },
          [this](const Error& why) { log_.error("socket.accept", why.text); }) {}

void SocketServer::accept(Fd fd) {
    if (clients_.size() >= kMaxClients) {
        log_.warning("socket.refused", "too many clients");
        return;
    }
    const ClientId id = ++last_id_;
    SocketClientOwner& owner = *this;  // named here, where the private base is accessible
    clients_.emplace(id, std::make_unique<SocketClient>(
                             loop_, id, std::make_unique<PlainIo>(std::move(fd)), owner));
    log_.debug("socket.connected", "", {{"client", std::to_string(id)}});
}

void SocketServer::broadcast(std::string_view lines) {
    if (lines.empty()) return;
    // A client that ends here leaves the map at once, so the next one is looked up by its number.
    for (auto it = clients_.begin(); it != clients_.end();) {
        const ClientId id = it->first;
        it->second->broadcast(lines);
        it = clients_.upper_bound(id);
    }
}

void SocketServer::reply(ClientId client, std::string_view lines) {
    if (lines.empty()) return;
    if (const auto found = clients_.find(client); found != clients_.end())
        found->second->reply(lines);
}

void SocketServer::on_request(ClientId client, ClientRequest request) {
    handler_.on_request(client, std::move(request));
}

void SocketServer::on_nonsense(ClientId client, std::string_view line) {
    log_.debug("socket.ignored", printable(trim(line)), {{"client", std::to_string(client)}});
}

void SocketServer::on_lag(ClientId client) {
    log_.info("socket.lag", "a client does not read; it gets the newest values when it does",
              {{"client", std::to_string(client)}});
    if (!lag_timer_.armed()) lag_timer_.start(kMaxLag);
}

void SocketServer::check_lag() {
    const Instant now = loop_.now();
    std::optional<Instant> next;
    std::vector<ClientId> over;
    for (const auto& [id, client] : clients_) {
        const auto since = client->lags_since();
        if (!since) continue;
        if (now - *since >= kMaxLag)
            over.push_back(id);
        else
            next = next ? std::min(*next, *since + kMaxLag) : *since + kMaxLag;
    }
    for (const ClientId id : over)
        on_client_end(id, "it did not read for too long");
    if (next) lag_timer_.start_at(*next);
}

void SocketServer::on_client_end(ClientId client, std::string_view why) {
    const auto found = clients_.find(client);
    if (found == clients_.end()) return;
    if (!why.empty()) log_.warning("socket.dropped", why, {{"client", std::to_string(client)}});
    ended_.push_back(std::move(found->second));
    clients_.erase(found);
    sweep_timer_.start(Duration::zero());
}

}  // namespace ups::host
