// SPDX-License-Identifier: Apache-2.0
/// POWERDOWNFLAG: the file that tells the last step of the system's shutdown to have the UPS cut the power.
///
///     file = "upsmon-shutdown-file"          20 bytes, no LF
///
/// A file with any other content is somebody else's and never touched.
#pragma once

#include "lib/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace ups::upsmon {

inline constexpr std::string_view kPowerFlagText = "upsmon-shutdown-file";

enum class PowerFlag : std::uint8_t {
    absent,
    set,         ///< there, with our text
    foreign,     ///< there, with another content or no regular file: not ours
    unreadable,  ///< there, and nobody knows
};
/// What is at `path`. Follows links.
[[nodiscard]] PowerFlag look_at_power_flag(const std::string& path);
/// Writes the file so that it survives a loss of power from when this returns. A link at `path` is
/// replaced, not followed. Fails with `invalid` if the file there is not ours, or `io`.
[[nodiscard]] Result<void> set_power_flag(const std::string& path);
/// Removes the file if it is ours; success if there is none. Fails with `invalid` if the file is
/// somebody else's, or `io`.
[[nodiscard]] Result<void> clear_power_flag(const std::string& path);

}  // namespace ups::upsmon
