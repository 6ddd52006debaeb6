// SPDX-License-Identifier: Apache-2.0
/// What carries notifications out of the process: to terminals, to commands, into mail.
#pragma once

#include "lib/base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ups::upsmon {

struct Message {
    std::uint8_t ways = 0;  ///< bits of conf::NotifyFlag
    std::string type;       ///< NOTIFYTYPE
    std::string ups;        ///< UPSNAME: the text of MONITOR, empty: about this host
    std::string text;       ///< one line for people
    std::string host;       ///< this one
    std::string time;       ///< RFC 3339, in UTC
    // Of the UPS, as it tells them; empty: unknown.
    std::string status;
    std::string charge;
    std::string runtime;

    bool operator==(const Message&) const = default;
};

/// What a rule of the configuration says with RUN.
struct RuleCommand {
    std::string rule;
    std::string command;  ///< for the shell

    bool operator==(const RuleCommand&) const = default;
};

class Courier {
  public:
    virtual ~Courier() = default;
    /// Returns at once, whatever becomes of it.
    virtual void deliver(const Message& message) = 0;
    /// Runs it if the configuration that the courier itself has read says so. Returns at once.
    virtual void run(const RuleCommand& command) = 0;
    /// The commands have changed: read the configuration again.
    virtual void reload() {}
};

/// Longest packet between two processes of upsmon.
inline constexpr std::size_t kMaxPacket = 4096;
/// A message as one packet, texts cut as needed; and back. Nothing for bytes that are no message.
///
///     packet = "N" ways 7( NUL field ) NUL text        ways: one byte
///     fields: type, ups, host, time, status, charge, runtime
[[nodiscard]] std::string to_packet(const Message& message);
[[nodiscard]] std::optional<Message> from_packet(std::string_view packet);
/// The same for a command; nothing for one that does not fit, since half of it must not run.
///
///     packet = "X" rule NUL command
[[nodiscard]] std::optional<std::string> to_packet(const RuleCommand& command);
[[nodiscard]] std::optional<RuleCommand> command_from_packet(std::string_view packet);
/// The packet that asks for `Courier::reload`.
inline constexpr std::string_view kReloadPacket = "R";

}  // namespace ups::upsmon
