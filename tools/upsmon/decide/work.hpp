// SPDX-License-Identifier: Apache-2.0
/// One step under way, and the parts a step is made of. Internal to this folder.
#pragma once

#include "tools/upsmon/decide/action.hpp"
#include "tools/upsmon/decide/state.hpp"

namespace ups::upsmon {

struct Work {
    State& state;
    std::vector<Action>& actions;
    /// Why a rule asks for a shutdown, if that is the event.
    std::string_view rule{};

    [[nodiscard]] const Settings& settings() const { return *state.settings; }
    [[nodiscard]] const FeedSettings& settings(FeedIndex feed) const {
        return state.settings->feeds[feed];
    }
    [[nodiscard]] FeedState& feed(FeedIndex feed) const { return state.feeds[feed]; }
    [[nodiscard]] FeedIndex feeds() const { return static_cast<FeedIndex>(state.feeds.size()); }
    [[nodiscard]] Instant now() const { return state.at; }

    void notify(conf::NotifyType type, std::optional<FeedIndex> feed = {},
                std::string detail = {}) const {
        actions.emplace_back(action::Notify{type, feed, std::move(detail)});
    }
    void log(LogLevel level, std::string text) const {
        actions.emplace_back(action::Log{level, std::move(text)});
    }
};

// readings.cpp
void take_reading(const Work& work, const event::Reading& reading);
/// The server has taken a forced shutdown back: the word is gone before the next reading says so.
void forget_fsd(const Work& work, FeedIndex feed);

// contact.cpp
void lose_contact(const Work& work, FeedIndex feed, Loss loss);
/// A good reading or confirmation arrived.
void have_contact(const Work& work, FeedIndex feed);
void take_login(const Work& work, const event::LoginResult& result);
/// Nothing that was measured before now is to be held against anybody: after sleep.
void restart_timers(const Work& work);
/// The last `length` of what was measured is not to be held against anybody. Steps of a shutdown go on.
void shift_timers(const Work& work, Duration length);

// timers.cpp
/// Works off everything that is due by time alone, but for decisions.
void work_off(const Work& work);
/// Asks for the poll period that the state calls for, if it is another one.
void choose_poll(const Work& work);

// sequence.cpp
/// Finds out whether a shutdown is called for, and goes on with one as far as it can.
void advance(const Work& work);
/// When `advance` has something to do next, criticality aside; always after `state.at`.
[[nodiscard]] std::optional<Instant> next_advance(const State& state);

// latch.cpp
/// Whether the word FSD on the UPS is this host's own doing and so says nothing about the supply.
[[nodiscard]] constexpr bool is_ours(Latch latch) noexcept {
    return latch == Latch::sent || latch == Latch::set || latch == Latch::clearing ||
           latch == Latch::stuck;
}
/// Whether this host's shutdown waits for those who are logged in there.
[[nodiscard]] constexpr bool is_waited_for(Latch latch) noexcept {
    return latch != Latch::none && latch != Latch::stuck;
}
/// Sets FSD on the primary feeds of a stage.
void set_latches(const Work& work, std::uint32_t stage);
/// Sets it again wherever it was being taken back, and where that waited for the outcome.
void set_latches_again(const Work& work);
/// Logged in: sends what had to wait for that, and again what a server started anew has forgotten.
void send_wanted(const Work& work, FeedIndex feed);
void take_fsd_result(const Work& work, const event::FsdResult& result);
void take_clear_result(const Work& work, const event::ClearResult& result);

// calling_off.cpp
/// Tries to call the shutdown off if its causes are gone. True: the sequence has to wait (or ended).
[[nodiscard]] bool call_off(const Work& work);
/// A server cannot take FSD back: the shutdown completes.
void give_up_calling_off(const Work& work, std::string_view why);
inline constexpr Duration kCallOffPatience = std::chrono::seconds(5);

// reload.cpp
void reload(const Work& work, const event::Reload& event);

}  // namespace ups::upsmon
