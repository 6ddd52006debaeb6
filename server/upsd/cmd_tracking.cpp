// SPDX-License-Identifier: Apache-2.0
/// SET TRACKING, GET TRACKING.
#include "lib/base/text.hpp"
#include "server/upsd/handlers.hpp"

namespace ups::upsd {

using proto::NetError;

void set_tracking(Call& call) {
    const bool on = iequals(call.args[0], "ON");
    if (!on && !iequals(call.args[0], "OFF")) return call.fail(NetError::invalid_argument);
    call.session.tracking = on;
    call.ok();
}

void get_tracking(Call& call) {
    if (call.args.empty()) return call.ok(call.session.tracking ? "ON" : "OFF");
    if (!call.session.tracking) return call.fail(NetError::feature_not_configured);
    switch (call.engine.tracking().state(call.args[0])) {
    case TrackingState::pending:
        return call.ok("PENDING");
    case TrackingState::success:
        return call.ok("SUCCESS");
    case TrackingState::unknown:
        return call.fail(NetError::unknown);
    case TrackingState::invalid:
        return call.fail(NetError::invalid_argument);
    case TrackingState::failed:
        return call.fail(NetError::failed);
    }
}

} // namespace ups::upsd
