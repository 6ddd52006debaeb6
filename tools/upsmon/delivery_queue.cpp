// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/delivery_queue.hpp"

#include <algorithm>

namespace ups::upsmon {
namespace {

/// A command of the administrator may do anything, so it is not repeated; and a text on terminals that is
/// late is of no use.
bool is_repeated(Way way) {
    return way == Way::mail || way == Way::webhook;
}

}  // namespace

void DeliveryQueue::set_retry(unsigned tries, Duration pause) {
    tries_ = tries;
    pause_ = pause;
}

std::optional<DeliveryQueue::Id> DeliveryQueue::drop_oldest() {
    const auto found = std::ranges::find_if(entries_, [](const auto& pair) {
        return !pair.second.is_running && pair.second.urgency == Urgency::usual;
    });
    if (found == entries_.end()) return std::nullopt;
    const Id id = found->first;
    entries_.erase(found);
    return id;
}

DeliveryQueue::Added DeliveryQueue::add(Way way, Urgency urgency, Instant now) {
    Added added;
    if (entries_.size() >= kMaxWaiting) {
        if (urgency == Urgency::urgent) added.dropped = drop_oldest();
        if (!added.dropped) return added;
    }
    added.id = ++last_;
    entries_.emplace(added.id, Entry{way, urgency, false, 0, now, pause_});
    return added;
}

std::optional<DeliveryQueue::Id> DeliveryQueue::next(Instant now) {
    for (auto& [id, entry] : entries_) {
        if (entry.is_running || entry.due > now || !has_room(entry.way)) continue;
        entry.is_running = true;
        ++entry.tries;
        ++running_[static_cast<std::size_t>(entry.way)];
        return id;
    }
    return std::nullopt;
}

DeliveryQueue::Fate DeliveryQueue::ended(Id id, Outcome outcome, Instant now) {
    const auto found = entries_.find(id);
    if (found == entries_.end() || !found->second.is_running) return Fate::done;
    Entry& entry = found->second;
    entry.is_running = false;
    --running_[static_cast<std::size_t>(entry.way)];
    const bool again = outcome == Outcome::failed && is_repeated(entry.way) &&
                       entry.tries < tries_ && !is_finishing_;
    if (again) {
        entry.due = now + entry.pause;
        entry.pause = std::min<Duration>(2 * entry.pause, kLongestPause);
        return Fate::waits;
    }
    entries_.erase(found);
    return outcome == Outcome::delivered ? Fate::done : Fate::given_up;
}

std::optional<Instant> DeliveryQueue::deadline(Instant now) const {
    std::optional<Instant> first;
    for (const auto& [id, entry] : entries_) {
        if (entry.is_running) continue;
        if (entry.due <= now && !has_room(entry.way)) continue;  // the end of another is waited for
        first = first ? std::min(*first, entry.due) : entry.due;
    }
    return first;
}

void DeliveryQueue::finish(Instant now) {
    is_finishing_ = true;
    for (auto& [id, entry] : entries_)
        entry.due = std::min(entry.due, now);
}

unsigned DeliveryQueue::tries(Id id) const {
    const auto found = entries_.find(id);
    return found == entries_.end() ? 0 : found->second.tries;
}

}  // namespace ups::upsmon
