// SPDX-License-Identifier: Apache-2.0
/// Rules and times in words, for logs and for people.
#pragma once

#include "conf/parse/rules.hpp"

#include <chrono>
#include <string>

namespace ups::upsmon::plan {

/// "switch off outlet group lab of su700@localhost", "run \"/bin/x\"", "shut this host down".
[[nodiscard]] std::string action_text(const conf::RuleAction& action);

/// "45 s", "12 min 30 s", "3 h 5 min"; never more than two parts, rounded down.
[[nodiscard]] std::string time_text(std::chrono::seconds time);

}  // namespace ups::upsmon::plan
