// SPDX-License-Identifier: Apache-2.0
/// USERNAME, PASSWORD. Whether they are right is found out by the first command that needs them.
#include "server/upsd/handlers.hpp"

namespace ups::upsd {
namespace {

/// Whether a name or password can be one at all: nobody's is empty, and one that was cut is another.
bool is_usable(const Call& call) {
    return !call.args[0].empty() && !call.cut;
}

}  // namespace

void username(Call& call) {
    if (call.session.user) return call.fail(proto::NetError::already_set_username);
    if (!is_usable(call)) return call.fail(proto::NetError::invalid_username);
    call.session.user = call.args[0];
    call.ok();
}

void password(Call& call) {
    if (call.session.password) return call.fail(proto::NetError::already_set_password);
    if (!is_usable(call)) return call.fail(proto::NetError::invalid_password);
    call.session.password = call.args[0];
    call.ok();
}

} // namespace ups::upsd
