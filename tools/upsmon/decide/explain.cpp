// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/decide/explain.hpp"

#include "lib/base/text.hpp"
#include "tools/upsmon/decide/criticality.hpp"

#include <fmt/core.h>
#include <iterator>
#include <string_view>

namespace ups::upsmon {

namespace {

std::string_view text_of(Mains mains) {
    switch (mains) {
    case Mains::unknown:
        return "unknown";
    case Mains::online:
        return "online";
    case Mains::battery:
        return "battery";
    case Mains::aside:
        return "aside";
    }
    return "";
}

std::string_view text_of(Loss loss) {
    switch (loss) {
    case Loss::server:
        return "server-lost";
    case Loss::network:
        return "network-lost";
    case Loss::driver:
        return "driver-lost";
    case Loss::stale:
        return "stale";
    case Loss::silence:
        return "silent";
    }
    return "";
}

std::string_view contact_of(const FeedState& known) {
    switch (known.contact) {
    case Contact::never:
        return "never";
    case Contact::good:
        return "good";
    case Contact::lost:
        return text_of(known.loss);
    }
    return "";
}

std::string_view text_of(Login login) {
    switch (login) {
    case Login::none:
        return "none";
    case Login::ok:
        return "ok";
    case Login::access_denied:
        return "denied";
    case Login::primary_refused:
        return "primary-refused";
    case Login::unknown_ups:
        return "unknown-ups";
    case Login::tls_trouble:
        return "tls";
    case Login::failed:
        return "failed";
    }
    return "";
}

double seconds(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

std::string_view rule_of(const Causes& causes) {
    if (causes.is_rule) return "asks";
    return causes.is_host_rule ? "asks-for-this-host" : "no";
}

void add_feed(std::string& text, const State& state, FeedIndex feed) {
    const FeedState& known = state.feeds[feed];
    const FeedSettings& line = state.settings->feeds[feed];
    const auto out = std::back_inserter(text);
    fmt::format_to(out, "; ups={} pv={} role={}", printable(line.monitor), line.power_value,
                   line.role == Role::primary ? "primary" : "secondary");
    if (known.is_seen) fmt::format_to(out, " status=\"{}\"", to_text(known.words));
    fmt::format_to(out, " mains={} contact={} age={:.1f}s login={}", text_of(known.mains),
                   contact_of(known), seconds(state.at - known.last_good), text_of(known.login));
    if (known.low_since)
        fmt::format_to(out, " low_for={:.1f}s", seconds(state.at - *known.low_since));
    if (known.is_doubtful) text += " low=doubted";
    if (known.off_since)
        fmt::format_to(out, " off_for={:.1f}s", seconds(state.at - *known.off_since));
    if (known.over_since)
        fmt::format_to(out, " over_for={:.1f}s", seconds(state.at - *known.over_since));
    if (known.fsd_doubt_since) text += " fsd=doubted";
    if (known.latch == Latch::stuck) text += " fsd=stuck";
    if (known.clients >= 0) fmt::format_to(out, " clients={}", known.clients);
    if (known.uncounted_until && *known.uncounted_until > state.at)
        fmt::format_to(out, " uncounted_for={:.1f}s", seconds(*known.uncounted_until - state.at));
    if (known.charge >= 0) fmt::format_to(out, " charge={}", known.charge);
    if (known.runtime >= 0) fmt::format_to(out, " runtime={}s", known.runtime);
    fmt::format_to(out, " critical={}", name_of(judge(state, feed).reason));
}

}  // namespace

std::string explain(const State& state) {
    std::string text =
        fmt::format("supplies={} needed={} user={} rule={} parent={}", supplies(state),
                    state.settings->min_supplies, state.causes.is_user ? "asks" : "no",
                    rule_of(state.causes), state.is_parent_dead ? "dead" : "alive");
    if (state.suspended_until) text += " asleep=yes";
    // Those that something is known against come first.
    for (const bool suspect : {true, false})
        for (FeedIndex feed = 0; feed < state.feeds.size(); ++feed)
            if ((judge(state, feed).reason != Reason::none) == suspect) add_feed(text, state, feed);
    return text;
}

}  // namespace ups::upsmon
