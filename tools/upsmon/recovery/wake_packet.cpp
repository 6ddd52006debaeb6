// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/recovery/wake_packet.hpp"

#include <charconv>

namespace ups::upsmon::recovery {

std::optional<WakePacket> wake_packet(std::string_view address) {
    if (address.size() != 17) return std::nullopt;
    WakePacket packet;
    packet.fill(0xFF);
    for (std::size_t i = 0; i < 6; ++i) {
        const char* const digits = address.data() + 3 * i;
        unsigned char byte = 0;
        const auto [end, error] = std::from_chars(digits, digits + 2, byte, 16);
        if (error != std::errc() || end != digits + 2 || (i < 5 && *end != ':'))
            return std::nullopt;
        for (std::size_t copy = 0; copy < 16; ++copy)
            packet[6 + copy * 6 + i] = byte;
    }
    return packet;
}

}  // namespace ups::upsmon::recovery
