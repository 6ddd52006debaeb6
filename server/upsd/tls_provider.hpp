// SPDX-License-Identifier: Apache-2.0
/// How the server gets TLS, without knowing the library behind it.
#pragma once

#include "lib/event/byte_io.hpp"
#include "lib/event/listener.hpp"

#include <memory>

namespace ups::upsd {

class TlsProvider {
  public:
    virtual ~TlsProvider() = default;
    /// Whether there is a certificate: without one STARTTLS answers FEATURE-NOT-CONFIGURED.
    [[nodiscard]] virtual bool configured() const noexcept = 0;
    /// The server's side of a new TLS connection on a connected, non-blocking descriptor. The
    /// handshake happens in its reads and writes. Never null; called only while `configured()`.
    [[nodiscard]] virtual std::unique_ptr<ByteIo> accept(Fd fd, const SocketAddress& peer) = 0;
};

/// No TLS at all.
class NoTls final : public TlsProvider {
  public:
    [[nodiscard]] bool configured() const noexcept override { return false; }
    [[nodiscard]] std::unique_ptr<ByteIo> accept(Fd fd, const SocketAddress&) override {
        return std::make_unique<PlainIo>(std::move(fd));
    }
};

} // namespace ups::upsd
