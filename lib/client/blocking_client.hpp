// SPDX-License-Identifier: Apache-2.0
/// A connection for programs that do one thing after the other: each call waits for its answer.
/// It runs a loop of its own; daemons use `Connection`.
#pragma once

#include "lib/client/connection.hpp"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace ups::client {

class BlockingClient final : private ConnectionHandler {
  public:
    BlockingClient();
    ~BlockingClient() override;
    BlockingClient(const BlockingClient&) = delete;
    BlockingClient& operator=(const BlockingClient&) = delete;

    /// Connects, replacing an earlier connection. Waits as long as the options allow.
    [[nodiscard]] Answer<void> connect(ConnectionOptions options);
    /// One question, one answer. Without a connection: `disconnected`.
    [[nodiscard]] Answer<Reply> ask(const Request& request);
    /// Asks without waiting in between, so that many cost one round trip. Answers come in the order of
    /// the requests.
    [[nodiscard]] std::vector<Answer<Reply>> ask_all(const std::vector<Request>& requests);
    /// Takes leave (LOGOUT) and closes; waits for the server's answer as stock clients do.
    void log_out();
    /// Lets `duration` pass; returns early when the connection is lost.
    void wait(Duration duration);

    [[nodiscard]] bool is_connected() const noexcept { return connection_ != nullptr; }
    /// For instance "TLSv1.3 TLS_AES_256_GCM_SHA384"; empty in clear.
    [[nodiscard]] std::string tls_description() const;
    [[nodiscard]] Loop& loop() noexcept { return loop_; }

  private:
    /// Asked at once; bounds what waits at both ends.
    static constexpr std::size_t kBatch = 1000;

    void on_ready() override;
    void on_lost(const Failure& failure) override;
    void run_until_woken();
    std::vector<Answer<Reply>> ask_batch(std::span<const Request> requests);

    SystemClock clock_;
    Loop loop_;
    BlockingResolver resolver_;
    Tokenizer tokenizer_;
    std::unique_ptr<Connection> connection_;
    std::optional<Failure> lost_;
    bool woken_ = false;
};

}  // namespace ups::client
