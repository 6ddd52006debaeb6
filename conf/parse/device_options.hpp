// SPDX-License-Identifier: Apache-2.0
/// What each key of ups.conf does to the settings.
#pragma once

#include "conf/parse/ups_conf.hpp"
#include "conf/parse/values.hpp"

#include <string_view>

namespace ups::conf {

/// Applies a checked value of a `Section::global` row.
void apply_global(UpsConf& conf, const Row& row, const Value& value);

}  // namespace ups::conf
