// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/request_cache.hpp"

#include "lib/base/text.hpp"

#include <algorithm>
#include <cstring>

namespace ups::upsd {
namespace {

std::size_t place_of(std::string_view line) noexcept {
    return ihash(line) % RequestCache::kMost;
}

}  // namespace

RequestCache::Known* RequestCache::find(std::string_view data) noexcept {
    const std::size_t within = std::min(data.size(), kLongest);
    const void* const lf = std::memchr(data.data(), '\n', within);
    if (lf == nullptr) return nullptr;
    const auto size = static_cast<std::size_t>(static_cast<const char*>(lf) - data.data()) + 1;
    Entry* const entry = entries_[place_of(data.substr(0, size))].get();
    if (entry == nullptr || entry->known.size != size) return nullptr;
    return std::memcmp(entry->text.data(), data.data(), size) == 0 ? &entry->known : nullptr;
}

void RequestCache::keep(std::string_view line, const LineWords& words, const Request& request) {
    if (!words.plain || request.row == nullptr || request.row->access != Access::read) return;
    if (line.size() > kLongest || words.words.size() > kMostWords) return;
    auto& entry = entries_[place_of(line)];
    if (!entry) entry = std::make_unique<Entry>();
    std::ranges::copy(line, entry->text.begin());
    std::ranges::transform(words.words, entry->words.begin(), [&](std::string_view word) {
        return std::string_view(entry->text.data() + (word.data() - line.data()), word.size());
    });
    entry->known = {.request = request, .size = line.size()};
    const std::size_t before = words.words.size() - request.args.size();
    entry->known.request.word = entry->words[before - 1];
    entry->known.request.args = std::span(entry->words).subspan(before, request.args.size());
}

void RequestCache::clear() noexcept {
    for (auto& entry : entries_)
        entry.reset();
}

}  // namespace ups::upsd
