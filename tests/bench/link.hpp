// SPDX-License-Identifier: Apache-2.0
/// One client connection of a generator, plain or with TLS, behind the same few calls.
#pragma once

#include "lib/base/fd.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <sys/types.h>

struct ssl_st;

namespace ups::bench {

enum class Security { plain, tls };

struct SslFree {
    void operator()(ssl_st* ssl) const noexcept;
};
using SslPtr = std::unique_ptr<ssl_st, SslFree>;

/// A client's TLS session on a connected socket, before its handshake. The certificate is not looked
/// at, and nothing is resumed: every handshake is a whole one.
[[nodiscard]] SslPtr new_client_session(int fd);

class Link {
  public:
    Link() = default;
    /// Connects, with TLS after STARTTLS and a whole handshake. Waits; ends the program on failure.
    Link(int port, Security security);

    [[nodiscard]] int fd() const { return fd_.get(); }
    /// Bytes read; 0 when nothing is there now. Ends the program when the connection ends.
    [[nodiscard]] std::size_t read_now(std::span<char> into);
    /// Writes all, waiting where needed.
    void write(std::string_view bytes);
    /// Sends `request` and LF and waits for the whole reply: one line, or a BEGIN … END block.
    [[nodiscard]] std::string exchange(const std::string& request);
    /// Waits for the whole reply to a request that was sent.
    [[nodiscard]] std::string reply_to(const std::string& request);

  private:
    ups::Fd fd_;
    SslPtr ssl_;
};

}  // namespace ups::bench
