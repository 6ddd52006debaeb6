// SPDX-License-Identifier: Apache-2.0
/// `upsmon --explain` and `upsmon --drill`: what would happen if the mains failed now.
#pragma once

#include "lib/base/clock.hpp"
#include "tools/upsmon/environment.hpp"
#include "tools/upsmon/options.hpp"

namespace ups::upsmon {

/// Reads the configuration, asks every server for what its UPS says now (no log-in), and prints what
/// rules and monitor would do: as sentences, or as the timeline of an outage in fast time. Executes
/// nothing. The exit status: 1 if the configuration cannot be used or no UPS answers.
[[nodiscard]] int rehearse(const Environment& environment, const Options& options,
                           const Clock& clock);

}  // namespace ups::upsmon
