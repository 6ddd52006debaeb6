// SPDX-License-Identifier: Apache-2.0
/// upsmon.conf as the state machine wants it.
#pragma once

#include "conf/parse/upsmon_conf.hpp"
#include "tools/upsmon/decide/settings.hpp"

namespace ups::upsmon::plan {

/// The settings of a configuration that was read without errors; feeds are in the order of the MONITOR
/// lines.
[[nodiscard]] Settings settings_from(const conf::UpsmonConf& conf);

}  // namespace ups::upsmon::plan
