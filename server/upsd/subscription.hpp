// SPDX-License-Identifier: Apache-2.0
/// SUBSCRIBE: one session following one UPS.
///
///     C: SUBSCRIBE su700 ups.status battery.   names, or prefixes that end in "."; none: everything
///     S: BEGIN SUBSCRIBE su700
///     S: VAR su700 ups.status "OL"             what there is now
///     S: END SUBSCRIBE su700
///     S: EVENT STALE su700                     only if nothing can be served now
///     S: EVENT VAR su700 ups.status "OB"       later, between replies, never inside one
///     S: EVENT DELVAR su700 ups.alarm
///     S: EVENT STALE su700                     the data of the UPS went stale
///     S: EVENT FRESH su700                     it is good again
///     S: EVENT GONE su700                      no longer configured; the subscription is over
///
/// While data is stale, or the driver's first dump is not whole, no variables are pushed: what
/// changed meanwhile comes right before EVENT FRESH. A reader that is too slow gets the newest
/// value per variable. One that was away for more removals than are kept gets a whole new BEGIN …
/// END, which replaces all it knew.
#pragma once

#include "server/upsd/registry.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ups::upsd {

struct Subscription {
    /// Registers with `for_ups` and shows nothing yet. Both outlive the subscription. `spelling` is the
    /// client's way to write the UPS, which all lines repeat.
    Subscription(Session& by, Ups& for_ups, std::string spelling, std::vector<std::string> only);

    ~Subscription();
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

    /// Whether `events` may have something to append.
    [[nodiscard]] bool has_news() const;
    /// Appends BEGIN … END, with what there is.
    void snapshot(std::string& out);
    /// Appends what changed since the last call of this or of `snapshot`.
    void events(std::string& out);

    Session& session;
    Ups& ups;
    [[nodiscard]] const std::string& spelling() const noexcept { return spelling_; }
    bool noted = false;  ///< the session knows that there may be something to push

  private:
    [[nodiscard]] bool wants(std::string_view name) const;
    [[nodiscard]] bool may_show() const;
    void append_var(std::string& out, vars::UpsState::VarId id) const;
    void changes(std::string& out);
    void everything(std::string& out);

    std::string spelling_;
    std::vector<std::string> only_;  // empty: everything
    std::uint64_t seen_ = 0;
    bool shown_fresh_ = true;
    bool has_shown_ = false;  // values, since there was data
};

}  // namespace ups::upsd
