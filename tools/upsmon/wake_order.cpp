// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/wake_order.hpp"

#include "lib/base/text.hpp"

#include <limits>

namespace ups::upsmon {
namespace {

std::string packet_of(char kind, std::uint32_t ticket, std::string_view text) {
    std::string packet(1, kind);
    packet += std::to_string(ticket);
    packet += '\0';
    packet += text.substr(0, 1000);
    return packet;
}

std::optional<std::pair<std::uint32_t, std::string>> parts_of(char kind, std::string_view packet) {
    const std::size_t end = packet.find('\0');
    if (packet.empty() || packet.front() != kind || end == std::string_view::npos)
        return std::nullopt;
    const auto ticket = parse_integer(packet.substr(1, end - 1));
    if (!ticket || *ticket < 0 || *ticket > std::numeric_limits<std::uint32_t>::max())
        return std::nullopt;
    return std::pair(static_cast<std::uint32_t>(*ticket), std::string(packet.substr(end + 1)));
}

}  // namespace

std::string to_packet(const WakeOrder& order) {
    return packet_of('W', order.ticket, order.step);
}

std::string to_packet(const WakeEnd& end) {
    return packet_of('D', end.ticket, end.why);
}

std::optional<WakeOrder> wake_order_from_packet(std::string_view packet) {
    auto parts = parts_of('W', packet);
    if (!parts) return std::nullopt;
    return WakeOrder{parts->first, std::move(parts->second)};
}

std::optional<WakeEnd> wake_end_from_packet(std::string_view packet) {
    auto parts = parts_of('D', packet);
    if (!parts) return std::nullopt;
    return WakeEnd{parts->first, std::move(parts->second)};
}

}  // namespace ups::upsmon
