// SPDX-License-Identifier: Apache-2.0
/// The sequence of a shutdown:
///
///     watching --> host_sync (a primary; once per stage) --> final_delay --> committed --> gone
///              |-> final_delay (a secondary, or a rule for this host alone)
///              `-> stage_wait (a secondary of stage 2 and up, told by FSD) --^
///
/// Until `committed` it may go back to `watching`: calling_off.cpp.
#include "tools/upsmon/decide/criticality.hpp"
#include "tools/upsmon/decide/explain.hpp"
#include "tools/upsmon/decide/work.hpp"

#include "lib/base/text.hpp"

#include <algorithm>
#include <fmt/core.h>

namespace ups::upsmon {

using enum conf::NotifyType;

namespace {

constexpr Duration kAskPeriod = std::chrono::milliseconds(250);

/// A host is a primary if one of its supplies hangs on a UPS it is primary for.
bool is_primary_host(const State& state) {
    return std::any_of(state.settings->feeds.begin(), state.settings->feeds.end(),
                       [](const FeedSettings& line) {
                           return line.role == Role::primary && line.power_value > 0;
                       });
}

/// The first stage after `stage`; 0: none.
std::uint32_t stage_after(const State& state, std::uint32_t stage) {
    std::uint32_t next = 0;
    for (const FeedSettings& line : state.settings->feeds)
        if (line.role == Role::primary && line.stage > stage && (next == 0 || line.stage < next))
            next = line.stage;
    return next;
}

/// Everybody but this host has logged out, or cannot be asked. A server that has just gone may be back
/// in a moment, and its clients a moment later.
bool is_alone(const State& state, const FeedState& known) {
    if (known.uncounted_until && state.at < *known.uncounted_until) return false;
    return (known.clients >= 0 && known.clients <= 1) ||
           (known.latch == Latch::wanted && known.contact == Contact::lost);
}

bool is_stage_over(const State& state) {
    for (std::size_t i = 0; i < state.feeds.size(); ++i) {
        const FeedState& known = state.feeds[i];
        if (state.settings->feeds[i].stage == state.stage && is_waited_for(known.latch) &&
            !is_alone(state, known))
            return false;
    }
    return true;
}

Duration stage_limit(const State& state) {
    const Settings& settings = *state.settings;
    if (stage_after(state, state.stage) == 0) return settings.host_sync;
    return settings.stage_time.value_or(settings.host_sync);
}

/// The feed tells a secondary of a later stage to go down, and that is all that is wrong with it.
bool is_told_to_go(const State& state, FeedIndex feed) {
    const FeedSettings& line = state.settings->feeds[feed];
    return line.role == Role::secondary && line.stage > 1 &&
           judge(state, feed).reason == Reason::forced_shutdown;
}

/// The stage a secondary has to go down in; 0: at once.
std::uint32_t own_stage(const State& state) {
    if (state.causes.is_user || state.causes.is_rule || state.causes.is_host_rule) return 0;
    std::uint32_t stage = 0;
    for (std::size_t i = 0; i < state.feeds.size(); ++i) {
        const auto feed = static_cast<FeedIndex>(i);
        const bool is_critical = judge(state, feed).reason != Reason::none;
        if (is_critical && state.settings->feeds[i].power_value > 0 && !is_told_to_go(state, feed))
            return 0;
        if (is_told_to_go(state, feed)) stage = std::max(stage, state.settings->feeds[i].stage);
    }
    return stage;
}

/// The earlier stages are gone, or the server is: a primary does not leave before its secondaries.
bool is_turn(const State& state, FeedIndex feed) {
    const FeedState& known = state.feeds[feed];
    const FeedSettings& line = state.settings->feeds[feed];
    if (known.contact == Contact::lost && known.loss != Loss::stale && known.loss != Loss::driver)
        return true;
    return line.stage_rest > 0 && known.clients >= 0 &&
           static_cast<std::uint32_t>(known.clients) <= line.stage_rest;
}

Instant stage_turn(const State& state) {
    const std::uint32_t stage = own_stage(state);
    if (stage < 2) return state.phase_since;
    const Duration each = state.settings->stage_time.value_or(state.settings->host_sync);
    return state.phase_since + each * (stage - 1);
}

bool is_own_turn(const State& state) {
    if (state.at >= stage_turn(state)) return true;
    for (std::size_t i = 0; i < state.feeds.size(); ++i) {
        const auto feed = static_cast<FeedIndex>(i);
        if (is_told_to_go(state, feed) && !is_turn(state, feed)) return false;
    }
    return true;
}

/// Whether it matters how many are logged in there.
bool is_count_wanted(const State& state, FeedIndex feed) {
    const FeedState& known = state.feeds[feed];
    switch (state.phase) {
    case Phase::stage_wait:
        return is_told_to_go(state, feed) && state.settings->feeds[feed].stage_rest > 0;
    case Phase::host_sync:
    case Phase::final_delay:
        return is_waited_for(known.latch) && !is_alone(state, known);
    case Phase::watching:
    case Phase::committed:
    case Phase::gone:
        return false;
    }
    return false;
}

bool is_askable(const State& state, FeedIndex feed) {
    const FeedState& known = state.feeds[feed];
    return !known.is_asked && known.latch != Latch::wanted && is_count_wanted(state, feed);
}

void ask_for_clients(const Work& work) {
    if (work.now() < work.state.next_ask) return;
    bool is_asking = false;
    for (FeedIndex feed = 0; feed < work.feeds(); ++feed) {
        if (!is_askable(work.state, feed)) continue;
        work.feed(feed).is_asked = true;
        work.actions.emplace_back(action::AskClients{feed});
        is_asking = true;
    }
    if (is_asking) work.state.next_ask = work.now() + kAskPeriod;
}

void enter(const Work& work, Phase phase) {
    work.state.phase = phase;
    work.state.phase_since = work.now();
}

void enter_stage(const Work& work, std::uint32_t stage) {
    enter(work, Phase::host_sync);
    work.state.stage = stage;
    work.state.next_ask = work.now();
    set_latches(work, stage);
}

void start_stages(const Work& work) {
    enter_stage(work, stage_after(work.state, 0));
    work.notify(shutdown_hostsync);
}

/// In a few words, for the notification.
std::string cause_of(const Work& work) {
    if (work.state.causes.is_user) return "asked for";
    if (work.state.causes.is_rule || work.state.causes.is_host_rule) return "a rule asks for it";
    for (FeedIndex feed = 0; feed < work.feeds(); ++feed) {
        const Reason reason = judge(work.state, feed).reason;
        if (reason != Reason::none && work.settings(feed).power_value > 0)
            return fmt::format("{}: {}", printable(work.settings(feed).monitor), name_of(reason));
    }
    return "its cause is gone, but it cannot be called off";
}

void enter_final_delay(const Work& work) {
    enter(work, Phase::final_delay);
    work.actions.emplace_back(action::Announce{});
    work.notify(shutdown, std::nullopt, cause_of(work));
}

void start(const Work& work) {
    work.state.calling_off = CallingOff::no;
    const std::string rule =
        work.rule.empty() ? "" : fmt::format("rule=\"{}\" ", printable(work.rule));
    work.log(LogLevel::warning,
             fmt::format("this host is to be shut down: {}{}", rule, explain(work.state)));
    work.actions.emplace_back(action::Remember{true});
    if (work.state.causes.site() && is_primary_host(work.state)) return start_stages(work);
    if (own_stage(work.state) < 2) return enter_final_delay(work);
    enter(work, Phase::stage_wait);
    work.state.next_ask = work.now();
    for (FeedState& known : work.state.feeds) {
        known.clients = -1;
        known.most_clients = -1;
        known.is_asked = false;
    }
}

void go_on_with_stages(const Work& work) {
    State& state = work.state;
    const bool is_over =
        is_stage_over(state) || work.now() >= state.phase_since + stage_limit(state);
    if (!is_over) return ask_for_clients(work);
    const std::uint32_t next = stage_after(state, state.stage);
    if (next == 0) return enter_final_delay(work);
    enter_stage(work, next);
}

void go_on_with_final_delay(const Work& work) {
    // This host was to go alone, and now the others have to go too.
    if (work.state.causes.site() && work.state.stage == 0 && is_primary_host(work.state))
        return start_stages(work);
    if (work.now() < work.state.phase_since + work.settings().final_delay)
        return ask_for_clients(work);
    enter(work, Phase::committed);
    work.log(LogLevel::warning, "this host is shut down now: " + explain(work.state));
    work.actions.emplace_back(action::ShutDown{});
}

void go_on_with_exit(const Work& work) {
    const std::optional<Duration>& after = work.settings().exit_after;
    if (!after || work.now() < work.state.phase_since + *after) return;
    work.state.phase = Phase::gone;
    work.actions.emplace_back(action::Exit{});
}

void go_on(const Work& work) {
    switch (work.state.phase) {
    case Phase::watching:
        if (work.state.causes.any()) start(work);
        return;
    case Phase::stage_wait:
        if (call_off(work)) return;
        return is_own_turn(work.state) ? enter_final_delay(work) : ask_for_clients(work);
    case Phase::host_sync:
        if (!call_off(work)) go_on_with_stages(work);
        return;
    case Phase::final_delay:
        if (!call_off(work)) go_on_with_final_delay(work);
        return;
    case Phase::committed:
        return go_on_with_exit(work);
    case Phase::gone:
        return;
    }
}

}  // namespace

void advance(const Work& work) {
    State& state = work.state;
    state.causes.is_short = supplies(state) < state.settings->min_supplies;
    // Each round leads to a later phase or stage, or back to watching without causes.
    for (;;) {
        const auto before = std::pair(state.phase, state.stage);
        go_on(work);
        if (before == std::pair(state.phase, state.stage)) return;
        if (state.phase == Phase::watching) return;
    }
}

std::optional<Instant> next_advance(const State& state) {
    std::optional<Instant> next;
    const auto consider = [&](Instant at) {
        if (at > state.at && (!next || at < *next)) next = at;
    };
    if (state.calling_off_since) consider(*state.calling_off_since + kCallOffPatience);
    if (state.phase == Phase::stage_wait) consider(stage_turn(state));
    if (state.phase == Phase::host_sync) consider(state.phase_since + stage_limit(state));
    if (state.phase == Phase::final_delay)
        consider(state.phase_since + state.settings->final_delay);
    if (state.phase == Phase::committed && state.settings->exit_after)
        consider(state.phase_since + *state.settings->exit_after);
    for (std::size_t i = 0; i < state.feeds.size() && !state.calling_off_since; ++i) {
        if (is_askable(state, static_cast<FeedIndex>(i))) consider(state.next_ask);
        const auto& until = state.feeds[i].uncounted_until;
        if (until && state.phase == Phase::host_sync) consider(*until);
    }
    return next;
}

}  // namespace ups::upsmon
