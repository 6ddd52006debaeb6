// SPDX-License-Identifier: Apache-2.0
/// `upsmon --explain` and `upsmon --drill`: what would happen if the mains failed now.
#pragma once

#include "lib/base/clock.hpp"
#include "tools/upsmon/environment.hpp"
#include "tools/upsmon/options.hpp"

#include <string_view>

namespace ups::upsmon {

/// Who recovers knows by the flag that there was a shutdown.
inline constexpr std::string_view kNoFlagForWake =
    "without POWERDOWNFLAG nobody is woken after a shutdown: set it, or take the WAKE lines out";

/// Reads the configuration, asks every server for what its UPS says now (no log-in), and prints what
/// rules and monitor would do: as sentences, or as the timeline of an outage in fast time. With
/// `options.is_json` either is the timeline as JSON. Executes nothing. The exit status: 1 if the
/// configuration cannot be used or no UPS answers.
[[nodiscard]] int rehearse(const Environment& environment, const Options& options,
                           const Clock& clock);

}  // namespace ups::upsmon
