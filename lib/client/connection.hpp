// SPDX-License-Identifier: Apache-2.0
/// A connection to a server on the loop: requests may be asked at any time, several at once, and are
/// answered in order. What to do when it ends (retry, when) is the caller's business: open another one.
#pragma once

#include "lib/client/connector.hpp"
#include "lib/client/conversation.hpp"
#include "lib/event/stream.hpp"

#include <memory>
#include <string>

namespace ups::client {

/// What all connections of a program share. The members outlive the connections.
struct Services {
    Loop& loop;
    Resolver& resolver;
    Tokenizer& tokenizer;  ///< `Charset::utf8`, so that values show as they are
};

class ConnectionHandler {
  public:
    virtual ~ConnectionHandler() = default;
    /// Requests flow from now on.
    virtual void on_ready() {}
    virtual void on_event(const Event& /*event*/) {}
    /// The connection is over: called once, after every waiting request was given `failure`. The
    /// handler may destroy the connection here.
    virtual void on_lost(const Failure& failure) = 0;
};

struct ConnectionOptions {
    ConnectOptions connect;
    /// Longest silence of the server while it owes an answer.
    Duration reply_timeout = std::chrono::seconds(10);
};

class Connection final : private StreamHandler {
  public:
    using ReplyHandler = Conversation::ReplyHandler;

    /// Starts connecting. `handler` outlives the connection and is never called from inside this.
    Connection(Services services, ConnectionOptions options, ConnectionHandler& handler);
    ~Connection() override;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Asks; before the connection is ready the request waits. `handler` is called once, unless the
    /// connection is destroyed first: with the reply, the server's refusal, or what ended the
    /// connection. More than `Conversation::kMaxWaiting` unanswered requests end it (`overload`).
    void ask(const Request& request, ReplyHandler handler);
    /// Says LOGOUT; `on_lost` follows with `disconnected` when the server has answered.
    void log_out();

    [[nodiscard]] bool is_ready() const noexcept { return stream_ != nullptr && !over_; }
    [[nodiscard]] std::size_t waiting() const noexcept { return conversation_.waiting(); }
    [[nodiscard]] const SocketAddress& peer() const noexcept { return peer_; }
    /// For instance "TLSv1.3 TLS_AES_256_GCM_SHA384"; empty in clear.
    [[nodiscard]] const std::string& tls_description() const noexcept { return tls_description_; }

  private:
    void on_connected(Answer<Connected> connected);
    void on_bytes(Stream& stream, std::string_view bytes) override;
    void on_end(Stream& stream, StreamEnd end) override;
    void flush_soon();
    void flush();
    void watch_silence();
    void lose(const Failure& failure);

    Services services_;
    ConnectionOptions options_;
    ConnectionHandler& handler_;
    Conversation conversation_;
    std::unique_ptr<Connector> connector_;
    std::unique_ptr<Stream> stream_;
    Timer silence_;
    std::string outgoing_;
    SocketAddress peer_;
    std::string tls_description_;
    bool flush_is_due_ = false;
    bool over_ = false;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // shared with deferred calls
};

}  // namespace ups::client
