// SPDX-License-Identifier: Apache-2.0
/// One client and its connection to the server, with a bounded buffer each way: whoever does not read stops
/// the other one from sending.
#pragma once

#include "lib/base/log.hpp"
#include "lib/client/connector.hpp"
#include "lib/event/stream.hpp"
#include "tools/upsshim/options.hpp"

#include <memory>
#include <string>

namespace ups::upsshim {

/// What all sessions share; outlives them.
struct World {
    Loop& loop;
    client::Resolver& resolver;
    const Options& options;
    /// Of new sessions; replaced by a reload.
    tls::TlsContextPtr context;
};

class Session;

class SessionOwner {
  public:
    virtual ~SessionOwner() = default;
    /// The session is over for this reason (empty: an orderly end) and may be destroyed now.
    virtual void on_over(Session& session, std::string_view reason) = 0;
};

class Session final : private StreamHandler {
  public:
    /// Each way, beyond which the sender is not read from.
    static constexpr std::size_t kHighWater = std::size_t{64} * 1024;
    /// For what is still to be sent when one side has ended.
    static constexpr std::chrono::seconds kLinger{10};
    /// For replies that an answer of our own waits for.
    static constexpr std::chrono::seconds kReplyLimit{5};

    /// `owner` is never called from inside this.
    Session(World& world, SessionOwner& owner, Fd fd, SocketAddress peer);
    ~Session() override;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    [[nodiscard]] const SocketAddress& peer() const noexcept { return peer_; }

  private:
    void on_bytes(Stream& stream, std::string_view bytes) override;
    void on_end(Stream& stream, StreamEnd end) override;
    void on_drained(Stream& stream) override;
    void from_client(std::string_view bytes);
    void from_server(std::string_view bytes);
    void connect();
    void on_connected(client::Answer<client::Connected> connected);
    void forward();
    void obey(Verdict verdict);
    void start_tls();
    [[nodiscard]] std::unique_ptr<ByteIo> make_tls(Fd fd);
    void on_patience();
    void on_reply_limit();
    void over(std::string reason);

    World& world_;
    SessionOwner& owner_;
    SocketAddress peer_;
    Interceptor interceptor_;
    std::unique_ptr<client::Connector> connector_;
    std::unique_ptr<Stream> server_;
    std::unique_ptr<Stream> client_;
    const tls::TlsIo* tls_ = nullptr;  // of `client_`, while its handshake is watched
    Timer patience_;
    Timer reply_limit_;
    std::string to_server_;  // until the connection stands
    bool one_has_ended_ = false;
    bool over_ = false;
};

}  // namespace ups::upsshim
