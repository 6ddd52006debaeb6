// SPDX-License-Identifier: Apache-2.0
/// The driver socket: any number of clients, all of them told of every change.
#pragma once

#include "drivers/host/socket_client.hpp"
#include "lib/base/log.hpp"
#include "lib/event/listener.hpp"

#include <map>
#include <memory>
#include <string_view>

namespace ups::host {

/// Who carries out what clients ask for.
class RequestHandler {
  public:
    virtual ~RequestHandler() = default;
    /// SET or INSTCMD; answered later, or at once, by `SocketServer::reply`.
    virtual void on_request(ClientId client, ClientRequest request) = 0;
};

/// Neither copied nor moved. All references outlive it. The socket file is not removed by it.
class SocketServer final : private SocketClientOwner {
  public:
    static constexpr std::size_t kMaxClients = 128;
    /// A client that lags for so long is disconnected.
    static constexpr Duration kMaxLag = std::chrono::seconds(30);

    SocketServer(Loop& loop, BoundSocket socket, const DriverState& state, RequestHandler& handler,
                 const Logger& log);

    void broadcast(std::string_view lines);
    /// Lines for one client, if it is still there.
    void reply(ClientId client, std::string_view lines);
    [[nodiscard]] std::size_t clients() const noexcept { return clients_.size(); }

  private:
    [[nodiscard]] const DriverState& state() const override { return state_; }
    [[nodiscard]] Tokenizer& tokenizer() override { return tokenizer_; }
    void on_request(ClientId client, ClientRequest request) override;
    void on_nonsense(ClientId client, std::string_view line) override;
    void on_lag(ClientId client) override;
    void on_client_end(ClientId client, std::string_view why) override;
    void accept(Fd fd);
    void check_lag();

    Loop& loop_;
    const DriverState& state_;
    RequestHandler& handler_;
    const Logger& log_;
    Tokenizer tokenizer_;
    ClientId last_id_ = 0;
    std::map<ClientId, std::unique_ptr<SocketClient>> clients_;
    std::vector<std::unique_ptr<SocketClient>>
        ended_;  // destroyed from the loop: they are on the stack
    Timer lag_timer_;
    Timer sweep_timer_;
    Listener listener_;
};

}  // namespace ups::host
