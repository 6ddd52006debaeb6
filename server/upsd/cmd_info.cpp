// SPDX-License-Identifier: Apache-2.0
/// HELP, VER, PROTVER.
#include "lib/base/build_info.hpp"
#include "server/upsd/banner.hpp"
#include "server/upsd/handlers.hpp"

#include <string>

namespace ups::upsd {

std::string_view banner() noexcept {
    static const std::string text =
        std::string(kProduct).append(" upsd ").append(kVersion).append(" - ").append(kProjectUrl);
    return text;
}

void help(Call& call) {
    call.ok(call.engine.commands().help());
}

void ver(Call& call) {
    call.ok(banner());
}

void protver(Call& call) {
    call.ok(kProtocolVersion);
}

} // namespace ups::upsd
