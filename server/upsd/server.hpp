// SPDX-License-Identifier: Apache-2.0
/// The server: everything but process set-up. `main()` makes the parts it needs, adds listeners,
/// and runs the loop.
#pragma once

#include "lib/base/log.hpp"
#include "lib/base/random.hpp"
#include "lib/event/listener.hpp"
#include "lib/event/loop.hpp"
#include "lib/vars/descriptions.hpp"
#include "server/upsd/access.hpp"
#include "server/upsd/settings.hpp"
#include "server/upsd/tls_provider.hpp"

#include <memory>

namespace ups::upsd {

/// What the server needs of the program. All of it outlives the server.
struct ServerParts {
    Loop& loop;
    Random& random;
    Logger& logger;
    Authenticator& authenticator;
    Audit& audit;
    TlsProvider& tls;
    const vars::Descriptions& descriptions;
};

enum class ListenerKind : std::uint8_t {
    plain, ///< clear text, STARTTLS on demand
    tls,   ///< TLS from the first byte
};

class Server {
  public:
    /// Connects to the drivers at once; serves nobody until there is a listener.
    Server(const ServerParts& parts, Settings settings);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Accepts clients on `socket` from now on. A `tls` listener needs a configured TlsProvider.
    void add_listener(BoundSocket socket, ListenerKind kind);
    /// Closes the listener on this address, if there is one; its sessions stay. Not from inside one of
    /// its callbacks.
    void remove_listener(const SocketAddress& address);
    /// Swaps the settings: UPSes appear, change and vanish; sessions stay. `settings` has been
    /// checked.
    void apply(Settings settings);

    /// Connections of clients at this moment, for status lines and tests.
    [[nodiscard]] std::size_t client_count() const noexcept;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace ups::upsd
