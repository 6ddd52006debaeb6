// SPDX-License-Identifier: Apache-2.0
/// A machine with a clock: tests say what happens when, and look at what it did.
#pragma once

#include "tools/upsmon/decide/criticality.hpp"
#include "tools/upsmon/decide/machine.hpp"
#include "tools/upsmon/decide/recall.hpp"

#include <string>
#include <vector>

namespace ups::upsmon::testing {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using Strings = std::vector<std::string>;

/// A feed of one supply.
[[nodiscard]] FeedSettings feed(std::string monitor, Role role, std::uint32_t power_value = 1);
/// `count` primary feeds `a@h`, `b@h`, ... of one supply each, one of them needed, defaults otherwise.
[[nodiscard]] Settings primaries(std::size_t count = 1);
[[nodiscard]] Settings secondaries(std::size_t count = 1);

/// An action in a word or two: a notification as its type (`ONBATT`, with several feeds `ONBATT b`),
/// the others as `FSD a`, `CLEAR a`, `CLIENTS a`, `REMEMBER`, `FORGET`, `ANNOUNCE`, `COMMAND`, `EXIT`,
/// `POLL 5`, `DROP a@h`, `ACCEPTED`, `REFUSED`. Changes and log lines are left out.
[[nodiscard]] std::string describe(const Action& action, std::size_t feeds);

class World {
  public:
    explicit World(Settings settings, Standing standing = Standing::none);
    /// One that is started at `now` and remembers what another one knew.
    World(Settings settings, Instant now, const std::vector<Remembered>& known);

    /// Feeds an event in now.
    World& send(const Event& event);
    World& read(std::string_view status, FeedIndex feed = 0);
    /// All primaries and secondaries are logged in and say OL; what that did is forgotten.
    World& settle();
    World& lose(Loss loss = Loss::server, FeedIndex feed = 0);
    /// Lets time pass with ticks at deadlines only.
    World& wait(Duration time);
    /// Lets time pass; every feed in contact is confirmed each second.
    World& pass(Duration time);
    /// The process does not run for so long, and notices it before anything else.
    World& stop(Duration time);

    /// What was done since the last call, without poll periods and client questions.
    Strings done();
    /// Notifications since the last call of `done` or this one.
    [[nodiscard]] Strings told();
    /// Log lines since then, joined.
    [[nodiscard]] std::string logged() const;
    /// Actions since then.
    std::vector<Action> actions;

    [[nodiscard]] const State& state() const { return state_; }
    [[nodiscard]] const FeedState& of(FeedIndex feed = 0) const { return state_.feeds.at(feed); }
    [[nodiscard]] Reason reason(FeedIndex feed = 0) const { return judge(state_, feed).reason; }
    [[nodiscard]] Phase phase() const { return state_.phase; }
    [[nodiscard]] Instant now() const { return now_; }
    /// Whether this host has decided to go down.
    [[nodiscard]] bool is_going_down() const { return state_.phase != Phase::watching; }

  private:
    Instant now_{std::chrono::hours(1)};
    State state_;
};

}  // namespace ups::upsmon::testing
