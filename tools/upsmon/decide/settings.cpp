// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/decide/settings.hpp"

#include "lib/base/text.hpp"

#include <algorithm>
#include <fmt/core.h>

namespace ups::upsmon {

namespace {

std::optional<std::string> objection_to_feeds(const Settings& settings) {
    if (settings.feeds.empty()) return "there is no MONITOR line";
    std::uint64_t supplies = 0;
    for (std::size_t i = 0; i < settings.feeds.size(); ++i) {
        const FeedSettings& feed = settings.feeds[i];
        if (feed.stage == 0) return fmt::format("{}: stages count from 1", feed.monitor);
        for (std::size_t j = 0; j < i; ++j)
            if (iequals(settings.feeds[j].monitor, feed.monitor))
                return fmt::format("{} is monitored twice", feed.monitor);
        supplies += feed.power_value;
    }
    if (supplies < settings.min_supplies)
        return fmt::format("the power values add up to {}, MINSUPPLIES is {}", supplies,
                           settings.min_supplies);
    return std::nullopt;
}

}  // namespace

Duration longest_sequence(const Settings& settings) {
    std::uint32_t stages = 1;
    for (const FeedSettings& feed : settings.feeds)
        stages = std::max(stages, std::min(feed.stage, 1000U));
    const Duration each = std::max(settings.host_sync, settings.stage_time.value_or(Duration{}));
    return stages * each + settings.final_delay;
}

std::optional<std::string> objection(const Settings& settings) {
    if (settings.poll <= Duration{} || settings.poll_alert <= Duration{})
        return "POLLFREQ and POLLFREQALERT must be more than 0";
    if (settings.replace_warn <= Duration{} || settings.no_contact_warn <= Duration{})
        return "RBWARNTIME and NOCOMMWARNTIME must be more than 0";
    return objection_to_feeds(settings);
}

}  // namespace ups::upsmon
