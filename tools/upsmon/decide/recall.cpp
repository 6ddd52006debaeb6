// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/decide/recall.hpp"

#include "lib/base/text.hpp"

#include <algorithm>

namespace ups::upsmon {

std::optional<Remembered> remembered(const State& state, FeedIndex feed) {
    const FeedState& known = state.feeds[feed];
    if (!known.is_seen || known.words.has(Word::fsd)) return std::nullopt;
    return Remembered{ihash(state.settings->feeds[feed].monitor), known.words, known.mains};
}

void recall(State& state, const Remembered& known) {
    const auto& lines = state.settings->feeds;
    const auto line = std::ranges::find_if(
        lines, [&known](const FeedSettings& one) { return ihash(one.monitor) == known.monitor; });
    if (line == lines.end() || known.words.has(Word::fsd)) return;
    FeedState& feed = state.feeds[static_cast<std::size_t>(line - lines.begin())];
    feed.is_seen = true;
    feed.words = known.words;
    feed.mains = known.mains;
    feed.is_battery_told = known.mains == Mains::battery;
    // How long a word had been there is not known. What holds in contact only waits for a reading.
    if (known.words.has(Word::over)) feed.over_since = state.at;
    if (known.words.has(Word::rb)) feed.next_replace = state.at + state.settings->replace_warn;
}

}  // namespace ups::upsmon
