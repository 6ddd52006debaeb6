// SPDX-License-Identifier: Apache-2.0
/// A server on the test's own loop that answers from a table.
#pragma once

#include "lib/event/listener.hpp"
#include "lib/event/stream.hpp"
#include "lib/tls/context.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ups::client {

class ScriptServer final : private StreamHandler {
  public:
    enum class Start : std::uint8_t { plain, tls };

    /// Listens on a free loopback port. `tls`: what STARTTLS and `Start::tls` use; without it,
    /// STARTTLS is answered from the table like everything else.
    explicit ScriptServer(Loop& loop, tls::TlsContextPtr tls = nullptr, Start start = Start::plain);

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] const std::vector<std::string>& received() const { return received_; }
    [[nodiscard]] std::size_t connections() const { return accepted_; }
    /// Sends text, unasked, to everyone.
    void push(std::string_view text);
    /// Ends all connections.
    void drop();
    /// Accepts nobody any more.
    void close() { listener_.reset(); }

    /// Request line -> reply with its LFs. A request without a row gets UNKNOWN-COMMAND; an empty reply
    /// is silence; "DROP" ends the connection.
    std::map<std::string, std::string> replies;

  private:
    void accept(Fd fd);
    void on_bytes(Stream& stream, std::string_view bytes) override;
    void on_end(Stream& stream, StreamEnd end) override;
    void answer(Stream& stream, const std::string& line);

    Loop& loop_;
    tls::TlsContextPtr tls_;
    Start start_;
    std::uint16_t port_ = 0;
    std::unique_ptr<Listener> listener_;
    std::vector<std::unique_ptr<Stream>> streams_;
    std::map<const Stream*, std::string> partial_;
    std::vector<std::string> received_;
    std::size_t accepted_ = 0;
};

}  // namespace ups::client
