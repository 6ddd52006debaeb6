// SPDX-License-Identifier: Apache-2.0
/// Scenario files: what happens to a simulated UPS, and when.
///
///     line     = [ event / loop ] [ "#" comment ] LF
///     event    = ( "at" / "after" ) SP time SP action      "after": since the event of the line before
///     loop     = "loop" SP ( "at" / "after" ) SP time       start over then
///     action   = "mains" SP ( "on" / "off" / volts )
///              / "frequency" SP hertz
///              / "load" SP load
///              / "battery" SP percent                       charge
///              / "health" SP percent                        of the battery
///              / "ramp" SP "load" SP "to" SP load SP "over" SP time
///              / "ramp" SP "mains" SP "to" SP volts SP "over" SP time
///              / "fault" SP name SP ( "on" / "off" )         comm frozen garbage lost overload replace
///              / "command" SP name [ SP parameter ]
///              / "set" SP name SP value
///              / "alarm" SP ( "off" / text to the end of the line )
///     time     = number [ SP ] ( "ms" / "s" / "min" / "h" )  default s
///     load     = number [ SP ] ( "%" / "W" )                 default %
///     volts, hertz, percent = number [ SP ] [ "V" / "Hz" / "%" ]
///
/// Times are those of the simulated device, from its start; they never go back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ups::sim {

enum class Fault : std::uint8_t { comm, frozen, garbage, lost, overload, replace };
inline constexpr int kFaults = 6;
[[nodiscard]] std::string_view fault_name(Fault fault) noexcept;
[[nodiscard]] std::optional<Fault> find_fault(std::string_view name) noexcept;

enum class ActionKind : std::uint8_t {
    mains_on,
    mains_off,
    mains_volts,
    frequency,
    load_percent,
    load_watts,
    charge,
    health,
    ramp_load_percent,
    ramp_load_watts,
    ramp_mains,
    fault_on,
    fault_off,
    command,
    set,
    alarm,
};

struct Action {
    ActionKind kind = ActionKind::mains_on;
    double number = 0;  ///< what is set, or where a ramp ends
    double over = 0;    ///< of a ramp, in seconds
    Fault fault = Fault::comm;
    std::string name;       ///< command, set: the name
    std::string text;       ///< command: parameter; set: value; alarm: text, empty = off
    bool has_text = false;  ///< command: there is a parameter
};

struct Event {
    double at = 0;  ///< seconds of device time
    Action action;
    int line = 0;    ///< where it stands, for messages
    int column = 0;  ///< of its action
};

struct ScenarioProblem {
    int line = 0;    ///< from 1
    int column = 0;  ///< from 1
    std::string text;
};

struct Scenario {
    std::vector<Event> events;      ///< by time
    std::optional<double> loop_at;  ///< > 0
    std::vector<ScenarioProblem> problems;
};

inline constexpr std::size_t kMaxEvents = 10'000;
/// Longest time a scenario may name, in seconds.
inline constexpr double kMaxTime = 31'536'000;

/// Reads a whole file. A scenario with problems is not to be used.
[[nodiscard]] Scenario parse_scenario(std::string_view text);

}  // namespace ups::sim
