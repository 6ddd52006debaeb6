// SPDX-License-Identifier: Apache-2.0
/// STARTTLS.
#include "server/upsd/handlers.hpp"

namespace ups::upsd {

void starttls(Call& call) {
    if (call.session.security() == Security::tls)
        return call.fail(proto::NetError::tls_already_enabled);
    // Nobody can listen in on a local socket, and its file's rights say who may connect.
    if (call.session.peer().local) return call.fail(proto::NetError::feature_not_supported);
    if (!call.engine.parts().tls.configured())
        return call.fail(proto::NetError::feature_not_configured);
    call.session.start_tls();
    call.ok("OK STARTTLS");
}

} // namespace ups::upsd
