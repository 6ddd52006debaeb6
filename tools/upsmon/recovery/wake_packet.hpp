// SPDX-License-Identifier: Apache-2.0
/// The packet that wakes a host (Wake-on-LAN). The grammar:
///
///     packet = 6 * %xFF  16 * address      address: the 6 bytes of the hardware address
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ups::upsmon::recovery {

/// The port it is sent to by custom, "discard"; network cards look at no port.
inline constexpr std::uint16_t kWakePort = 9;

using WakePacket = std::array<unsigned char, 6 + 16 * 6>;

/// The packet for `address`, which is written as `00:11:22:aa:bb:cc`. Nothing if it is written otherwise.
[[nodiscard]] std::optional<WakePacket> wake_packet(std::string_view address);

}  // namespace ups::upsmon::recovery
