// SPDX-License-Identifier: Apache-2.0
/// `upsmon -c`: telling the running monitor.
#pragma once

#include "lib/base/result.hpp"
#include "tools/upsmon/environment.hpp"
#include "tools/upsmon/options.hpp"

#include <array>
#include <string>
#include <string_view>

namespace ups::upsmon {

/// What our pid file's owner is called; anybody else is a stranger.
inline constexpr std::array<std::string_view, 1> kProgramNames{"upsmon"};

/// It holds the pid of the worker.
[[nodiscard]] std::string pid_file_path(const Environment& environment);

/// Sends the signal of `options.job` to the monitor that owns the pid file, or to -P. Fails with
/// `not_found` if there is none, or if the process is not upsmon; `denied` without the right to.
[[nodiscard]] Result<void> tell_running(const Options& options, const Environment& environment);

/// Fails with `busy` if a monitor runs already. To be asked before anything of its is touched: its power-down
/// flag may be standing.
[[nodiscard]] Result<void> check_alone(const Environment& environment);

}  // namespace ups::upsmon
