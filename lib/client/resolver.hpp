// SPDX-License-Identifier: Apache-2.0
/// Host names to socket addresses.
///
/// Numeric addresses and "localhost" never wait. Other names go through the system's resolver
/// (getaddrinfo: /etc/hosts, DNS, mDNS, … as nsswitch.conf says), which blocks. `BlockingResolver` does
/// it in place, for tools that have nothing else to do. `BackgroundResolver` lets the C library do it on
/// a thread of its own (getaddrinfo_a), so daemons go on meanwhile; our code stays on the loop's thread.
#pragma once

#include "lib/event/loop.hpp"

#include <functional>
#include <memory>
#include <string>
#include <sys/socket.h>
#include <vector>

namespace ups::client {

struct Endpoint {
    sockaddr_storage address{};
    socklen_t size = 0;

    [[nodiscard]] int family() const noexcept { return address.ss_family; }
    [[nodiscard]] const sockaddr* data() const noexcept {
        return reinterpret_cast<const sockaddr*>(&address);
    }
};

class Resolver {
  public:
    /// A look-up that is going on; dropping it cancels it.
    class Lookup {
      public:
        virtual ~Lookup() = default;
    };
    /// At least one endpoint in the order to try, or `not_found`.
    using Done = std::move_only_function<void(Result<std::vector<Endpoint>>)>;

    virtual ~Resolver() = default;
    /// Calls `done` once, from the loop, never from inside this call.
    [[nodiscard]] virtual std::unique_ptr<Lookup> look_up(const std::string& host,
                                                          std::uint16_t port, Done done) = 0;
};

class BlockingResolver final : public Resolver {
  public:
    explicit BlockingResolver(Loop& loop) : loop_(loop) {}
    [[nodiscard]] std::unique_ptr<Lookup> look_up(const std::string& host, std::uint16_t port,
                                                  Done done) override;

  private:
    Loop& loop_;
};

class BackgroundResolver final : public Resolver {
  public:
    explicit BackgroundResolver(Loop& loop) : loop_(loop) {}
    [[nodiscard]] std::unique_ptr<Lookup> look_up(const std::string& host, std::uint16_t port,
                                                  Done done) override;

  private:
    Loop& loop_;
};

}  // namespace ups::client
