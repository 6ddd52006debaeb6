// SPDX-License-Identifier: Apache-2.0
/// A shutdown whose causes have gone is called off if the settings and the servers allow it: every FSD
/// of ours is taken back first, and only when all servers have done so it is over.
#include "tools/upsmon/decide/explain.hpp"
#include "tools/upsmon/decide/work.hpp"

#include <algorithm>
#include <fmt/core.h>

namespace ups::upsmon {

namespace {

bool has_latch(const Work& work, Latch latch) {
    return std::any_of(work.state.feeds.begin(), work.state.feeds.end(),
                       [latch](const FeedState& known) { return known.latch == latch; });
}

/// Whether a host has logged out since FSD: it is going down, and only a cycle of its outlet brings
/// it back.
bool has_lost_clients(const Work& work) {
    return std::any_of(work.state.feeds.begin(), work.state.feeds.end(),
                       [](const FeedState& known) { return known.clients < known.most_clients; });
}

bool may_call_off(const Work& work) {
    const std::optional<Instant>& last = work.state.called_off_at;
    if (last && work.now() < *last + work.settings().call_off_rest) return false;
    switch (work.settings().call_off) {
    case CallOff::never:
        return false;
    case CallOff::until_first_logout:
        return !has_lost_clients(work);
    case CallOff::until_commit:
        return true;
    }
    return false;
}

void ask_to_clear(const Work& work) {
    work.state.calling_off = CallingOff::asked;
    work.state.calling_off_since = work.now();
    work.log(LogLevel::info, "the causes of the shutdown are gone: " + explain(work.state));
    for (FeedIndex feed = 0; feed < work.feeds(); ++feed) {
        FeedState& known = work.feed(feed);
        if (known.latch != Latch::sent && known.latch != Latch::set) continue;
        known.latch = Latch::clearing;
        work.actions.emplace_back(action::ClearFsd{feed});
    }
}

void finish(const Work& work) {
    State& state = work.state;
    state.phase = Phase::watching;
    state.calling_off = CallingOff::no;
    state.calling_off_since.reset();
    state.phase_since = work.now();
    state.called_off_at = work.now();
    state.stage = 0;
    for (FeedState& known : state.feeds) {
        if (known.latch != Latch::stuck) known.latch = Latch::none;
        known.clients = -1;
        known.most_clients = -1;
        known.is_asked = false;
        known.is_fsd_told = known.words.has(Word::fsd);
    }
    work.actions.emplace_back(action::Remember{false});
    work.notify(conf::NotifyType::calloff, std::nullopt, "its causes are gone");
    work.log(LogLevel::warning, "the shutdown is called off: " + explain(state));
}

}  // namespace

bool call_off(const Work& work) {
    State& state = work.state;
    if (state.causes.any()) {
        if (state.calling_off == CallingOff::asked) set_latches_again(work);
        state.calling_off = CallingOff::no;
        state.calling_off_since.reset();
        return false;
    }
    if (state.calling_off == CallingOff::refused) return false;
    if (state.calling_off == CallingOff::no) {
        if (!may_call_off(work)) return false;
        ask_to_clear(work);
    }
    if (!has_latch(work, Latch::clearing)) {
        finish(work);
        return true;
    }
    if (work.now() < *state.calling_off_since + kCallOffPatience) return true;
    give_up_calling_off(work, "a server does not answer");
    return false;
}

void give_up_calling_off(const Work& work, std::string_view why) {
    work.state.calling_off = CallingOff::refused;
    work.state.calling_off_since.reset();
    work.log(LogLevel::warning, fmt::format("the shutdown cannot be called off: {}", why));
    set_latches_again(work);
}

}  // namespace ups::upsmon
