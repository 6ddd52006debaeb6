// SPDX-License-Identifier: Apache-2.0
/// What upsmon knows: a value, comparable and hashable. Texts are kept as hashes, so it is small and
/// of fixed size for a given number of feeds.
#pragma once

#include "tools/upsmon/decide/event.hpp"
#include "tools/upsmon/decide/words.hpp"

#include <functional>

namespace ups::upsmon {

/// Where a UPS was last known to take its energy from.
enum class Mains : std::uint8_t {
    unknown,  ///< it never said
    online,   ///< OL
    battery,  ///< OB
    aside,    ///< neither, and OFF or BYPASS tells why
};

enum class Contact : std::uint8_t { never, good, lost };

/// Whose the forced shutdown on a UPS is.
enum class Latch : std::uint8_t {
    none,      ///< nobody's, or somebody else's: the word FSD counts
    wanted,    ///< ours, to be sent as soon as we are logged in
    sent,      ///< ours, answer awaited
    set,       ///< ours
    refused,   ///< ours was refused: the word FSD counts
    foreign,   ///< was there when we would have set it: the word FSD counts
    clearing,  ///< ours, being taken back
    cleared,   ///< ours, taken back; the word FSD may linger for two polls
    stuck,  ///< ours or a stale one, and the server cannot take it back: the word FSD says nothing
};

struct FeedState {
    Words words{};  ///< of the last good reading
    Mains mains = Mains::unknown;
    Contact contact = Contact::never;
    Loss loss = Loss::server;  ///< while lost
    Login login = Login::none;
    Latch latch = Latch::none;
    bool is_seen = false;          ///< there was a good reading
    bool is_battery_told = false;  ///< ONBATT was raised, ONLINE not yet
    bool is_fsd_told = false;      ///< FSD was raised and stands
    bool is_doubtful = false;      ///< the last reading's LB needs `doubt_duration`
    bool is_asked = false;         ///< `AskClients` is unanswered
    bool is_beat_missing = false;  ///< NOBEAT was raised
    bool is_login_failure_told = false;
    std::int16_t charge = -1;        ///< percent, -1: unknown; for the log
    std::int32_t runtime = -1;       ///< seconds, -1: unknown; for the log
    std::int32_t clients = -1;       ///< logged in since FSD, -1: not answered yet
    std::int32_t most_clients = -1;  ///< the most since FSD, -1: not answered yet
    std::uint64_t alarm = 0;         ///< hash of the alarm text told
    std::uint64_t others = 0;        ///< hash of the unknown words told, 0: none
    Instant last_good{};             ///< last good reading or confirmation; before: the start
    Instant unknown_since{};         ///< counts while `mains` is unknown
    Instant last_beat{};
    std::optional<Instant> lost_since{};
    std::optional<Instant> low_since{};  ///< on battery, low and not calibrating since
    std::optional<Instant> off_since{};
    std::optional<Instant> over_since{};
    std::optional<Instant> fsd_doubt_since{};  ///< a forced shutdown from before is doubted since
    /// The server has gone, or came back: until then whoever is not logged in may still come.
    std::optional<Instant> uncounted_until{};
    std::optional<Instant> next_no_contact{};  ///< next NOCOMM
    std::optional<Instant> next_replace{};     ///< next REPLBATT

    bool operator==(const FeedState&) const = default;
};

enum class Phase : std::uint8_t {
    watching,
    stage_wait,   ///< a secondary lets the earlier stages go first
    host_sync,    ///< a primary waits for its secondaries
    final_delay,  ///< SHUTDOWN was told
    committed,    ///< the command is given; still logged in
    gone,         ///< told to exit; nothing happens any more
};

/// What asks for a shutdown.
struct Causes {
    bool is_short = false;  ///< too few supplies; found anew at every step
    bool is_user = false;   ///< asked for, or standing from an earlier process
    bool is_rule = false;
    bool is_host_rule = false;  ///< for this host alone
    bool operator==(const Causes&) const = default;
    /// Something that concerns everybody on these UPSes.
    [[nodiscard]] bool site() const noexcept { return is_short || is_user || is_rule; }
    [[nodiscard]] bool any() const noexcept { return site() || is_host_rule; }
};

/// How far calling off has come.
enum class CallingOff : std::uint8_t {
    no,
    asked,    ///< servers were asked to take FSD back; the sequence waits before its next step
    refused,  ///< one could not: the shutdown completes
};

struct State {
    std::shared_ptr<const Settings> settings;  // co-owner: the program; never null
    std::vector<FeedState> feeds;              ///< as many as settings->feeds
    Instant at{};                              ///< time of the last step
    Phase phase = Phase::watching;
    Causes causes{};
    CallingOff calling_off = CallingOff::no;
    bool is_parent_dead = false;
    std::uint32_t stage = 0;  ///< of a primary's host_sync; 0: nobody else was told to go
    Instant phase_since{};    ///< start of the phase, in host_sync of the stage
    Instant next_ask{};       ///< next `AskClients`
    Duration poll{};          ///< the period last asked for
    std::optional<Instant> calling_off_since{};
    std::optional<Instant> called_off_at{};   ///< the last time a shutdown was called off
    std::optional<Instant> next_no_parent{};  ///< next NOPARENT
    std::optional<Instant>
        suspended_until{};  ///< asleep or about to be; loss of contact says nothing

    /// Settings are compared by identity.
    bool operator==(const State&) const = default;
};

/// Calls `visit(field)` for every field but `settings`, `feeds` included one by one.
template <typename AnyState, typename Visit> void for_each_field(AnyState& state, Visit&& visit);

[[nodiscard]] std::size_t hash_of(const State& state) noexcept;

template <typename AnyFeed, typename Visit> void for_each_feed_field(AnyFeed& feed, Visit&& visit) {
    // A binding per member: a member that is forgotten here does not compile.
    auto& [words, mains, contact, loss, login, latch, is_seen, is_battery_told, is_fsd_told,
           is_doubtful, is_asked, is_beat_missing, is_login_failure_told, charge, runtime, clients,
           most_clients, alarm, others, last_good, unknown_since, last_beat, lost_since, low_since,
           off_since, over_since, fsd_doubt_since, uncounted_until, next_no_contact, next_replace] =
        feed;
    const auto all = [&visit](auto&... fields) { (visit(fields), ...); };
    all(words, mains, contact, loss, login, latch, is_seen, is_battery_told, is_fsd_told,
        is_doubtful, is_asked, is_beat_missing, is_login_failure_told, charge, runtime, clients,
        most_clients, alarm, others, last_good, unknown_since, last_beat, lost_since, low_since,
        off_since, over_since, fsd_doubt_since, uncounted_until, next_no_contact, next_replace);
}

template <typename AnyState, typename Visit> void for_each_field(AnyState& state, Visit&& visit) {
    auto& [settings, feeds, at, phase, causes, calling_off, is_parent_dead, stage, phase_since,
           next_ask, poll, calling_off_since, called_off_at, next_no_parent, suspended_until] =
        state;
    static_cast<void>(settings);
    const auto all = [&visit](auto&... fields) { (visit(fields), ...); };
    all(at, phase, causes.is_short, causes.is_user, causes.is_rule, causes.is_host_rule,
        calling_off, is_parent_dead, stage, phase_since, next_ask, poll, calling_off_since,
        called_off_at, next_no_parent, suspended_until);
    for (auto& feed : feeds)
        for_each_feed_field(feed, visit);
}

}  // namespace ups::upsmon

template <> struct std::hash<ups::upsmon::State> {
    std::size_t operator()(const ups::upsmon::State& state) const noexcept {
        return ups::upsmon::hash_of(state);
    }
};
