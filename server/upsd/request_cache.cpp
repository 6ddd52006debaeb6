// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/request_cache.hpp"

#include "lib/base/text.hpp"

#include <algorithm>
#include <cstring>

namespace ups::upsd {

RequestCache::Places RequestCache::places_of(std::string_view line) noexcept {
    const std::uint64_t hash = ihash(line);
    return {hash % kMost, hash / kMost % kMost};
}

bool RequestCache::is_free(std::size_t place) const noexcept {
    return !entries_[place] || entries_[place]->known.size == 0;
}

RequestCache::Known* RequestCache::find(std::string_view data) noexcept {
    const std::size_t within = std::min(data.size(), kLongest);
    const void* const lf = std::memchr(data.data(), '\n', within);
    if (lf == nullptr) return nullptr;
    const auto size = static_cast<std::size_t>(static_cast<const char*>(lf) - data.data()) + 1;
    const Places places = places_of(data.substr(0, size));
    for (const std::size_t place : {places.first, places.second})
        if (Entry* const entry = entries_[place].get();
            entry != nullptr && is_at(entry->known, data))
            return &entry->known;
    return nullptr;
}

void RequestCache::keep(std::string_view line, const LineWords& words, const Request& request) {
    if (!words.plain || request.row == nullptr || request.row->access != Access::read) return;
    if (line.size() > kLongest || words.words.size() > kMostWords) return;
    const Places places = places_of(line);
    auto& entry =
        entries_[!is_free(places.first) && is_free(places.second) ? places.second : places.first];
    if (!entry) entry = std::make_unique<Entry>();
    entry->known = {.size = static_cast<std::uint32_t>(line.size()), .request = request};
    const char* const text = std::ranges::copy(line, entry->known.text.begin()).out - line.size();
    std::ranges::transform(words.words, entry->words.begin(), [&](std::string_view word) {
        return std::string_view(text + (word.data() - line.data()), word.size());
    });
    const std::size_t before = words.words.size() - request.args.size();
    entry->known.request.word = entry->words[before - 1];
    entry->known.request.args = std::span(entry->words).subspan(before, request.args.size());
}

void RequestCache::clear() noexcept {
    for (auto& entry : entries_)
        if (entry) entry->known.size = 0;
}

}  // namespace ups::upsd
