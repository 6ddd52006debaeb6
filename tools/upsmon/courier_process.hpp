// SPDX-License-Identifier: Apache-2.0
/// The process that delivers notifications, as RUN_AS_USER but with what that account may do: `wall` and
/// NOTIFYCMD need it.
#pragma once

#include "lib/base/fd.hpp"
#include "lib/base/log.hpp"
#include "lib/base/privileges.hpp"
#include "tools/upsmon/environment.hpp"

#include <optional>

namespace ups::upsmon {

/// As `drop_privileges`, but what is run later may gain rights (setgid wall, sudo in NOTIFYCMD).
[[nodiscard]] Result<void> become(const Account& account);

/// Delivers what arrives on `channel` until nobody is left to send. The exit status.
[[nodiscard]] int run_courier(const Environment& environment, const Clock& clock, Fd channel,
                              const std::optional<Account>& account, const Logger& logger);

}  // namespace ups::upsmon
