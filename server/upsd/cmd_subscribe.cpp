// SPDX-License-Identifier: Apache-2.0
/// SUBSCRIBE, UNSUBSCRIBE: see `subscription.hpp`.
#include "server/upsd/handlers.hpp"

namespace ups::upsd {

void subscribe(Call& call) {
    const auto names = call.args.subspan(1);
    call.session.subscribe(*call.ups, call.args[0], {names.begin(), names.end()}, call.out);
}

void unsubscribe(Call& call) {
    const Ups* const found = call.find_ups();
    if (found == nullptr) return;
    call.session.unsubscribe(*found);
    call.ok();
}

} // namespace ups::upsd
