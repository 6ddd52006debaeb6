// SPDX-License-Identifier: Apache-2.0
/// LOGIN (ATTACH), LOGOUT (DETACH), PRIMARY (MASTER).
#include "lib/base/text.hpp"
#include "server/upsd/handlers.hpp"

namespace ups::upsd {

void attach(Call& call) {
    if (call.session.attached_to() != nullptr) return call.fail(proto::NetError::already_attached);
    Ups* const found = call.find_ups();
    if (found == nullptr || !call.permitted(Right::attach, found->settings.name)) return;
    call.session.attach_to(*found);
    call.ok();
}

void detach(Call& call) {
    call.session.close_after_reply();
    call.ok("OK Goodbye");
}

void primary(Call& call) {
    if (!call.permitted(Right::primary, call.ups->settings.name)) return;
    // Clients compare the whole line with the one for the word that they used.
    call.ok(iequals(call.word, "MASTER") ? "OK MASTER-GRANTED" : "OK PRIMARY-GRANTED");
}

} // namespace ups::upsd
