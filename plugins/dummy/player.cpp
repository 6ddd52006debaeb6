// SPDX-License-Identifier: Apache-2.0
#include "player.hpp"

#include <cmath>
#include <utility>

namespace ups::dummy {

Player::Player(std::vector<Entry> entries, std::int64_t start_ms)
    : entries_(std::move(entries)), due_ms_(start_ms) {}

std::span<const Entry> Player::take(std::int64_t now_ms) {
    const std::size_t first = next_;
    while (due_ms_ <= now_ms) {
        if (now_ms - due_ms_ > kMaxLate_ms) due_ms_ = now_ms;
        waiting_ = false;
        while (next_ < entries_.size() && entries_[next_].kind != EntryKind::timer)
            ++next_;
        if (next_ == entries_.size()) break;
        due_ms_ += std::llround(entries_[next_].seconds * 1000);
        waiting_ = true;
        ++next_;
    }
    return std::span(entries_).subspan(first, next_ - first);
}

std::optional<std::int64_t> Player::next_ms() const noexcept {
    if (at_end()) return std::nullopt;
    return due_ms_;
}

}  // namespace ups::dummy
