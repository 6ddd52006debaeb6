// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/notify_limit.hpp"

#include <algorithm>
#include <iterator>

namespace ups::upsmon {

void NotifyLimit::set(unsigned most, Duration time) {
    most_ = most;
    time_ = time;
}

void NotifyLimit::forget_old(Window& window, Instant now) const {
    while (!window.sent.empty() && now - window.sent.front() >= time_)
        window.sent.pop_front();
}

void NotifyLimit::forget_idle(Instant now) {
    for (auto entry = windows_.begin(); entry != windows_.end();) {
        forget_old(entry->second, now);
        const bool idle = entry->second.sent.empty() && entry->second.count == 0;
        entry = idle ? windows_.erase(entry) : std::next(entry);
    }
}

bool NotifyLimit::take(std::string_view key, Instant now) {
    auto found = windows_.find(key);
    if (found == windows_.end()) {
        forget_idle(now);
        if (windows_.size() >= kMaxKeys) return true;
        found = windows_.emplace(key, Window{}).first;
    }
    Window& window = found->second;
    forget_old(window, now);
    // What is held goes first: the order stays.
    if (window.count == 0 && window.sent.size() < most_) {
        window.sent.push_back(now);
        return true;
    }
    ++window.count;
    return false;
}

std::optional<Instant> NotifyLimit::deadline() const {
    std::optional<Instant> first;
    for (const auto& [key, window] : windows_) {
        if (window.count == 0) continue;
        const Instant due = window.sent.size() < most_
                                ? Instant{}
                                : window.sent[window.sent.size() - most_] + time_;
        first = first ? std::min(*first, due) : due;
    }
    return first;
}

std::vector<NotifyLimit::Held> NotifyLimit::on_time(Instant now) {
    std::vector<Held> ready;
    for (auto& [key, window] : windows_) {
        forget_old(window, now);
        if (window.count == 0 || window.sent.size() >= most_) continue;
        ready.push_back({key, window.count});
        window.count = 0;
        window.sent.push_back(now);
    }
    return ready;
}

std::vector<NotifyLimit::Held> NotifyLimit::release() {
    std::vector<Held> all;
    for (auto& [key, window] : windows_) {
        if (window.count != 0) all.push_back({key, window.count});
        window.count = 0;
    }
    return all;
}

}  // namespace ups::upsmon
