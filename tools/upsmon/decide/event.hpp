// SPDX-License-Identifier: Apache-2.0
/// What can happen to upsmon. Views need to live only during `step`.
#pragma once

#include "tools/upsmon/decide/settings.hpp"

#include <memory>
#include <string_view>
#include <variant>

namespace ups::upsmon {

/// Position of a feed in `Settings::feeds`; a reload changes positions.
using FeedIndex = std::uint32_t;

/// How an attempt to log in ended. "A wrong password" shows only here: servers judge it at LOGIN.
enum class Login : std::uint8_t {
    none,             ///< not tried yet, or the connection is gone
    ok,               ///< counted, and PRIMARY granted if this is a primary
    access_denied,    ///< wrong user or password, or no right to log in
    primary_refused,  ///< logged in, but PRIMARY and MASTER were refused
    unknown_ups,      ///< the server has no such UPS
    tls_trouble,      ///< the server or the settings demand TLS that could not be had
    failed,           ///< refused for any other reason
};

namespace event {

/// The variables of a UPS are known to be these now: an answer to a poll, or a pushed change. The
/// machine wants a `Reading` or `Confirmed` of every reachable UPS at least once per poll.
struct Reading {
    FeedIndex feed = 0;
    std::string_view status;       ///< ups.status; "" counts as stale
    std::string_view buzzwords{};  ///< ups.mode.buzzwords and its experimental name, blank between
    std::string_view alarm{};      ///< ups.alarm
    std::optional<double> charge{};         ///< battery.charge, percent
    std::optional<std::int32_t> runtime{};  ///< battery.runtime, seconds
};
/// What was read last still holds: the server answers and pushes changes, and there was none; or it
/// said EVENT FRESH. Ends a loss of contact. Without any reading before it is no sign of life.
struct Confirmed {
    FeedIndex feed = 0;
};
/// Nothing is known at the moment. May be repeated; the last kind counts.
struct ContactLost {
    FeedIndex feed = 0;
    Loss loss = Loss::server;
};
struct LoginResult {
    FeedIndex feed = 0;
    Login login = Login::ok;
};
/// Answer to `AskClients`; none: an error, which counts as nobody.
struct Clients {
    FeedIndex feed = 0;
    std::optional<std::uint32_t> count{};
};
/// Answer to `SendFsd`, also when it could not be sent.
struct FsdResult {
    FeedIndex feed = 0;
    bool is_accepted = false;
};
/// Answer to `ClearFsd`, also when it could not be sent.
struct ClearResult {
    FeedIndex feed = 0;
    bool is_accepted = false;
};
/// `upsmon -c fsd`, or a rule that says so. Not called off by anything.
struct UserFsd {};
/// Who goes down.
enum class Scope : std::uint8_t {
    site,  ///< everybody: a primary sets FSD and waits for its secondaries
    host,  ///< this host alone: no FSD, unless something else calls for one meanwhile
};
/// The plan asks for a shutdown; `why` for the log (rule and inputs).
struct RuleShutdown {
    std::string_view why;
    Scope scope = Scope::site;
};
/// The plan's conditions ceased; calls the shutdown off if nothing else asks for it.
struct RuleWithdrawn {
    Scope scope = Scope::site;
};
/// The privileged parent died, or a new one took its place.
struct ParentDied {};
struct ParentBack {};
/// The service manager announces sleep, or says that it is over.
struct SuspendStarting {};
struct SuspendFinished {};
/// This process did not run for so long: that time is held against nobody.
struct Stopped {
    Duration length{};
};
/// The wall clock and the monotonic one disagree and nobody announced it. Nothing here depends on the
/// wall clock, so this is only told: a clock that is set again and again must not put a decision off.
struct TimeJump {};
/// Nothing but time passed.
struct Tick {};
/// New settings, checked by the machine: those to which `objection` objects, and any during a
/// shutdown, are refused and change nothing.
struct Reload {
    std::shared_ptr<const Settings> settings;  // co-owners: the program and the states it leads to
};

}  // namespace event

using Event = std::variant<event::Reading, event::Confirmed, event::ContactLost, event::LoginResult,
                           event::Clients, event::FsdResult, event::ClearResult, event::UserFsd,
                           event::RuleShutdown, event::RuleWithdrawn, event::ParentDied,
                           event::ParentBack, event::SuspendStarting, event::SuspendFinished,
                           event::Stopped, event::TimeJump, event::Tick, event::Reload>;

}  // namespace ups::upsmon
