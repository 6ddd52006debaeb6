// SPDX-License-Identifier: Apache-2.0
/// What the machine wants done. To be carried out in order; none of them may be waited for.
#pragma once

#include "conf/schema/notify_type.hpp"
#include "tools/upsmon/decide/event.hpp"
#include "tools/upsmon/decide/words.hpp"

namespace ups::upsmon {

enum class LogLevel : std::uint8_t { info, warning, error };

namespace action {

using conf::NotifyType;

struct Notify {
    NotifyType type = NotifyType::online;
    std::optional<FeedIndex> feed{};  ///< none: about this host
    std::string detail{};  ///< where the type has one: alarm text, unknown words, why, ...
    bool operator==(const Notify&) const = default;
};
/// A status word came or went: the specification's events, for a structured log. Notifications are
/// raised beside it where there is a type for them.
struct Change {
    FeedIndex feed = 0;
    Word word = Word::ol;
    bool is_there = false;
    bool operator==(const Change&) const = default;
};
/// One line for the log. Decisions carry all their inputs: see explain.hpp.
struct Log {
    LogLevel level = LogLevel::info;
    std::string text;
    bool operator==(const Log&) const = default;
};
/// `FSD ups`; answer with `FsdResult` (refused at once if there is no connection).
struct SendFsd {
    FeedIndex feed = 0;
    bool operator==(const SendFsd&) const = default;
};
/// `FSD ups CLEAR`; answer with `ClearResult`. Servers without it refuse.
struct ClearFsd {
    FeedIndex feed = 0;
    bool operator==(const ClearFsd&) const = default;
};
/// `GET NUMLOGINS ups`; answer with `Clients`. Not asked again before that.
struct AskClients {
    FeedIndex feed = 0;
    bool operator==(const AskClients&) const = default;
};
/// A shutdown stands from now on, or no longer. To be kept where it survives this process, and
/// handed to `initial` by the next one.
struct Remember {
    bool is_standing = false;
    bool operator==(const Remember&) const = default;
};
/// The fixed text on syslog and wall ("Executing automatic power-fail shutdown").
struct Announce {
    bool operator==(const Announce&) const = default;
};
/// The point of no return: tell the parent to write POWERDOWNFLAG and to run SHUTDOWNCMD.
struct ShutDown {
    bool operator==(const ShutDown&) const = default;
};
/// Log out from every server and end. The logout is what a waiting primary counts.
struct Exit {
    bool operator==(const Exit&) const = default;
};
/// From now on poll (and confirm) so often.
struct SetPoll {
    Duration period{};
    bool operator==(const SetPoll&) const = default;
};
/// A MONITOR line vanished with a reload: log out and forget its connection.
struct Drop {
    std::string monitor;
    bool operator==(const Drop&) const = default;
};
/// Answer to `Reload`. Accepted: positions are those of the new settings from the next action on.
struct Reloaded {
    bool is_accepted = false;
    std::string why{};  ///< if refused
    bool operator==(const Reloaded&) const = default;
};

}  // namespace action

using Action =
    std::variant<action::Notify, action::Change, action::Log, action::SendFsd, action::ClearFsd,
                 action::AskClients, action::Remember, action::Announce, action::ShutDown,
                 action::Exit, action::SetPoll, action::Drop, action::Reloaded>;

}  // namespace ups::upsmon
