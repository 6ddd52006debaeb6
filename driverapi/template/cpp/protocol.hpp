// SPDX-License-Identifier: Apache-2.0
/// The protocol of the device: bytes to values and back. No state, no I/O.
///
///     request = "Q" CR / "M" CR / "S" CR          status, mute the beeper, cut the power
///     status  = "(" volts SP percent SP bits CR    volts = 3DIGIT "." DIGIT, percent = 3DIGIT
///     bits    = ("0" / "1") ("0" / "1")            1 = on battery, 1 = battery low
///     done    = "ACK" CR / "NAK" CR
#pragma once

#include <optional>
#include <string_view>

namespace ups::example {

inline constexpr char kLineEnd = '\r';
inline constexpr std::string_view kAskStatus = "Q\r";
inline constexpr std::string_view kMute = "M\r";
inline constexpr std::string_view kCutPower = "S\r";

struct Status {
    double input_volts = 0;
    double charge_percent = 0;
    bool on_battery = false;
    bool battery_low = false;
};

/// A status line without its CR. Nothing if its length, frame or a field is not as it must be.
[[nodiscard]] std::optional<Status> parse_status(std::string_view line);

/// Whether the device did what it was asked. Nothing if the line is no answer at all.
[[nodiscard]] std::optional<bool> parse_done(std::string_view line);

}  // namespace ups::example
