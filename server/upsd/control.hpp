// SPDX-License-Identifier: Apache-2.0
/// `upsd -c`: telling the running server.
#pragma once

#include "lib/base/result.hpp"
#include "server/upsd/environment.hpp"
#include "server/upsd/options.hpp"

#include <array>
#include <string>
#include <string_view>

namespace ups::upsd {

/// What our pid file's owner is called; anybody else is a stranger.
inline constexpr std::array<std::string_view, 1> kProgramNames{"upsd"};

[[nodiscard]] std::string pid_file_path(const Environment& environment);

/// Sends the signal of `options.action` (reload, stop) to the server that owns the pid file, or to -P.
/// Fails with `not_found` if there is none, or if the process is not upsd; `denied` without the right to.
[[nodiscard]] Result<void> tell_running(const Options& options, const Environment& environment);

}  // namespace ups::upsd
