// SPDX-License-Identifier: Apache-2.0
/// The rules, each as the instant from which it holds:
///
///     forced_shutdown   FSD, not ours, not doubted            at once
///     low_battery       OB and LB and not CAL                 OBLBDURATION; a secondary: HOSTSYNC more
///     off               OFF in contact                        OFFDURATION, and a reading that says so then
///     without contact, by what was known last:
///     dead_on_battery   OB, not CAL                           DEADTIME after the last good reading
///     dead_calibrating  CAL                                   the patience of `LossPatience`
///     dead_in_bypass    BYPASS                                likewise
///     dead_off          OFF, if OFFDURATION is set            likewise
///     dead_in_alarm     ALARM, if ALARMCRITICAL               likewise
///     dead_overloaded   OVER for OVERDURATION, if that is set likewise
///     dead              anything, if the loss means so        DEADTIME after the last good reading
///     unknown           never OL or OB, if a time is set      that time
#include "tools/upsmon/decide/criticality.hpp"

#include "tools/upsmon/decide/work.hpp"

#include <algorithm>
#include <array>

namespace ups::upsmon {

namespace {

constexpr std::array<std::string_view, kReasons> kNames{
    "none",
    "forced_shutdown",
    "low_battery",
    "dead_on_battery",
    "dead_calibrating",
    "dead_in_bypass",
    "dead_off",
    "dead_in_alarm",
    "dead_overloaded",
    "dead",
    "off",
    "unknown",
};

using Due = std::optional<Instant>;

/// One UPS and what judging it depends on.
struct Case {
    const Settings& settings;
    const FeedSettings& line;
    const FeedState& feed;
    /// Out of reach, and that is not because this host sleeps.
    bool is_lost;
    bool is_asleep;

    [[nodiscard]] LossMeaning meaning() const {
        return line.meaning[static_cast<std::size_t>(feed.loss)];
    }
    /// Its loss may be held against it.
    [[nodiscard]] bool is_suspect() const {
        return is_lost && feed.is_seen && meaning() != LossMeaning::fine;
    }
    [[nodiscard]] Instant dead_at() const { return feed.last_good + settings.dead_time; }
};

bool has_left(Loss loss) {
    return loss == Loss::server || loss == Loss::network || loss == Loss::silence;
}

Due forced_shutdown(const Case& c) {
    if (!c.feed.words.has(Word::fsd) || is_ours(c.feed.latch)) return {};
    if (!c.feed.fsd_doubt_since) return c.feed.last_good;
    Due at;
    if (c.settings.stale_fsd_after) at = *c.feed.fsd_doubt_since + *c.settings.stale_fsd_after;
    // A server with a latch left over stays; one that leaves is shutting down itself.
    if (c.is_lost && has_left(c.feed.loss)) at = std::min(at.value_or(c.dead_at()), c.dead_at());
    return at;
}

/// What is not to be concluded from what was read before: somebody has to say so then. At the end of
/// patience with silence there is no contact any more.
Due confirmed(const Case& c, Instant at) {
    if (c.feed.last_good >= at) return at;
    if (c.is_lost || c.is_asleep) return {};
    const Duration patience = 2 * std::max(c.settings.poll, c.settings.poll_alert);
    return std::max(at, c.feed.last_good + patience);
}

Due low_battery(const Case& c) {
    if (!c.feed.low_since || (c.is_lost && !c.is_suspect())) return {};
    Duration wait = c.settings.low_duration;
    if (c.feed.is_doubtful) wait = std::max(wait, c.settings.doubt_duration);
    if (c.line.role == Role::secondary) wait += c.settings.host_sync;
    const Instant at = *c.feed.low_since + wait;
    return c.feed.is_doubtful ? confirmed(c, at) : at;
}

Due off(const Case& c) {
    if (c.is_lost || !c.feed.off_since || !c.settings.off_duration) return {};
    return confirmed(c, *c.feed.off_since + *c.settings.off_duration);
}

Due dead_on_battery(const Case& c) {
    if (!c.is_suspect() || c.feed.mains != Mains::battery || c.feed.words.has(Word::cal)) return {};
    return c.dead_at();
}

/// Lost in a state that needs watching.
Due dead_with(const Case& c, Word word, bool counts) {
    if (!c.is_suspect() || !counts || !c.feed.words.has(word) || !c.feed.lost_since) return {};
    if (c.settings.loss_patience == LossPatience::at_once) return c.feed.lost_since;
    return std::max(*c.feed.lost_since, c.dead_at());
}

Due dead_overloaded(const Case& c) {
    const Due lost = dead_with(c, Word::over, c.settings.over_duration.has_value());
    if (!lost || !c.feed.over_since) return {};
    return std::max(*lost, *c.feed.over_since + *c.settings.over_duration);
}

Due dead(const Case& c) {
    if (!c.is_suspect() || c.meaning() != LossMeaning::dead) return {};
    return c.dead_at();
}

Due unknown(const Case& c) {
    if (c.is_asleep || c.feed.mains != Mains::unknown || !c.line.unknown_after) return {};
    return c.feed.unknown_since + *c.line.unknown_after;
}

Due due_in(const Case& c, Reason reason) {
    switch (reason) {
    case Reason::none:
        return {};
    case Reason::forced_shutdown:
        return forced_shutdown(c);
    case Reason::low_battery:
        return low_battery(c);
    case Reason::dead_on_battery:
        return dead_on_battery(c);
    case Reason::dead_calibrating:
        return dead_with(c, Word::cal, true);
    case Reason::dead_in_bypass:
        return dead_with(c, Word::bypass, true);
    case Reason::dead_off:
        return dead_with(c, Word::off, c.settings.off_duration.has_value());
    case Reason::dead_in_alarm:
        return dead_with(c, Word::alarm, c.settings.alarm_critical);
    case Reason::dead_overloaded:
        return dead_overloaded(c);
    case Reason::dead:
        return dead(c);
    case Reason::off:
        return off(c);
    case Reason::unknown:
        return unknown(c);
    }
    return {};
}

Case case_of(const State& state, FeedIndex feed) {
    const FeedState& known = state.feeds[feed];
    const bool is_asleep = state.suspended_until.has_value();
    return {*state.settings, state.settings->feeds[feed], known,
            known.contact == Contact::lost && !is_asleep, is_asleep};
}

}  // namespace

std::string_view name_of(Reason reason) noexcept {
    return kNames[static_cast<std::size_t>(reason)];
}

std::optional<Instant> due(Reason reason, const State& state, FeedIndex feed) {
    return due_in(case_of(state, feed), reason);
}

Verdict judge(const State& state, FeedIndex feed) {
    const Case c = case_of(state, feed);
    for (std::size_t i = 1; i < kReasons; ++i) {
        const auto reason = static_cast<Reason>(i);
        if (const Due at = due_in(c, reason); at && *at <= state.at) return {reason, *at};
    }
    return {};
}

std::optional<Instant> next_due(const State& state, FeedIndex feed) {
    const Case c = case_of(state, feed);
    Due next;
    for (std::size_t i = 1; i < kReasons; ++i) {
        const Due at = due_in(c, static_cast<Reason>(i));
        if (at && *at > state.at && (!next || *at < *next)) next = at;
    }
    return next;
}

std::uint64_t supplies(const State& state) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < state.feeds.size(); ++i) {
        const auto feed = static_cast<FeedIndex>(i);
        if (judge(state, feed).reason == Reason::none) sum += state.settings->feeds[i].power_value;
    }
    return sum;
}

}  // namespace ups::upsmon
