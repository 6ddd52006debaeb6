// SPDX-License-Identifier: Apache-2.0
/// `upsmon -t`: is the configuration good, do the servers let us in, and what would count?
#pragma once

#include "lib/base/clock.hpp"
#include "tools/upsmon/environment.hpp"
#include "tools/upsmon/options.hpp"

namespace ups::upsmon {

/// Reads and checks everything as a start would, then connects to every UPS, logs in and out, and asks for
/// its status. Prints problems on stderr and the findings on stdout. The exit status: 0 if a start would
/// find everything in order.
[[nodiscard]] int check_everything(const Environment& environment, const Options& options,
                                   const Clock& clock);

}  // namespace ups::upsmon
