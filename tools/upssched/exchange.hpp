// SPDX-License-Identifier: Apache-2.0
/// One request to a timer daemon, for programs that do one thing after the other.
#pragma once

#include "lib/base/clock.hpp"
#include "lib/base/result.hpp"

#include <string>
#include <string_view>

namespace ups::upssched {

/// Longest reply that is read.
inline constexpr std::size_t kMaxReply = std::size_t{8} * 1024 * 1024;

/// Sends `line` to the daemon at the Unix socket `path` and returns its reply, all lines up to OK or ERR and
/// that one, without the last LF. Fails with `not_found` or `refused` (nobody listens), `closed` (it ended
/// before the whole reply), `timeout`, `too_long`, `denied` or `io`.
[[nodiscard]] Result<std::string> exchange(const std::string& path, std::string_view line,
                                           const Clock& clock, Duration limit);

}  // namespace ups::upssched
