// SPDX-License-Identifier: Apache-2.0
#include "tools/upsshim/session.hpp"

#include "lib/tls/tls_io.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <utility>

namespace ups::upsshim {
namespace {

/// A client whose machine is gone is noticed, although it may have nothing to say for hours.
void keep_alive(int fd) {
    struct Row {
        int level, name, value;
    };
    for (const Row& row : {Row{SOL_SOCKET, SO_KEEPALIVE, 1}, Row{IPPROTO_TCP, TCP_KEEPIDLE, 60},
                           Row{IPPROTO_TCP, TCP_KEEPINTVL, 15}, Row{IPPROTO_TCP, TCP_KEEPCNT, 4}})
        ::setsockopt(fd, row.level, row.name, &row.value, sizeof row.value);
}

Plain plain_rule(const Options& options, const SocketAddress& peer) {
    return options.allow_plain || peer.loopback ? Plain::all : Plain::greetings;
}

}  // namespace

Session::Session(World& world, SessionOwner& owner, Fd fd, SocketAddress peer)
    : world_(world), owner_(owner), peer_(std::move(peer)),
      interceptor_(world.options.side, plain_rule(world.options, peer_)),
      patience_(world.loop, [this] { on_patience(); }),
      reply_limit_(world.loop, [this] { on_reply_limit(); }) {
    keep_alive(fd.get());
    std::unique_ptr<ByteIo> io;
    const bool server_side = world.options.side == Side::server;
    if (server_side && world.options.direct) {
        io = make_tls(std::move(fd));
        interceptor_.set_tls();
    } else {
        io = std::make_unique<PlainIo>(std::move(fd));
    }
    client_ = std::make_unique<Stream>(
        world.loop, std::move(io), static_cast<StreamHandler&>(*this), StreamLimits{kHighWater});
    patience_.start(world.options.patience);
    // A client's first words are to find the server there, encrypted and proved.
    if (!server_side) connect();
}

Session::~Session() = default;

std::unique_ptr<ByteIo> Session::make_tls(Fd fd) {
    auto io = tls::TlsIo::server(world_.context, std::move(fd));
    tls_ = io.get();
    return io;
}

void Session::on_bytes(Stream& stream, std::string_view bytes) {
    if (&stream == client_.get())
        from_client(bytes);
    else
        from_server(bytes);
}

void Session::from_client(std::string_view bytes) {
    std::string to_client;
    const Verdict verdict = interceptor_.feed_client(bytes, to_server_, to_client);
    client_->send(to_client);
    forward();
    obey(verdict);
}

void Session::from_server(std::string_view bytes) {
    std::string to_client;
    const Verdict verdict = interceptor_.feed_server(bytes, to_client);
    client_->send(to_client);
    if (client_->over_high_water()) server_->pause();
    obey(verdict);
}

void Session::forward() {
    if (to_server_.empty()) return;
    if (server_ == nullptr) {
        client_->pause();
        if (connector_ == nullptr) connect();
        return;
    }
    patience_.stop();
    server_->send(std::exchange(to_server_, {}));
    if (server_->over_high_water()) client_->pause();
}

void Session::obey(Verdict verdict) {
    switch (verdict) {
    case Verdict::go_on:
        break;
    case Verdict::start_tls:
        return start_tls();
    case Verdict::overrun:
        return over("a line or a queue beyond its limit");
    }
    if (!interceptor_.is_waiting())
        reply_limit_.stop();
    else if (!reply_limit_.armed())
        reply_limit_.start(kReplyLimit);
}

void Session::on_reply_limit() {
    std::string to_client;
    const Verdict verdict = interceptor_.give_up_waiting(to_client);
    client_->send(to_client);
    obey(verdict);
}

void Session::start_tls() {
    reply_limit_.stop();
    patience_.start(world_.options.patience);
    // What was said in clear, by whomever, is not to count afterwards: the server gets a new connection.
    connector_.reset();
    to_server_.clear();
    server_.reset();
    client_->resume();
    client_->upgrade([this](Fd fd) {
        interceptor_.tls_started();
        return make_tls(std::move(fd));
    });
}

void Session::connect() {
    client::ConnectOptions options;
    options.server = world_.options.to;
    options.timeout = world_.options.connect_limit;
    if (world_.options.side == Side::client) {
        options.tls = world_.options.direct ? client::TlsMode::direct : client::TlsMode::require;
        options.context = world_.context;
        options.certificate_name = world_.options.tls_name;
    }
    connector_ =
        std::make_unique<client::Connector>(world_.loop, world_.resolver, std::move(options),
                                            [this](client::Answer<client::Connected> connected) {
                                                on_connected(std::move(connected));
                                            });
}

void Session::on_connected(client::Answer<client::Connected> connected) {
    const auto done = std::move(connector_);
    if (!connected) return over(connected.error().text);
    server_ =
        std::make_unique<Stream>(world_.loop, std::move(connected->io),
                                 static_cast<StreamHandler&>(*this), StreamLimits{kHighWater});
    forward();
    if (!server_->over_high_water()) client_->resume();
}

void Session::on_drained(Stream& stream) {
    Stream* other = &stream == client_.get() ? server_.get() : client_.get();
    if (other != nullptr) other->resume();
}

void Session::on_end(Stream& stream, StreamEnd end) {
    const bool is_client = &stream == client_.get();
    const std::string problem = end == StreamEnd::failed ? stream.problem() : std::string();
    Stream* other = is_client ? server_.get() : client_.get();
    // Without an answer the other side has nothing to wait for.
    const bool no_handshake = is_client && tls_ != nullptr && !tls_->is_established();
    if (std::exchange(one_has_ended_, true) || other == nullptr || no_handshake)
        return over(problem);
    patience_.start(kLinger);
    tls_ = nullptr;
    other->resume();
    other->finish();
}

void Session::on_patience() {
    if (one_has_ended_) return over("the rest of the conversation was not taken");
    if (tls_ != nullptr && !tls_->is_established())
        return over("TLS failure: no handshake in time");
    over("nothing was said in time");
}

void Session::over(std::string reason) {
    if (std::exchange(over_, true)) return;
    owner_.on_over(*this, reason);
}

}  // namespace ups::upsshim
