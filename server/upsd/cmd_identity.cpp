// SPDX-License-Identifier: Apache-2.0
/// USERNAME, PASSWORD. Whether they are right is found out by the first command that needs them.
#include "server/upsd/handlers.hpp"

namespace ups::upsd {

void username(Call& call) {
    if (call.session.user) return call.fail(proto::NetError::already_set_username);
    call.session.user = call.args[0];
    call.ok();
}

void password(Call& call) {
    if (call.session.password) return call.fail(proto::NetError::already_set_password);
    call.session.password = call.args[0];
    call.ok();
}

} // namespace ups::upsd
