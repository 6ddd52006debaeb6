// SPDX-License-Identifier: Apache-2.0
/// What would happen in a power cut, and when.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ups::upsmon::plan {

struct TimelineEntry {
    enum class Kind : std::uint8_t {
        mains,         ///< the mains fail or come back
        notification,  ///< somebody is told
        rule,          ///< a rule fires or clears
        action,        ///< a rule acts
        sequence,      ///< a step on the way down
        recovery,      ///< hosts are woken
        end,           ///< how it ends
    };
    std::chrono::seconds at{0};  ///< since the mains failed
    Kind kind = Kind::end;
    std::string ups;            ///< text of the MONITOR line it is about; empty: none
    std::string text;           ///< what happens
    std::optional<int> charge;  ///< of that UPS then, percent
};

struct Timeline {
    enum class Outcome : std::uint8_t {
        up,    ///< the host stayed up
        down,  ///< it was shut down in order
        dark,  ///< it lost its power while it was up
    };
    Outcome outcome = Outcome::up;
    std::vector<std::string> start;    ///< how each UPS stands, a line each
    std::vector<std::string> assumed;  ///< what was not known, a line each
    std::vector<TimelineEntry> entries;
    /// With WAKE lines: when hosts are woken, and, if this host went down, how that would go; `at` counts
    /// from when the mains are back and this host runs again.
    std::string recovery_when;
    std::vector<TimelineEntry> recovery;
    /// Rules that did nothing, with what they looked at in the end.
    std::vector<std::string> idle;
};

/// The name of a kind or an outcome, as the JSON has it.
[[nodiscard]] std::string_view name_of(TimelineEntry::Kind kind) noexcept;
[[nodiscard]] std::string_view name_of(Timeline::Outcome outcome) noexcept;

/// Lines for people, each with its LF:
///
///     +24:03   su700@localhost 40 %   rule lab-off: switch off outlet group 2 of su700@localhost
[[nodiscard]] std::string to_text(const Timeline& timeline);

/// One JSON object: outcome, start, assumed, events (at: seconds, kind, ups, charge, text), idle; with
/// WAKE lines also recovery (when, events).
[[nodiscard]] std::string to_json(const Timeline& timeline);

}  // namespace ups::upsmon::plan
