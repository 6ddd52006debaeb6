// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/courier.hpp"

#include "lib/base/text.hpp"

namespace ups::upsmon {
namespace {

/// Seven of them leave room for the text.
constexpr std::size_t kMaxName = 400;

std::string_view field(std::string_view text, std::size_t limit) {
    return text.substr(0, std::min(text.find('\0'), limit));
}

}  // namespace

std::string to_packet(const Message& message) {
    std::string packet = "N";
    packet += static_cast<char>(message.ways);
    for (const std::string* text : {&message.type, &message.ups, &message.host, &message.time,
                                    &message.status, &message.charge, &message.runtime}) {
        packet += '\0';
        packet += field(*text, kMaxName);
    }
    packet += '\0';
    packet += field(message.text, kMaxPacket - packet.size());
    return packet;
}

std::optional<Message> from_packet(std::string_view packet) {
    if (packet.size() < 3 || packet[0] != 'N' || packet[2] != '\0') return std::nullopt;
    const auto parts = split_at(packet.substr(3), '\0');
    if (parts.size() != 8) return std::nullopt;
    return Message{static_cast<std::uint8_t>(packet[1]),
                   std::string(parts[0]),
                   std::string(parts[1]),
                   std::string(parts[7]),
                   std::string(parts[2]),
                   std::string(parts[3]),
                   std::string(parts[4]),
                   std::string(parts[5]),
                   std::string(parts[6])};
}

std::optional<std::string> to_packet(const RuleCommand& command) {
    std::string packet = "X" + command.rule + '\0' + command.command;
    if (packet.size() > kMaxPacket) return std::nullopt;
    return packet;
}

std::optional<RuleCommand> command_from_packet(std::string_view packet) {
    if (!packet.starts_with('X')) return std::nullopt;
    const auto parts = split_at(packet.substr(1), '\0');
    if (parts.size() != 2) return std::nullopt;
    return RuleCommand{std::string(parts[0]), std::string(parts[1])};
}

}  // namespace ups::upsmon
