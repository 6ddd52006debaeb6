// SPDX-License-Identifier: Apache-2.0
/// Listening sockets: TCP (IPv4, IPv6) and Unix.
#pragma once

#include "lib/base/fd.hpp"
#include "lib/event/loop.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ups {

/// A resolved address of a peer or a listener.
struct SocketAddress {
    std::string host;        ///< numeric, without brackets; the path of a Unix socket
    std::uint16_t port = 0;  ///< 0 for Unix sockets
    bool loopback = false;   ///< 127.0.0.0/8, ::1, ::ffff:127.0.0.0/104, or a Unix socket
    bool local = false;      ///< a Unix socket
};

enum class Family : std::uint8_t { any, v4, v6 };

/// Numeric and name look-up for binding. One name may give several descriptors. Each is bound,
/// listening, non-blocking, close-on-exec, IPv6 ones v6-only. Fails with `busy` (address in use),
/// `not_found` (no such name or the address is on no interface), `denied` or `io`; descriptors that
/// did bind are closed then.
struct BoundSocket {
    Fd fd;
    SocketAddress address;
};
[[nodiscard]] Result<std::vector<BoundSocket>> bind_tcp(const std::string& host, std::uint16_t port,
                                                        Family family = Family::any,
                                                        int backlog = 4096);

/// A listening Unix stream socket at `path` with permission bits `mode`. A socket file that nobody
/// listens on is replaced; a live one is `busy`; any other kind of file is left alone (`invalid`).
[[nodiscard]] Result<BoundSocket> bind_unix(const std::string& path, unsigned mode,
                                            int backlog = 128);

/// Connects to a Unix stream socket; non-blocking and close-on-exec. Local connects do not wait.
[[nodiscard]] Result<Fd> connect_unix(const std::string& path);

/// Accepts connections for as long as it lives. With descriptors exhausted it accepts and closes at
/// once (the peer sees a clean refusal), and reports each through `on_refused`; when not even that works,
/// clients wait in the queue, which is looked at once a second.
class Listener {
  public:
    /// The descriptor is non-blocking, close-on-exec, and has TCP_NODELAY where that applies.
    using Accept = std::move_only_function<void(Fd fd, SocketAddress peer)>;
    using Refused = std::move_only_function<void(const Error& why)>;
    Listener(Loop& loop, BoundSocket socket, Accept on_accept, Refused on_refused = {});
    [[nodiscard]] const SocketAddress& address() const noexcept { return socket_.address; }

  private:
    void accept_ready();
    /// Accepts and closes one connection with the spare descriptor; false if that cannot be done, or nobody
    /// waits.
    [[nodiscard]] bool refuse_one(int err);

    BoundSocket socket_;
    Accept on_accept_;
    Refused on_refused_;
    Fd spare_;  // given up for a moment when there is no other descriptor left
    IoWatch watch_;
    Timer pause_;
};

/// The peer of a connected socket.
[[nodiscard]] SocketAddress peer_of(int fd);

}  // namespace ups
