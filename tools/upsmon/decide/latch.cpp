// SPDX-License-Identifier: Apache-2.0
/// FSD on the servers: set for a shutdown, taken back when it is called off.
///
///     none/stuck -> wanted | sent | foreign       the stage of the UPS starts
///     wanted     -> sent                          logged in
///     sent, set, refused, foreign -> sent         logged in anew: a server started anew has forgotten
///     sent       -> set | refused                 the server's answer
///     sent, set  -> clearing                      calling off
///     clearing   -> cleared | set | stuck         the server's answer
///     cleared, clearing -> sent                   the causes came back, or calling off failed
///     any        -> none                          called off
#include "lib/base/text.hpp"
#include "tools/upsmon/decide/criticality.hpp"
#include "tools/upsmon/decide/work.hpp"

#include <fmt/core.h>

namespace ups::upsmon {

namespace {

/// Somebody else's forced shutdown stands there.
bool is_foreign(const Work& work, FeedIndex feed) {
    const std::optional<Instant> obeyed = due(Reason::forced_shutdown, work.state, feed);
    return obeyed && *obeyed <= work.now();
}

void send(const Work& work, FeedIndex feed) {
    FeedState& known = work.feed(feed);
    if (is_foreign(work, feed)) {
        known.latch = Latch::foreign;
    } else {
        known.latch = Latch::sent;
        known.fsd_doubt_since.reset();
    }
    if (!known.is_fsd_told) work.notify(conf::NotifyType::fsd, feed);
    known.is_fsd_told = true;
    work.actions.emplace_back(action::SendFsd{feed});
}

void set_latch(const Work& work, FeedIndex feed) {
    FeedState& known = work.feed(feed);
    known.clients = -1;
    known.most_clients = -1;
    known.is_asked = false;
    if (known.login == Login::ok) return send(work, feed);
    if (known.latch == Latch::stuck) return;  // it stands there already
    // Refused: nobody hears of it there, and nobody there is waited for.
    if (known.login == Login::none) known.latch = Latch::wanted;
}

}  // namespace

void set_latches(const Work& work, std::uint32_t stage) {
    for (FeedIndex feed = 0; feed < work.feeds(); ++feed) {
        const FeedSettings& line = work.settings(feed);
        if (line.role == Role::primary && line.stage == stage) set_latch(work, feed);
    }
}

void set_latches_again(const Work& work) {
    for (FeedIndex feed = 0; feed < work.feeds(); ++feed) {
        const FeedState& known = work.feed(feed);
        const bool is_sendable = known.latch == Latch::wanted && known.login == Login::ok;
        if (known.latch == Latch::clearing || known.latch == Latch::cleared || is_sendable)
            send(work, feed);
    }
}

void send_wanted(const Work& work, FeedIndex feed) {
    // While the shutdown is being called off it may turn out to be no longer wanted.
    if (work.state.calling_off == CallingOff::asked) return;
    switch (work.feed(feed).latch) {
    case Latch::wanted:
    case Latch::sent:
    case Latch::set:
    case Latch::refused:
    case Latch::foreign:
        return send(work, feed);
    case Latch::none:
    case Latch::clearing:
    case Latch::cleared:
    case Latch::stuck:
        return;
    }
}

void take_fsd_result(const Work& work, const event::FsdResult& result) {
    FeedState& known = work.feed(result.feed);
    if (known.latch != Latch::sent) return;
    known.latch = result.is_accepted ? Latch::set : Latch::refused;
    if (result.is_accepted) return;
    known.is_fsd_told = known.words.has(Word::fsd);
    work.log(LogLevel::error,
             fmt::format("{}: FSD could not be set: those who are logged in there will not be told",
                         printable(work.settings(result.feed).monitor)));
}

void take_clear_result(const Work& work, const event::ClearResult& result) {
    FeedState& known = work.feed(result.feed);
    const std::string name = printable(work.settings(result.feed).monitor);
    if (known.latch != Latch::clearing) {  // one from before we started
        if (result.is_accepted) {
            work.log(LogLevel::info,
                     fmt::format("{}: the old forced shutdown is taken back", name));
            if (known.fsd_doubt_since) forget_fsd(work, result.feed);
        } else if (known.fsd_doubt_since) {
            known.latch = Latch::stuck;
            known.fsd_doubt_since.reset();
            work.log(LogLevel::warning,
                     fmt::format("{}: the old forced shutdown cannot be taken back; ignored until "
                                 "the server is restarted",
                                 name));
        }
        return;
    }
    if (result.is_accepted) {
        known.latch = Latch::cleared;
        return forget_fsd(work, result.feed);
    }
    // Nobody but this host was ever counted there, so nobody has obeyed.
    known.latch = known.most_clients == 1 ? Latch::stuck : Latch::set;
    if (known.latch == Latch::set)
        give_up_calling_off(work, fmt::format("{}: FSD cannot be taken back", name));
}

}  // namespace ups::upsmon
