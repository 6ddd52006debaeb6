// SPDX-License-Identifier: Apache-2.0
/// TLS for the engine, from certificates that can be replaced while sessions run.
#pragma once

#include "lib/tls/context.hpp"
#include "server/upsd/tls_provider.hpp"

namespace ups::upsd {

class TlsSetup final : public TlsProvider {
  public:
    /// New sessions use `context` (null: no TLS) from now on; those that run keep theirs.
    void use(tls::TlsContextPtr context) { context_ = std::move(context); }

    [[nodiscard]] bool configured() const noexcept override { return context_ != nullptr; }
    [[nodiscard]] std::unique_ptr<ByteIo> accept(Fd fd, const SocketAddress& peer) override;

  private:
    tls::TlsContextPtr context_;
};

}  // namespace ups::upsd
