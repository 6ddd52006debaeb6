// SPDX-License-Identifier: Apache-2.0
/// Who is in reach, and who lets us in.
#include "lib/base/text.hpp"
#include "tools/upsmon/decide/work.hpp"

#include <algorithm>

namespace ups::upsmon {

using enum conf::NotifyType;

namespace {

bool is_disconnected(Loss loss) {
    return loss == Loss::server || loss == Loss::network || loss == Loss::silence;
}

/// Others notice that the server is back at their next poll.
Instant all_are_back(const Work& work) {
    return work.now() + 2 * std::max(work.settings().poll, work.settings().poll_alert);
}

std::string_view trouble_of(Login login) {
    switch (login) {
    case Login::none:
    case Login::ok:
        return "";
    case Login::access_denied:
        return "wrong user or password, or no right to log in";
    case Login::primary_refused:
        return "the server refuses the rank of primary";
    case Login::unknown_ups:
        return "the server does not know this UPS";
    case Login::tls_trouble:
        return "TLS is demanded and cannot be had";
    case Login::failed:
        return "the server refuses the login";
    }
    return "";
}

}  // namespace

void lose_contact(const Work& work, FeedIndex feed, Loss loss) {
    FeedState& known = work.feed(feed);
    known.loss = loss;
    if (is_disconnected(loss)) {
        if (known.login == Login::ok) known.login = Login::none;
        known.is_asked = false;
    }
    if (known.contact == Contact::lost) return;
    known.contact = Contact::lost;
    known.lost_since = work.now();
    if (is_disconnected(loss)) known.uncounted_until = all_are_back(work);
    known.next_no_contact = known.last_good + work.settings().no_contact_warn;
    work.notify(commbad, feed);
}

void have_contact(const Work& work, FeedIndex feed) {
    FeedState& known = work.feed(feed);
    if (known.contact == Contact::lost) work.notify(commok, feed);
    known.contact = Contact::good;
    known.last_good = work.now();
    known.lost_since.reset();
    known.next_no_contact.reset();
}

void take_login(const Work& work, const event::LoginResult& result) {
    FeedState& known = work.feed(result.feed);
    const Login before = known.login;
    known.login = result.login;
    if (result.login == Login::ok) {
        known.is_login_failure_told = false;
        if (known.uncounted_until) known.uncounted_until = all_are_back(work);
        return send_wanted(work, result.feed);
    }
    if (result.login == Login::none) return;
    if (known.is_login_failure_told && before == result.login) return;
    known.is_login_failure_told = true;
    work.notify(authfail, result.feed, std::string(trouble_of(result.login)));
}

void shift_timers(const Work& work, Duration length) {
    const Instant now = work.now();
    State& state = work.state;
    const auto shift = [now, length](Instant& since) { since = std::min(now, since + length); };
    for (FeedState& known : state.feeds) {
        for (Instant* since : {&known.last_good, &known.unknown_since, &known.last_beat})
            shift(*since);
        for (std::optional<Instant>* since : {&known.lost_since, &known.low_since, &known.off_since,
                                              &known.over_since, &known.fsd_doubt_since})
            if (*since) shift(**since);
        if (known.next_no_contact)
            known.next_no_contact =
                std::min(*known.next_no_contact + length, now + work.settings().no_contact_warn);
        if (known.uncounted_until)
            known.uncounted_until = std::min(*known.uncounted_until + length, all_are_back(work));
    }
    // The steps of a shutdown are not put off, or a host that gets no processor time would never go down:
    // secondaries lived on, and the battery ran down.
}

void restart_timers(const Work& work) {
    shift_timers(work, work.now().time_since_epoch());
    work.state.phase_since = work.now();
    if (work.state.calling_off_since) work.state.calling_off_since = work.now();
    work.state.suspended_until.reset();
}

}  // namespace ups::upsmon
