// SPDX-License-Identifier: Apache-2.0
/// What each command of upsdrvctl does.
#pragma once

#include "lib/base/notify_socket.hpp"
#include "lib/event/loop.hpp"
#include "tools/upsdrvctl/console.hpp"
#include "tools/upsdrvctl/context.hpp"
#include "tools/upsdrvctl/options.hpp"

namespace ups::upsdrvctl {

/// Reads ups.conf and does what `options` say. Returns the exit status: 1 if anything failed for any
/// UPS.
[[nodiscard]] int run(Loop& loop, const Console& console, const Options& options,
                      const Environment& environment, const NotifySocket& notify);

}  // namespace ups::upsdrvctl
