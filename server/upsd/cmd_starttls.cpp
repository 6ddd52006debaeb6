// SPDX-License-Identifier: Apache-2.0
/// STARTTLS.
#include "server/upsd/handlers.hpp"

namespace ups::upsd {

void starttls(Call& call) {
    if (call.session.security() == Security::tls)
        return call.fail(proto::NetError::tls_already_enabled);
    if (!call.engine.parts().tls.configured())
        return call.fail(proto::NetError::feature_not_configured);
    call.session.start_tls();
    call.ok("OK STARTTLS");
}

} // namespace ups::upsd
