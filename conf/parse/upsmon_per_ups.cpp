// SPDX-License-Identifier: Apache-2.0
// Lines of upsmon.conf that say something about one UPS, or with "*" about all.
#include "conf/parse/upsmon_draft.hpp"
#include "lib/base/text.hpp"

#include <array>

namespace ups::conf {
namespace {

using std::chrono::seconds;

/// The MONITOR lines meant by a word; reports if there is none.
std::vector<MonitorLine*> meant(UpsmonDraft& draft, const Statement& s, std::size_t index) {
    std::vector<MonitorLine*> lines;
    if (s.word(index) == "*") {
        for (MonitorLine& monitor : draft.monitors)
            lines.push_back(&monitor);
        return lines;
    }
    const MonitorLine* found = draft.find_monitor(s.word(index));
    std::vector<std::string_view> names;
    for (MonitorLine& monitor : draft.monitors) {
        if (&monitor == found) lines.push_back(&monitor);
        names.push_back(monitor.text);
    }
    if (lines.empty()) {
        const auto near = nearest(s.word(index), names);
        s.error(index, in_quotes(s.word(index)) + " is no UPS of a MONITOR line",
                near ? "did you mean " + in_quotes(*near) + "?" : "");
    }
    return lines;
}

void set_loss(UpsmonDraft& draft, const Statement& s) {
    static constexpr Row kKind = {.name = "the kind of LOSS",
                                  .type = Type::choice,
                                  .choices = "SERVER NETWORK DRIVER STALE SILENCE ANY"};
    static constexpr Row kMeaning = {
        .name = "the meaning of LOSS", .type = Type::choice, .choices = "LASTSTATE FINE DEAD"};
    if (s.values() < 3) return report_no_value(s.row, s.place(0), s.problems);
    const auto kind = check_value(kKind, s.word(2), s.place(2), s.problems);
    const auto meaning = check_value(kMeaning, s.word(3), s.place(3), s.problems);
    if (!kind || !meaning) return;
    report_surplus(s.row, s.line, 4, s.problems);
    for (MonitorLine* monitor : meant(draft, s, 1))
        for (std::size_t i = 0; i < kLossKinds; ++i)
            if (kind->choice == i || kind->choice == kLossKinds)
                monitor->loss[i] = static_cast<LossMeaning>(meaning->choice);
}

void set_stage(UpsmonDraft& draft, const Statement& s) {
    static constexpr Row kStage = {
        .name = "the stage", .type = Type::integer, .least = 1, .most = 99};
    static constexpr Row kRest = {
        .name = "REST of STAGE", .type = Type::integer, .least = 1, .most = 100'000};
    if (s.values() < 2) return report_no_value(s.row, s.place(0), s.problems);
    const auto stage = check_value(kStage, s.word(2), s.place(2), s.problems);
    if (!stage) return;
    unsigned rest = 0;
    if (s.values() > 2) {
        if (!iequals(s.word(3), "REST") || s.values() < 4)
            return s.error(3, in_quotes(s.word(3)) + " is not understood here", "expected REST N");
        const auto number = check_value(kRest, s.word(4), s.place(4), s.problems);
        if (!number) return;
        rest = static_cast<unsigned>(number->number);
    }
    report_surplus(s.row, s.line, 5, s.problems);
    for (MonitorLine* monitor : meant(draft, s, 1)) {
        monitor->stage = static_cast<unsigned>(stage->number);
        monitor->stage_rest = rest;
    }
}

void set_unknown_after(UpsmonDraft& draft, const Statement& s) {
    static constexpr Row kTime = {
        .name = "the time of UNKNOWNAFTER", .type = Type::seconds, .least = 1, .most = 86400};
    if (s.values() < 2) return report_no_value(s.row, s.place(0), s.problems);
    std::optional<seconds> after;
    if (!iequals(s.word(2), "never")) {
        const auto time = check_value(kTime, s.word(2), s.place(2), s.problems);
        if (!time) return;
        after = seconds(time->number);
    }
    report_surplus(s.row, s.line, 3, s.problems);
    for (MonitorLine* monitor : meant(draft, s, 1))
        monitor->unknown_after = after;
}

void set_heartbeat(UpsmonDraft& draft, const Statement& s) {
    static constexpr Row kTime = {
        .name = "the time of HEARTBEAT", .type = Type::seconds, .least = 1, .most = 86400};
    if (s.values() < 2) return report_no_value(s.row, s.place(0), s.problems);
    const auto time = check_value(kTime, s.word(2), s.place(2), s.problems);
    if (!time) return;
    report_surplus(s.row, s.line, 3, s.problems);
    for (MonitorLine* monitor : meant(draft, s, 1))
        monitor->heartbeat = seconds(time->number);
}

constexpr auto kSetters = std::to_array<Setter<UpsmonDraft>>({
    {"LOSS", set_loss},
    {"STAGE", set_stage},
    {"UNKNOWNAFTER", set_unknown_after},
    {"HEARTBEAT", set_heartbeat},
    {"WAKE", add_wake},
});

}  // namespace

void keep_line(UpsmonDraft& draft, const Statement& s) {
    draft.kept.push_back({&s.row, copy_of(s.line)});
}

void apply_kept_lines(UpsmonDraft& draft, std::vector<Problem>& problems) {
    for (const KeptLine& kept : draft.kept) {
        const std::vector<std::string_view> words(kept.line.words.begin(), kept.line.words.end());
        const Line line{words, kept.line.places, {}};
        for (const Setter<UpsmonDraft>& setter : kSetters)
            if (setter.name == kept.row->name) setter.set(draft, {*kept.row, line, problems});
    }
}

}  // namespace ups::conf
