// SPDX-License-Identifier: Apache-2.0
/// `upsdrv --check FILE`: tries a plugin file against the contract.
#pragma once

#include "drivers/host/check_steps.hpp"

namespace ups::host {

/// Runs the steps in a child process, which may crash or hang, and prints one line per step on stdout:
/// `ok STEP`, `FAIL STEP: why`, `skip STEP: why`. Returns the exit status: 0 if nothing failed.
[[nodiscard]] int check_plugin_file(const CheckInput& input);

}  // namespace ups::host
