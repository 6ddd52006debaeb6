// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/decide/machine.hpp"

#include "lib/base/assert.hpp"
#include "lib/base/text.hpp"
#include "tools/upsmon/decide/work.hpp"

#include <algorithm>
#include <fmt/core.h>

namespace ups::upsmon {

using enum conf::NotifyType;

namespace {

/// Nobody sleeps without an end: if nobody says that it is over, it is.
constexpr Duration kSuspendLimit = std::chrono::seconds(60);

struct Taker {
    const Work& work;

    [[nodiscard]] bool knows(FeedIndex feed) const { return feed < work.feeds(); }

    void operator()(const event::Reading& reading) const {
        if (knows(reading.feed)) take_reading(work, reading);
    }
    void operator()(const event::Confirmed& confirmed) const {
        if (knows(confirmed.feed) && work.feed(confirmed.feed).is_seen)
            have_contact(work, confirmed.feed);
    }
    void operator()(const event::ContactLost& lost) const {
        if (knows(lost.feed)) lose_contact(work, lost.feed, lost.loss);
    }
    void operator()(const event::LoginResult& result) const {
        if (knows(result.feed)) take_login(work, result);
    }
    void operator()(const event::Clients& clients) const {
        if (!knows(clients.feed)) return;
        FeedState& known = work.feed(clients.feed);
        constexpr std::uint32_t kMost = 1'000'000;
        known.is_asked = false;
        known.clients = static_cast<std::int32_t>(std::min(clients.count.value_or(0), kMost));
        known.most_clients = std::max(known.most_clients, known.clients);
    }
    void operator()(const event::FsdResult& result) const {
        if (knows(result.feed)) take_fsd_result(work, result);
    }
    void operator()(const event::ClearResult& result) const {
        if (knows(result.feed)) take_clear_result(work, result);
    }
    void operator()(const event::UserFsd&) const { work.state.causes.is_user = true; }
    [[nodiscard]] bool& rule(event::Scope scope) const {
        Causes& causes = work.state.causes;
        return scope == event::Scope::site ? causes.is_rule : causes.is_host_rule;
    }
    void operator()(const event::RuleShutdown& event) const { rule(event.scope) = true; }
    void operator()(const event::RuleWithdrawn& event) const { rule(event.scope) = false; }
    void operator()(const event::ParentDied&) const {
        if (work.state.is_parent_dead) return;
        work.state.is_parent_dead = true;
        work.state.next_no_parent = work.now();
    }
    void operator()(const event::ParentBack&) const {
        work.state.is_parent_dead = false;
        work.state.next_no_parent.reset();
    }
    void operator()(const event::SuspendStarting&) const {
        work.notify(suspend_starting);
        work.state.suspended_until = work.now() + kSuspendLimit;
    }
    void operator()(const event::SuspendFinished&) const {
        work.notify(suspend_finished);
        restart_timers(work);
    }
    void operator()(const event::Stopped& event) const { shift_timers(work, event.length); }
    void operator()(const event::TimeJump&) const { work.notify(suspend_timejump_unexpected); }
    void operator()(const event::Tick&) const {}
    void operator()(const event::Reload& event) const { reload(work, event); }
};

}  // namespace

State initial(std::shared_ptr<const Settings> settings, Instant now, Standing standing) {
    UPS_ASSERT(settings != nullptr && !objection(*settings));
    State state;
    state.at = now;
    state.poll = settings->poll;
    state.phase_since = now;
    state.next_ask = now;
    state.causes.is_user = standing == Standing::shutdown;
    FeedState feed;
    feed.last_good = now;
    feed.unknown_since = now;
    feed.last_beat = now;
    state.feeds.assign(settings->feeds.size(), feed);
    state.settings = std::move(settings);
    return state;
}

Step step(State state, const Event& event, Instant now) {
    Step result{std::move(state), {}};
    if (result.state.phase == Phase::gone) return result;
    result.state.at = std::max(result.state.at, now);
    Work work{result.state, result.actions};
    if (const auto* rule = std::get_if<event::RuleShutdown>(&event)) work.rule = rule->why;
    std::visit(Taker{work}, event);
    work_off(work);
    advance(work);
    choose_poll(work);
    return result;
}

}  // namespace ups::upsmon
