// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/decide/state.hpp"

#include <type_traits>

namespace ups::upsmon {

namespace {

/// Absent instants hash unlike any present one.
constexpr std::uint64_t kAbsent = 0x9d8f'3a61'7c25'e4b1ULL;

std::uint64_t number_of(Instant time) noexcept {
    return static_cast<std::uint64_t>(time.time_since_epoch().count());
}
std::uint64_t number_of(const std::optional<Instant>& time) noexcept {
    return time ? number_of(*time) : kAbsent;
}
std::uint64_t number_of(Duration duration) noexcept {
    return static_cast<std::uint64_t>(duration.count());
}
std::uint64_t number_of(Words words) noexcept {
    return words.bits;
}
template <typename Plain>
    requires std::is_enum_v<Plain> || std::is_integral_v<Plain>
std::uint64_t number_of(Plain plain) noexcept {
    return static_cast<std::uint64_t>(plain);
}

/// A round of splitmix64: every bit of the field reaches every bit of the hash.
std::uint64_t mix(std::uint64_t hash, std::uint64_t number) noexcept {
    hash += number + 0x9e37'79b9'7f4a'7c15ULL;
    hash = (hash ^ (hash >> 30U)) * 0xbf58'476d'1ce4'e5b9ULL;
    hash = (hash ^ (hash >> 27U)) * 0x94d0'49bb'1331'11ebULL;
    return hash ^ (hash >> 31U);
}

}  // namespace

std::size_t hash_of(const State& state) noexcept {
    std::uint64_t hash = state.feeds.size();
    for_each_field(state, [&hash](const auto& field) { hash = mix(hash, number_of(field)); });
    return hash;
}

}  // namespace ups::upsmon
