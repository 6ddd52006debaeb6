// SPDX-License-Identifier: Apache-2.0
/// A client on the loop: joins a `Session` to a `Stream`.
///
/// All requests of one read are answered with one write. A client that does not read is paused: its
/// output is bounded by the stream, its input by one read.
#pragma once

#include "lib/event/stream.hpp"
#include "server/upsd/idle_list.hpp"
#include "server/upsd/server.hpp"
#include "server/upsd/session.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace ups::upsd {

class Connection;

class ConnectionOwner {
  public:
    virtual ~ConnectionOwner() = default;
    /// Calls `connection.work()` soon, from the loop.
    virtual void schedule(Connection& connection) = 0;
    /// The client showed life, or what it is kept for changed.
    virtual void touched(Connection& connection) = 0;
    /// The connection is over and is to be destroyed.
    virtual void ended(Connection& connection) = 0;
};

class Connection final : public IdleNode, private StreamHandler, private SessionHost {
  public:
    /// What the connection uses; all of it outlives the connection.
    struct Parts {
        Loop& loop;
        Engine& engine;
        TlsProvider& tls;
        ConnectionOwner& owner;
    };
    Connection(const Parts& parts, Fd fd, SocketAddress peer, ListenerKind kind);
    ~Connection() override;

    /// Goes on with what could not be done at once.
    void work();
    /// Closes the connection; `ended` follows from the loop.
    void close();
    [[nodiscard]] Patience patience() const noexcept { return patience_; }

    // --- For the owner's books. ---
    std::size_t position = 0;
    bool scheduled = false;

  private:
    void on_bytes(Stream& stream, std::string_view bytes) override;
    void on_end(Stream& stream, StreamEnd end) override;
    void on_drained(Stream& stream) override;
    void on_ready(Session& session) override;
    void on_events(Session& session) override;
    void on_notice(Session& session, std::string_view lines) override;
    void on_habit(Session& session, std::span<const void* const> at) override;
    [[gnu::noinline]] void settle();  // rarely needed, and on_bytes() is better without it
    void note_life();

    Parts parts_;
    std::uint64_t lines_ = 0;
    Patience patience_ = Patience::usual;
    Session session_;
    Stream stream_;
    std::string notices_;
};

}  // namespace ups::upsd
