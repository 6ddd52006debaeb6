// SPDX-License-Identifier: Apache-2.0
/// From upsmon.conf to what decisions depend on.
#pragma once

#include "conf/parse/upsmon_conf.hpp"
#include "tools/upsmon/decide/settings.hpp"

namespace ups::upsmon {

/// One feed for each MONITOR line, in the order of the file.
[[nodiscard]] Settings settings_from(const conf::UpsmonConf& conf);

}  // namespace ups::upsmon
