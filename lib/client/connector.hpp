// SPDX-License-Identifier: Apache-2.0
/// From a server's name to a connection that is ready for requests: look-up, TCP or Unix connect,
/// STARTTLS, handshake, under one deadline.
///
/// All addresses of the name are tried, IPv6 and IPv4 in turn; the next one starts after 250 ms without
/// an answer or at once after a refusal, and the first that connects wins (RFC 8305).
#pragma once

#include "lib/client/address.hpp"
#include "lib/client/failure.hpp"
#include "lib/client/resolver.hpp"
#include "lib/event/listener.hpp"
#include "lib/tls/context.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ups {
class ByteIo;
}
namespace ups::tls {
class TlsIo;
}

namespace ups::client {

enum class TlsMode : std::uint8_t {
    off,        ///< never
    automatic,  ///< as `attempt`, but not on loopback addresses and Unix sockets
    attempt,    ///< STARTTLS; a server that declines is used in clear
    require,    ///< STARTTLS; a server that declines is a failure
    direct,     ///< TLS from the first byte
};

struct ConnectOptions {
    ServerAddress server;
    TlsMode tls = TlsMode::off;
    tls::TlsContextPtr context;  ///< needed unless `tls` is off; says what is verified
    std::string
        certificate_name;  ///< that the certificate must be for; empty: the server's host name
    Duration timeout = std::chrono::seconds(10);  ///< for everything until ready; zero: no limit
};

struct Connected {
    std::unique_ptr<ByteIo> io;
    SocketAddress peer;
    std::string tls_description;  ///< empty: in clear
};

class Connector {
  public:
    using Done = std::move_only_function<void(Answer<Connected>)>;
    static constexpr std::chrono::milliseconds kNextAddress{250};
    /// Bytes of the answer to STARTTLS.
    static constexpr std::size_t kMaxAnswer = 512;

    /// Starts at once. `done` is called once, from the loop, and may destroy this. Dropping the object
    /// gives up.
    Connector(Loop& loop, Resolver& resolver, ConnectOptions options, Done done);
    ~Connector();
    Connector(const Connector&) = delete;
    Connector& operator=(const Connector&) = delete;

  private:
    struct Attempt;
    void on_endpoints(Result<std::vector<Endpoint>> found);
    void connect_local();
    void next_attempt();
    void on_attempt(Attempt& attempt);
    void drop_attempt(const Attempt& attempt);
    void on_connected(Fd fd);
    void ask_starttls();
    void on_answer();
    void start_tls(Fd fd);
    void on_handshake();
    void succeed(std::unique_ptr<ByteIo> io, std::string tls_description);
    void give_up(Failure failure);

    Loop& loop_;
    ConnectOptions options_;
    Done done_;
    Timer deadline_;
    Timer stagger_;
    std::unique_ptr<Resolver::Lookup> lookup_;
    std::vector<Endpoint> endpoints_;
    std::size_t next_ = 0;
    std::vector<std::unique_ptr<Attempt>> attempts_;
    int last_errno_ = 0;
    SocketAddress peer_;
    std::unique_ptr<ByteIo> plain_;
    std::unique_ptr<tls::TlsIo> tls_;
    std::unique_ptr<IoWatch> watch_;
    std::string answer_;
};

}  // namespace ups::client
