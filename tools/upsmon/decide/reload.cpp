// SPDX-License-Identifier: Apache-2.0
/// New settings: feeds are the same if their MONITOR text is.
#include "lib/base/text.hpp"
#include "tools/upsmon/decide/machine.hpp"
#include "tools/upsmon/decide/work.hpp"

#include <algorithm>

namespace ups::upsmon {

namespace {

const FeedSettings* find(const Settings& settings, std::string_view monitor) {
    const auto found = std::find_if(
        settings.feeds.begin(), settings.feeds.end(),
        [monitor](const FeedSettings& line) { return iequals(line.monitor, monitor); });
    return found == settings.feeds.end() ? nullptr : &*found;
}

std::optional<std::string> objection_now(const Work& work, const event::Reload& event) {
    if (!event.settings) return "there are no settings";
    if (work.state.phase != Phase::watching) return "a shutdown is under way";
    return objection(*event.settings);
}

/// What was known of a feed, under its new settings.
FeedState carried_over(const State& state, const Settings& old, const FeedSettings& line,
                       const FeedState& fresh) {
    const FeedSettings* before = find(old, line.monitor);
    if (before == nullptr) return fresh;
    FeedState known = state.feeds[static_cast<std::size_t>(before - old.feeds.data())];
    // A new role is a new login.
    if (before->role != line.role) known.login = Login::none;
    if (!before->heartbeat && line.heartbeat) known.last_beat = state.at;
    return known;
}

}  // namespace

void reload(const Work& work, const event::Reload& event) {
    if (const auto why = objection_now(work, event)) {
        work.log(LogLevel::error, "the new configuration is refused: " + *why);
        work.actions.emplace_back(action::Reloaded{false, *why});
        return;
    }
    State& state = work.state;
    const std::shared_ptr<const Settings> old = state.settings;
    const State fresh = initial(event.settings, state.at);
    std::vector<FeedState> feeds;
    for (std::size_t i = 0; i < fresh.feeds.size(); ++i)
        feeds.push_back(carried_over(state, *old, event.settings->feeds[i], fresh.feeds[i]));
    for (const FeedSettings& line : old->feeds)
        if (find(*event.settings, line.monitor) == nullptr)
            work.actions.emplace_back(action::Drop{line.monitor});
    state.feeds = std::move(feeds);
    state.settings = event.settings;
    work.actions.emplace_back(action::Reloaded{true, {}});
}

}  // namespace ups::upsmon
