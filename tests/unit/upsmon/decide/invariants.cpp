// SPDX-License-Identifier: Apache-2.0
#include "invariants.hpp"

#include <algorithm>

namespace ups::upsmon::testing {

using enum conf::NotifyType;

namespace {

bool is_others_fsd(const FeedState& known) {
    const bool ours = known.latch == Latch::sent || known.latch == Latch::set ||
                      known.latch == Latch::clearing || known.latch == Latch::stuck;
    return known.words.has(Word::fsd) && !ours;
}

bool is_sequence(Phase phase) {
    return phase == Phase::stage_wait || phase == Phase::host_sync || phase == Phase::final_delay;
}

template <typename Kind> std::size_t count(const Step& step) {
    return static_cast<std::size_t>(
        std::count_if(step.actions.begin(), step.actions.end(),
                      [](const Action& action) { return std::holds_alternative<Kind>(action); }));
}

template <typename Predicate> std::uint64_t sum(const State& state, Predicate&& counts) {
    std::uint64_t supplies = 0;
    for (FeedIndex feed = 0; feed < state.feeds.size(); ++feed)
        if (counts(state, feed)) supplies += state.settings->feeds[feed].power_value;
    return supplies;
}

std::string decisions(const State& before, const Step& step) {
    const State& after = step.state;
    const std::uint32_t needed = after.settings->min_supplies;
    const bool is_asked = after.causes.is_user || after.causes.is_rule || after.causes.is_host_rule;
    const bool starts = before.phase == Phase::watching && after.phase != Phase::watching;
    if (starts && !is_asked && sum(after, is_proven_good) >= needed)
        return "a shutdown while enough feeds are proven good";
    const bool is_dire =
        sum(after, [](const State& s, FeedIndex f) { return !is_hopeless(s, f); }) < needed;
    if (after.phase == Phase::watching && (is_dire || is_asked))
        return "no shutdown although too few feeds can be counted on";
    return "";
}

std::string order(const State& before, const Step& step) {
    const State& after = step.state;
    const bool commits = before.phase != Phase::committed && before.phase != Phase::gone &&
                         (after.phase == Phase::committed || after.phase == Phase::gone);
    if (count<action::ShutDown>(step) != (commits ? 1U : 0U)) return "a command out of order";
    if (commits && before.phase == Phase::watching && (after.settings->final_delay > Duration{}))
        return "a command without a delay";
    if (before.phase == Phase::committed && after.phase < Phase::committed)
        return "back over the point of no return";
    if (before.phase == Phase::gone && (after.phase != Phase::gone || !step.actions.empty()))
        return "life after the exit";
    const bool was_standing = before.phase != Phase::watching;
    const bool is_standing = after.phase != Phase::watching;
    if (count<action::Remember>(step) != (was_standing == is_standing ? 0U : 1U))
        return "a decision that is not remembered, or too often";
    return "";
}

std::string calling_off(const State& before, const Step& step) {
    const State& after = step.state;
    if (is_sequence(before.phase) && after.phase == Phase::watching && after.causes.any())
        return "called off although it is called for";
    if (after.causes.any() && after.phase != Phase::watching && count<action::ClearFsd>(step) > 0)
        return "FSD taken back although it is called for";
    if (after.phase != Phase::watching) return "";
    for (const FeedState& known : after.feeds)
        if (known.latch != Latch::none && known.latch != Latch::stuck)
            return "FSD forgotten on a server";
    return "";
}

bool is_word_edge(const FeedState& was, const FeedState& is, Word word) {
    return was.words.has(word) != is.words.has(word);
}

/// Whether the notification tells of a change.
bool is_edge(const action::Notify& notify, const State& before, const State& after) {
    if (!notify.feed) return true;
    const FeedState& was = before.feeds[*notify.feed];
    const FeedState& is = after.feeds[*notify.feed];
    switch (notify.type) {
    case onbatt:
        return !was.is_battery_told && is.is_battery_told;
    case online:
        return was.is_battery_told && !is.is_battery_told;
    case commbad:
        return was.contact != Contact::lost && is.contact == Contact::lost;
    case commok:
        return was.contact == Contact::lost && is.contact != Contact::lost;
    case lowbatt:
        return is_word_edge(was, is, Word::lb);
    case fsd:
        return !was.is_fsd_told;
    case conf::NotifyType::alarm:
        return was.alarm != is.alarm;
    case notalarm:
        return is_word_edge(was, is, Word::alarm);
    case cal:
    case notcal:
        return is_word_edge(was, is, Word::cal);
    case off:
    case notoff:
        return is_word_edge(was, is, Word::off);
    case bypass:
    case notbypass:
        return is_word_edge(was, is, Word::bypass);
    case authfail:
        return was.login != is.login;
    default:
        return true;
    }
}

std::string edges(const State& before, const Step& step) {
    for (const Action& action : step.actions) {
        const auto* notify = std::get_if<action::Notify>(&action);
        if (notify != nullptr && !is_edge(*notify, before, step.state))
            return std::string(conf::notify_type_name(notify->type)) + " is not an edge";
    }
    return "";
}

std::string times(const Step& step) {
    const State& state = step.state;
    const auto due = deadline(state);
    if (due && *due <= state.at) return "a deadline that is not ahead";
    if (is_sequence(state.phase) && !due) return "a shutdown that goes nowhere";
    const Step again = upsmon::step(state, event::Tick{}, state.at);
    if (!again.actions.empty() || again.state != state) return "a step that is not whole";
    return "";
}

}  // namespace

bool is_proven_good(const State& state, FeedIndex feed) {
    const FeedState& known = state.feeds[feed];
    return known.contact == Contact::good && known.mains == Mains::online &&
           !known.words.has(Word::off) && !is_others_fsd(known);
}

bool is_hopeless(const State& state, FeedIndex feed) {
    const FeedState& known = state.feeds[feed];
    const Settings& settings = *state.settings;
    if (is_others_fsd(known) && !known.fsd_doubt_since) return true;
    if (known.mains != Mains::battery || known.words.has(Word::cal)) return false;
    Duration low = settings.low_duration;
    if (known.is_doubtful) low = std::max(low, settings.doubt_duration);
    if (settings.feeds[feed].role == Role::secondary) low += settings.host_sync;
    // What is doubted has to be said again at the end of doubt.
    const Instant& told = known.is_doubtful ? known.last_good : state.at;
    if (known.words.has(Word::lb) && known.low_since && told >= *known.low_since + low &&
        known.contact == Contact::good)
        return true;
    const auto loss = static_cast<std::size_t>(known.loss);
    return known.contact == Contact::lost && !state.suspended_until &&
           settings.feeds[feed].meaning[loss] != LossMeaning::fine &&
           state.at >= known.last_good + settings.dead_time;
}

std::string broken_promise(const State& before, const Event&, const Step& after) {
    for (const std::string& broken :
         {decisions(before, after), order(before, after), calling_off(before, after),
          edges(before, after), times(after)})
        if (!broken.empty()) return broken;
    return "";
}

}  // namespace ups::upsmon::testing
