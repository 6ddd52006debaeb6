// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/connection.hpp"

#include <array>
#include <utility>

namespace ups::upsd {
namespace {

constexpr StreamLimits kLimits{.high_water = Session::kMostOutput};

std::unique_ptr<ByteIo> make_io(TlsProvider& tls, Fd fd, const SocketAddress& peer,
                                ListenerKind kind) {
    if (kind == ListenerKind::tls) return tls.accept(std::move(fd), peer);
    return std::make_unique<PlainIo>(std::move(fd));
}

}  // namespace

Connection::Connection(const Parts& parts, Fd fd, SocketAddress peer, ListenerKind kind)
    : parts_(parts), session_(parts.engine, *this, std::move(peer),
                              kind == ListenerKind::tls ? Security::tls : Security::clear),
      stream_(parts.loop, make_io(parts.tls, std::move(fd), session_.peer(), kind), *this,
              kLimits) {
    // What each request needs of this object, but for the stream, which is looked at first.
    stream_.look_ahead(0,
                       std::array{static_cast<const void*>(this),
                                  static_cast<const void*>(&parts_.owner), session_.busy_part()});
}

Connection::~Connection() = default;

void Connection::on_bytes(Stream& stream, std::string_view bytes) {
    session_.on_input(bytes, stream.batch());
    note_life();
    if (session_.wants_something()) settle();
}

void Connection::work() {
    // While the peer takes nothing, nothing more is made for it: `on_drained` comes back here.
    if (stream_.over_high_water() || stream_.is_finishing()) return;
    std::string out;
    if (session_.has_backlog() && !session_.is_waiting()) {
        session_.resume(out);
        note_life();
    }
    if (out.size() < Session::kMostOutput) {
        out += std::exchange(notices_, {});
        session_.events(out);
    }
    stream_.send(out);
    settle();
    if (!session_.has_backlog()) stream_.resume();
}

/// Does what the session asks for after replies have been made.
void Connection::settle() {
    if (session_.wants_tls()) {
        stream_.upgrade([this](Fd fd) {
            session_.secured();
            return parts_.tls.accept(std::move(fd), session_.peer());
        });
    }
    if (session_.wants_close()) return stream_.finish();
    if (!session_.has_backlog()) return;
    stream_.pause();
    if (!session_.is_waiting()) parts_.owner.schedule(*this);
}

void Connection::note_life() {
    const Patience patience = session_.patience();
    if (session_.lines() == lines_ && patience == patience_) return;
    lines_ = session_.lines();
    patience_ = patience;
    parts_.owner.touched(*this);
}

void Connection::close() {
    if (stream_.pending() > 0)
        stream_.abort();
    else
        stream_.finish();
}

void Connection::on_end(Stream&, StreamEnd) {
    parts_.owner.ended(*this);
}

void Connection::on_drained(Stream&) {
    parts_.owner.schedule(*this);
}

void Connection::on_ready(Session&) {
    parts_.owner.schedule(*this);
}

void Connection::on_events(Session&) {
    parts_.owner.schedule(*this);
}

void Connection::on_habit(Session&, std::span<const void* const> at) {
    stream_.look_ahead(3, at);
}

void Connection::on_notice(Session&, std::string_view lines) {
    notices_ += lines;
    parts_.owner.schedule(*this);
}

}  // namespace ups::upsd
