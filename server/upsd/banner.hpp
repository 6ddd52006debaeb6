// SPDX-License-Identifier: Apache-2.0
/// How the server names itself.
#pragma once

#include <string_view>

namespace ups::upsd {

/// The answer to VER, and `server.info`: `<product> upsd <x.y.z> - <url>`, the shape that scripts
/// cut the version out of.
[[nodiscard]] std::string_view banner() noexcept;

/// The answer to PROTVER.
inline constexpr std::string_view kProtocolVersion = "1.3";

} // namespace ups::upsd
