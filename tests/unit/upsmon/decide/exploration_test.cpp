// SPDX-License-Identifier: Apache-2.0
// Every state that two UPSes and a host can get into within so many events, each with every event.
//
// Times are abstracted: events come at whole seconds (ticks at every deadline in between), the timers
// are a few seconds long, and ages beyond the longest timer are one age. Two feeds with the same
// settings may be swapped, so only one order of each pair is followed.
#include "invariants.hpp"

#include "tools/upsmon/decide/explain.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <gtest/gtest.h>

namespace ups::upsmon::testing {
namespace {

using std::chrono::seconds;

constexpr Instant kStart{std::chrono::hours(1)};
/// As long as the longest timer of a feed, and of the host, in the explored settings.
constexpr Duration kOld = seconds(2);
constexpr Duration kVeryOld = seconds(5);
constexpr Duration kFar = seconds(30);

/// A set of 64-bit hashes: a state is taken as known if its hash is.
class HashSet {
  public:
    HashSet() : slots_(1U << 16U) {}
    /// False if it was there.
    bool add(std::uint64_t hash) {
        if (hash == 0) hash = 1;
        if (2 * (count_ + 1) > slots_.size()) grow();
        return place(hash);
    }
    [[nodiscard]] std::size_t size() const { return count_; }

  private:
    bool place(std::uint64_t hash) {
        std::size_t at = hash & (slots_.size() - 1);
        while (slots_[at] != 0 && slots_[at] != hash)
            at = (at + 1) & (slots_.size() - 1);
        if (slots_[at] == hash) return false;
        slots_[at] = hash;
        ++count_;
        return true;
    }
    void grow() {
        std::vector<std::uint64_t> old(slots_.size() * 2);
        old.swap(slots_);
        count_ = 0;
        for (const std::uint64_t hash : old)
            if (hash != 0) place(hash);
    }

    std::vector<std::uint64_t> slots_;
    std::size_t count_ = 0;
};

/// Moves a time into the frame that starts anew at `kStart` with every state.
struct Rebase {
    Instant at;
    Duration old;

    void operator()(Instant& time) const {
        time = kStart + std::clamp<Duration>(time - at, -old, kFar);
    }
    void operator()(std::optional<Instant>& time) const {
        if (time) (*this)(*time);
    }
    template <typename Other> void operator()(Other&) const {}
};

void forget_what_nobody_reads(State& state) {
    if (state.phase == Phase::watching || state.phase == Phase::gone) {
        state.phase_since = state.at;
        state.next_ask = state.at;
    }
    state.next_ask = std::max(state.next_ask, state.at);
    state.phase_since = std::max(state.phase_since, state.at - seconds(1));
    for (FeedState& known : state.feeds) {
        known.last_beat = state.at;
        known.unknown_since = state.at;
        // Lost for DEADTIME since the last good reading is all that counts, and no doubt ends by time.
        if (known.lost_since) known.lost_since = state.at;
        if (known.fsd_doubt_since) known.fsd_doubt_since = state.at;
        if (known.contact != Contact::lost) known.loss = Loss::server;
    }
}

/// The one state that stands for all that behave alike from now on.
void make_canonical(State& state) {
    forget_what_nobody_reads(state);
    std::vector<FeedState> feeds;
    feeds.swap(state.feeds);
    const Instant at = state.at;
    for_each_field(state, Rebase{at, kVeryOld});
    for (FeedState& feed : feeds)
        for_each_feed_field(feed, Rebase{at, kOld});
    feeds.swap(state.feeds);
    const auto& lines = state.settings->feeds;
    if (lines.size() < 2 || lines[0].role != lines[1].role) return;
    const auto rank = [](const FeedState& feed) {
        State alone;
        alone.feeds = {feed};
        return hash_of(alone);
    };
    if (rank(state.feeds[1]) < rank(state.feeds[0])) std::swap(state.feeds[0], state.feeds[1]);
}

/// What may happen at all: everything, or what two UPSes can be followed deep with.
enum class Alphabet : std::uint8_t { all, core };

/// Answers come only to what was asked.
void add_answers(const State& state, FeedIndex feed, Alphabet alphabet,
                 std::vector<Event>& events) {
    const FeedState& known = state.feeds[feed];
    if (known.is_asked)
        for (const std::uint32_t count : {1U, 2U})
            events.emplace_back(event::Clients{feed, count});
    if (known.is_asked && alphabet == Alphabet::all)
        events.emplace_back(event::Clients{feed, std::nullopt});
    if (known.latch == Latch::sent) events.emplace_back(event::FsdResult{feed, true});
    if (known.latch == Latch::sent && alphabet == Alphabet::all)
        events.emplace_back(event::FsdResult{feed, false});
    if (known.latch == Latch::clearing || known.fsd_doubt_since)
        for (const bool is_accepted : {false, true})
            events.emplace_back(event::ClearResult{feed, is_accepted});
}

void add_more(FeedIndex feed, std::vector<Event>& events) {
    for (const char* status :
         {"OB LB CAL", "FSD OB LB", "OL OFF", "BYPASS", "OB LB TEST", "OL ALARM"})
        events.emplace_back(event::Reading{.feed = feed, .status = status});
    events.emplace_back(event::Confirmed{feed});
    events.emplace_back(event::ContactLost{feed, Loss::server});
    events.emplace_back(event::LoginResult{feed, Login::primary_refused});
}

std::vector<Event> events_in(const State& state, Alphabet alphabet) {
    std::vector<Event> events;
    if (alphabet == Alphabet::all)
        events = {event::RuleShutdown{"r"},
                  event::RuleShutdown{"h", event::Scope::host},
                  event::RuleWithdrawn{event::Scope::host},
                  event::RuleWithdrawn{},
                  event::UserFsd{},
                  event::SuspendStarting{},
                  event::SuspendFinished{}};
    for (FeedIndex feed = 0; feed < state.feeds.size(); ++feed) {
        for (const char* status : {"OL", "OB", "OB LB", "FSD OL"})
            events.emplace_back(event::Reading{.feed = feed, .status = status});
        events.emplace_back(event::ContactLost{feed, Loss::stale});
        events.emplace_back(event::LoginResult{feed, Login::ok});
        add_answers(state, feed, alphabet, events);
        if (alphabet == Alphabet::all) add_more(feed, events);
    }
    return events;
}

struct Exploration {
    Alphabet alphabet;
    HashSet known{};
    std::vector<State> frontier{};
    std::size_t steps = 0;
    std::string broken{};

    void check(const State& before, const Event& event, const Step& after) {
        ++steps;
        const std::string broken_now = broken_promise(before, event, after);
        if (broken_now.empty() || !broken.empty()) return;
        broken = broken_now + "\nbefore: " + explain(before) + "\nafter:  " + explain(after.state) +
                 "\nevent " + std::to_string(event.index());
    }
    void reach(State state, std::vector<State>& next) {
        make_canonical(state);
        if (known.add(hash_of(state))) next.push_back(std::move(state));
    }
    /// A second passes.
    void wait(const State& from, std::vector<State>& next) {
        State state = from;
        const Instant end = from.at + seconds(1);
        for (bool is_over = false; !is_over;) {
            const auto due = deadline(state);
            is_over = !due || *due >= end;
            Step after = step(state, event::Tick{}, is_over ? end : *due);
            check(state, event::Tick{}, after);
            state = std::move(after.state);
        }
        reach(std::move(state), next);
    }
    /// Follows every event of every state at the edge.
    void deepen() {
        std::vector<State> next;
        for (const State& state : frontier) {
            if (state.phase == Phase::gone) continue;
            for (const Event& event : events_in(state, alphabet)) {
                Step after = step(state, event, state.at);
                check(state, event, after);
                reach(std::move(after.state), next);
            }
            wait(state, next);
        }
        frontier.swap(next);
    }
};

using Roles = std::vector<Role>;

Settings explored(const Roles& roles, std::uint32_t needed) {
    Settings settings;
    for (const Role role : roles) {
        FeedSettings line;
        line.monitor = settings.feeds.empty() ? "a@h" : "b@h";
        line.role = role;
        settings.feeds.push_back(line);
    }
    settings.min_supplies = needed;
    settings.poll = settings.poll_alert = seconds(1);
    settings.dead_time = seconds(2);
    settings.host_sync = settings.final_delay = settings.low_duration = seconds(1);
    settings.off_duration = settings.doubt_duration = seconds(1);
    settings.call_off_rest = seconds(2);
    settings.no_contact_warn = std::chrono::hours(1000);
    return settings;
}

struct Setting {
    const char* name;
    Roles roles;
    std::uint32_t needed;
};

class Explored : public ::testing::TestWithParam<Setting> {};

/// How deep to go: every change at every level for a while; in the long variant the core, deep.
int depth_wanted(int quick, int thorough) {
    if (const char* wanted = std::getenv("UPS_EXPLORE_DEPTH")) return std::atoi(wanted);
    const char* is_long = std::getenv("UPS_LONG_TESTS");
    return is_long != nullptr && std::string_view(is_long) == "1" ? thorough : quick;
}

void explore(const Setting& setting, Alphabet alphabet, int depth) {
    const auto settings = std::make_shared<const Settings>(explored(setting.roles, setting.needed));
    Exploration exploration{.alphabet = alphabet};
    exploration.reach(initial(settings, kStart), exploration.frontier);
    int level = 0;
    for (; level < depth && !exploration.frontier.empty() && exploration.broken.empty(); ++level) {
        exploration.deepen();
        std::printf("%s: depth %d: %zu states, %zu at the edge, %zu steps\n", setting.name,
                    level + 1, exploration.known.size(), exploration.frontier.size(),
                    exploration.steps);
        std::fflush(stdout);
    }
    EXPECT_EQ(exploration.broken, "");
}

TEST_P(Explored, KeepsItsPromisesWhateverHappens) {
    explore(GetParam(), Alphabet::all, depth_wanted(4, 6));
}

TEST_P(Explored, KeepsItsPromisesDeepDown) {
    explore(GetParam(), Alphabet::core, depth_wanted(6, 12));
}

const Setting kSettings[] = {
    {"primaries_one_needed", {Role::primary, Role::primary}, 1},
    {"primaries_both_needed", {Role::primary, Role::primary}, 2},
    {"secondaries_one_needed", {Role::secondary, Role::secondary}, 1},
    {"one_of_each_both_needed", {Role::primary, Role::secondary}, 2},
};
INSTANTIATE_TEST_SUITE_P(, Explored, ::testing::ValuesIn(kSettings),
                         [](const auto& setting) { return std::string(setting.param.name); });

TEST(ExploredAlone, KeepsItsPromisesWhateverHappens) {
    for (const Role role : {Role::primary, Role::secondary})
        explore({role == Role::primary ? "primary" : "secondary", {role}, 1}, Alphabet::all,
                depth_wanted(5, 12));
}

}  // namespace
}  // namespace ups::upsmon::testing
