// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/plan/timeline.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace ups::upsmon::plan {
namespace {

std::string clock_text(std::chrono::seconds time) {
    const auto total = time.count();
    if (total < 3600) return fmt::format("+{}:{:02}", total / 60, total % 60);
    return fmt::format("+{}:{:02}:{:02}", total / 3600, total / 60 % 60, total % 60);
}

std::string whose(const TimelineEntry& entry) {
    if (!entry.charge) return entry.ups;
    return fmt::format("{} {} %", entry.ups, *entry.charge);
}

std::string lines_of(const std::vector<TimelineEntry>& entries, std::size_t width) {
    std::string text;
    for (const TimelineEntry& entry : entries)
        text +=
            fmt::format("{:<9}{:<{}}  {}\n", clock_text(entry.at), whose(entry), width, entry.text);
    return text;
}

nlohmann::ordered_json json_of(const std::vector<TimelineEntry>& entries) {
    nlohmann::ordered_json events = nlohmann::ordered_json::array();
    for (const TimelineEntry& entry : entries) {
        nlohmann::ordered_json event{{"at", entry.at.count()}, {"kind", name_of(entry.kind)}};
        if (!entry.ups.empty()) event["ups"] = entry.ups;
        if (entry.charge) event["charge"] = *entry.charge;
        event["text"] = entry.text;
        events.push_back(std::move(event));
    }
    return events;
}

}  // namespace

std::string_view name_of(TimelineEntry::Kind kind) noexcept {
    switch (kind) {
    case TimelineEntry::Kind::mains:
        return "mains";
    case TimelineEntry::Kind::notification:
        return "notification";
    case TimelineEntry::Kind::rule:
        return "rule";
    case TimelineEntry::Kind::action:
        return "action";
    case TimelineEntry::Kind::sequence:
        return "sequence";
    case TimelineEntry::Kind::recovery:
        return "recovery";
    case TimelineEntry::Kind::end:
        return "end";
    }
    return "";
}

std::string_view name_of(Timeline::Outcome outcome) noexcept {
    switch (outcome) {
    case Timeline::Outcome::up:
        return "up";
    case Timeline::Outcome::down:
        return "down";
    case Timeline::Outcome::dark:
        return "dark";
    }
    return "";
}

std::string to_text(const Timeline& timeline) {
    std::string text;
    for (const std::string& line : timeline.start)
        text += line + "\n";
    for (const std::string& line : timeline.assumed)
        text += "assumed: " + line + "\n";
    std::size_t width = 0;
    for (const auto* entries : {&timeline.entries, &timeline.recovery})
        for (const TimelineEntry& entry : *entries)
            width = std::max(width, whose(entry).size());
    text += "\n" + lines_of(timeline.entries, width);
    if (!timeline.recovery.empty())
        text += fmt::format("\nWhen the mains are back, hosts are woken {}:\n{}",
                            timeline.recovery_when, lines_of(timeline.recovery, width));
    for (const std::string& rule : timeline.idle)
        text += "does nothing: " + rule + "\n";
    return text;
}

std::string to_json(const Timeline& timeline) {
    nlohmann::ordered_json whole{{"outcome", name_of(timeline.outcome)},
                                 {"start", timeline.start},
                                 {"assumed", timeline.assumed},
                                 {"events", json_of(timeline.entries)},
                                 {"idle", timeline.idle}};
    if (!timeline.recovery_when.empty())
        whole["recovery"] = {{"when", timeline.recovery_when},
                             {"events", json_of(timeline.recovery)}};
    return whole.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace ups::upsmon::plan
