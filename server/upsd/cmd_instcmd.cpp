// SPDX-License-Identifier: Apache-2.0
/// INSTCMD.
#include "lib/base/text.hpp"
#include "server/upsd/handlers.hpp"

#include <optional>

namespace ups::upsd {

using proto::NetError;

void instcmd(Call& call) {
    const auto command = call.ups->state.command(call.args[1]);
    if (!command) return call.fail(NetError::cmd_not_supported);
    if (!call.permitted(Right::instcmd, call.ups->settings.name, *command)) return;
    // A parameter that lost its end would be another parameter.
    if (call.cut) return call.fail(NetError::invalid_argument);
    // Deployed clients send a parameter with blanks in it without quotes.
    std::optional<std::string> parameter;
    if (call.args.size() > 2) parameter = join(call.args.subspan(2), " ");
    const auto track = call.session.tracking ? DriverLink::Track::yes : DriverLink::Track::no;
    auto sent = call.ups->link.send_command(*command, parameter, track);
    if (!sent.delivered) return call.fail(NetError::instcmd_failed);
    call.tracking = std::move(sent.tracking);
    call.tracking.empty() ? call.ok() : call.ok("OK TRACKING " + call.tracking);
}

} // namespace ups::upsd
