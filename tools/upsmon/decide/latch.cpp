// SPDX-License-Identifier: Apache-2.0
/// FSD on the servers: set for a shutdown, taken back when it is called off.
///
///     none/stuck -> wanted | sent | foreign       the stage of the UPS starts
///     wanted     -> sent                          logged in
///     sent       -> set | refused                 the server's answer
///     sent, set  -> clearing                      calling off
///     clearing   -> cleared | set | stuck         the server's answer
///     cleared    -> sent                          the causes came back
///     any        -> none                          called off
#include "lib/base/text.hpp"
#include "tools/upsmon/decide/work.hpp"

#include <fmt/core.h>

namespace ups::upsmon {

namespace {

void send(const Work& work, FeedIndex feed) {
    FeedState& known = work.feed(feed);
    known.latch = Latch::sent;
    known.latch_since = work.now();
    if (!known.is_fsd_told) work.notify(conf::NotifyType::fsd, feed);
    known.is_fsd_told = true;
    work.actions.emplace_back(action::SendFsd{feed});
}

void set_latch(const Work& work, FeedIndex feed) {
    FeedState& known = work.feed(feed);
    const bool is_obeyed = known.words.has(Word::fsd) && !known.fsd_doubt_since;
    known.clients = -1;
    known.most_clients = -1;
    known.is_asked = false;
    if (is_obeyed && known.latch == Latch::none) {
        known.latch = Latch::foreign;
        if (known.login == Login::ok) work.actions.emplace_back(action::SendFsd{feed});
        return;
    }
    known.fsd_doubt_since.reset();
    if (known.login == Login::ok) return send(work, feed);
    // Refused or out of reach: nobody hears of it there, and nobody there is waited for.
    if (known.login == Login::none && known.contact != Contact::lost) known.latch = Latch::wanted;
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
        const Latch latch = work.feed(feed).latch;
        if (latch == Latch::clearing || latch == Latch::cleared) send(work, feed);
    }
}

void send_wanted(const Work& work, FeedIndex feed) {
    if (work.feed(feed).latch == Latch::wanted) send(work, feed);
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
