// SPDX-License-Identifier: Apache-2.0
/// FSD: the latch that tells everybody to shut down.
///
///     FSD ups           sets it; only the next line, a restart or removing the UPS takes it back
///     FSD ups CLEAR     takes it back; needs the same right
///
/// It is never cleared by itself, mains back or not: the primary that set it goes on to cut the
/// power.
#include "lib/base/text.hpp"
#include "server/upsd/handlers.hpp"

namespace ups::upsd {

void fsd(Call& call) {
    const bool clear = call.args.size() == 2;
    if (clear && !iequals(call.args[1], "CLEAR"))
        return call.fail(proto::NetError::invalid_argument);
    if (!call.permitted(Right::fsd, call.ups->settings.name)) return;
    call.ups->state.show_forced_shutdown(!clear);
    call.ok(clear ? "OK FSD-CLEARED" : "OK FSD-SET");
    call.engine.publish(*call.ups);
}

} // namespace ups::upsd
