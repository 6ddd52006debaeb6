// SPDX-License-Identifier: Apache-2.0
/// `upsmon --try RULE`: the actions of one rule, carried out now.
#pragma once

#include "lib/base/privileges.hpp"
#include "tools/upsmon/environment.hpp"
#include "tools/upsmon/options.hpp"

#include <optional>
#include <string>

namespace ups::upsmon {

/// Becomes `account`, if there is one, and carries out what the rule `options.subject` says behind DO, one
/// action after another, whatever the readings are: says each before it is begun and how it ended.
/// Times behind AFTER are not waited for; SHUTDOWN and FSD are said but left out. `host` is what texts
/// may name. Where no rule has this name but a notification has it, that is tried (try_notification.hpp),
/// about the first UPS of the configuration. The exit status: 1 if the configuration cannot be used, there is
/// nothing of this name, or an action failed.
[[nodiscard]] int try_rule(const Environment& environment, const Options& options,
                           const std::string& host, const std::optional<Account>& account);

}  // namespace ups::upsmon
