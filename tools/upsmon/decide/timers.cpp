// SPDX-License-Identifier: Apache-2.0
/// What happens because time passes, and when that is. `work_off` and `deadline` list the same times.
#include "tools/upsmon/decide/criticality.hpp"
#include "tools/upsmon/decide/machine.hpp"
#include "tools/upsmon/decide/work.hpp"

#include <algorithm>
#include <numeric>

namespace ups::upsmon {

using enum conf::NotifyType;

namespace {

constexpr Duration kNoParentPeriod = std::chrono::seconds(120);

/// A UPS of which nobody said anything for two polls is out of reach.
std::optional<Instant> silent_at(const State& state, const FeedState& known) {
    if (known.contact == Contact::lost || state.suspended_until) return std::nullopt;
    return known.last_good + 2 * std::max(state.settings->poll, state.settings->poll_alert);
}

std::optional<Instant> replace_at(const FeedState& known) {
    return known.contact == Contact::good ? known.next_replace : std::nullopt;
}

/// From then on the number of those who are logged in means what it says. A server that is gone does not
/// count anybody however long that takes, so that is remembered until it is back.
std::optional<Instant> counted_at(const FeedState& known) {
    return known.login == Login::ok ? known.uncounted_until : std::nullopt;
}

std::optional<Instant> beatless_at(const FeedSettings& line, const FeedState& known) {
    if (!line.heartbeat || known.is_beat_missing) return std::nullopt;
    return known.last_beat + *line.heartbeat;
}

void work_off_feed(const Work& work, FeedIndex feed) {
    FeedState& known = work.feed(feed);
    const auto is_due = [&work](std::optional<Instant> at) { return at && *at <= work.now(); };
    if (is_due(counted_at(known))) known.uncounted_until.reset();
    if (is_due(silent_at(work.state, known))) lose_contact(work, feed, Loss::silence);
    if (is_due(known.next_no_contact)) {
        work.notify(nocomm, feed);
        known.next_no_contact = work.now() + work.settings().no_contact_warn;
    }
    if (is_due(replace_at(known))) {
        work.notify(replbatt, feed);
        known.next_replace = work.now() + work.settings().replace_warn;
    }
    if (is_due(beatless_at(work.settings(feed), known))) {
        known.is_beat_missing = true;
        work.notify(nobeat, feed);
    }
}

bool needs_attention(const Settings& settings, const FeedState& known) {
    return known.mains == Mains::battery || known.words.has(Word::off) ||
           known.words.has(Word::bypass) ||
           (known.words.has(Word::alarm) && settings.alarm_critical) ||
           (known.words.has(Word::over) && settings.over_duration);
}

/// A period that fits into a running countdown without a rest; at least a second, if it was.
Duration fit(Duration period, Duration countdown) {
    constexpr Duration kLeast = std::chrono::seconds(1);
    return std::min(period,
                    std::max(kLeast, Duration{std::gcd(period.count(), countdown.count())}));
}

bool is_counting(const State& state, FeedIndex feed, Reason reason) {
    const std::optional<Instant> at = due(reason, state, feed);
    return at && *at > state.at;
}

}  // namespace

void work_off(const Work& work) {
    State& state = work.state;
    if (state.suspended_until && *state.suspended_until <= work.now()) restart_timers(work);
    for (FeedIndex feed = 0; feed < work.feeds(); ++feed)
        work_off_feed(work, feed);
    if (state.next_no_parent && *state.next_no_parent <= work.now()) {
        work.notify(noparent);
        state.next_no_parent = work.now() + kNoParentPeriod;
    }
}

void choose_poll(const Work& work) {
    const Settings& settings = work.settings();
    const auto& feeds = work.state.feeds;
    const bool alert = std::any_of(feeds.begin(), feeds.end(), [&](const FeedState& known) {
        return needs_attention(settings, known);
    });
    Duration period = alert ? settings.poll_alert : settings.poll;
    for (FeedIndex feed = 0; feed < work.feeds(); ++feed) {
        if (settings.low_duration > Duration{} &&
            is_counting(work.state, feed, Reason::low_battery))
            period = fit(period, settings.low_duration);
        if (is_counting(work.state, feed, Reason::off))
            period = fit(period, *settings.off_duration);
    }
    if (period == work.state.poll) return;
    work.state.poll = period;
    work.actions.emplace_back(action::SetPoll{period});
}

std::optional<Instant> deadline(const State& state) {
    if (state.phase == Phase::gone) return std::nullopt;
    std::optional<Instant> next;
    const auto consider = [&next](std::optional<Instant> at) {
        if (at && (!next || *at < *next)) next = at;
    };
    for (std::size_t i = 0; i < state.feeds.size(); ++i) {
        const FeedState& known = state.feeds[i];
        consider(counted_at(known));
        consider(silent_at(state, known));
        consider(known.next_no_contact);
        consider(replace_at(known));
        consider(beatless_at(state.settings->feeds[i], known));
        consider(next_due(state, static_cast<FeedIndex>(i)));
    }
    consider(state.next_no_parent);
    consider(state.suspended_until);
    consider(next_advance(state));
    return next;
}

}  // namespace ups::upsmon
