// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/tls_setup.hpp"

#include "lib/tls/tls_io.hpp"

namespace ups::upsd {

std::unique_ptr<ByteIo> TlsSetup::accept(Fd fd, const SocketAddress&) {
    return tls::TlsIo::server(context_, std::move(fd));
}

}  // namespace ups::upsd
