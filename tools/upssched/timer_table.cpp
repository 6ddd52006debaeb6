// SPDX-License-Identifier: Apache-2.0
#include "tools/upssched/timer_table.hpp"

#include "lib/base/text.hpp"
#include "lib/base/words.hpp"

#include <algorithm>
#include <map>

namespace ups::upssched {
namespace {

constexpr std::string_view kOk = "OK\n";

/// The distinct texts of one field, in order, with commas between.
std::string distinct(const std::vector<Cause>& causes, std::string Cause::* field) {
    std::vector<std::string_view> seen;
    for (const Cause& cause : causes) {
        const std::string& text = cause.*field;
        if (!text.empty() && std::ranges::find(seen, text) == seen.end()) seen.emplace_back(text);
    }
    return join(seen, ",");
}

void append_word(std::string& line, std::string_view word) {
    line += " \"";
    append_escaped(line, word);
    line += '"';
}

}  // namespace

TimerTable::Outcome TimerTable::handle(std::string_view line, Instant now) {
    const auto request = parse_request(line);
    if (!request)
        return {request.error().code == ErrorCode::unsupported ? "ERR UNKNOWN\n"
                                                               : "ERR INVALID-ARGUMENT\n",
                {}};
    switch (request->verb) {
    case Verb::start_shared:
        if (join(*request)) return {std::string(kOk), {}};
        [[fallthrough]];
    case Verb::start:
        return start(*request, now);
    case Verb::cancel:
        return cancel(*request);
    case Verb::list:
        return {list(now), {}};
    }
    return {};
}

bool TimerTable::join(const Request& request) {
    const auto found = std::ranges::find_if(
        timers_, [&](const Timer& timer) { return timer.shared && timer.name == request.name; });
    if (found == timers_.end()) return false;
    if (request.cause && found->causes.size() < kMaxJoined) found->causes.push_back(*request.cause);
    return true;
}

TimerTable::Outcome TimerTable::start(const Request& request, Instant now) {
    if (timers_.size() >= kMaxTimers) return {"ERR TOO-MANY-TIMERS\n", {}};
    Timer timer{.name = request.name,
                .deadline = now + request.delay,
                .causes = {},
                .shared = request.verb == Verb::start_shared};
    if (request.cause) timer.causes.push_back(*request.cause);
    timers_.push_back(std::move(timer));
    return {std::string(kOk), {}};
}

TimerTable::Outcome TimerTable::cancel(const Request& request) {
    const std::size_t gone =
        std::erase_if(timers_, [&](const Timer& timer) { return timer.name == request.name; });
    if (gone > 0 || request.otherwise.empty()) return {std::string(kOk), {}};
    return {std::string(kOk), Job{request.otherwise, request.cause}};
}

std::string TimerTable::list(Instant now) const {
    std::string text;
    for (const Timer& timer : timers_) {
        const auto left = std::chrono::ceil<std::chrono::seconds>(
            std::max(timer.deadline - now, Duration::zero()));
        const Cause cause = summary(timer).value_or(Cause{});
        text += "TIMER";
        append_word(text, timer.name);
        append_word(text, std::to_string(left.count()));
        append_word(text, cause.type);
        append_word(text, cause.ups);
        text += '\n';
    }
    return text.append(kOk);
}

std::optional<Instant> TimerTable::deadline() const {
    const auto first = std::ranges::min_element(timers_, {}, &Timer::deadline);
    if (first == timers_.end()) return std::nullopt;
    return first->deadline;
}

std::vector<Job> TimerTable::on_time(Instant now) {
    const auto due = [now](const Timer& timer) { return timer.deadline <= now; };
    std::multimap<Instant, Job> over;  // those of the same time in the order of their start
    for (const Timer& timer : timers_)
        if (due(timer)) over.emplace(timer.deadline, Job{timer.name, summary(timer)});
    std::erase_if(timers_, due);
    std::vector<Job> jobs;
    for (auto& [when, job] : over)
        jobs.push_back(std::move(job));
    return jobs;
}

std::optional<Cause> TimerTable::summary(const Timer& timer) {
    if (timer.causes.empty()) return std::nullopt;
    return Cause{distinct(timer.causes, &Cause::type), distinct(timer.causes, &Cause::ups),
                 distinct(timer.causes, &Cause::message)};
}

}  // namespace ups::upssched
