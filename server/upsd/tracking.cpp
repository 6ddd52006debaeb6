// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/tracking.hpp"

namespace ups::upsd {
namespace {

TrackingState state_of(proto::TrackingCode code) {
    using enum proto::TrackingCode;
    switch (code) {
    case handled:
        return TrackingState::success;
    case unknown:
        return TrackingState::unknown;
    case invalid:
    case conversion:
        return TrackingState::invalid;
    case failed:
        return TrackingState::failed;
    }
    return TrackingState::failed;
}

} // namespace

void Tracking::expire() {
    const Instant now = clock_.now();
    while (!births_.empty() && (births_.front().when + delay_ <= now || births_.size() >= kMost)) {
        entries_.erase(births_.front().id);
        births_.pop_front();
    }
}

std::string_view Tracking::begin(LinkNumber link) {
    expire();
    births_.push_back({clock_.now(), make_uuid(random_)});
    entries_.insert_or_assign(births_.back().id, Entry{link, TrackingState::pending});
    return births_.back().id;
}

bool Tracking::finish(std::string_view id, LinkNumber link, proto::TrackingCode code) {
    const auto at = entries_.find(id);
    if (at == entries_.end() || at->second.link != link) return false;
    if (at->second.state != TrackingState::pending) return false;
    at->second.state = state_of(code);
    return true;
}

void Tracking::forget(std::string_view id) {
    if (const auto at = entries_.find(id); at != entries_.end()) entries_.erase(at);
}

LinkNumber Tracking::open_link() {
    open_links_.insert(++last_link_);
    return last_link_;
}

void Tracking::close_link(LinkNumber link) {
    open_links_.erase(link);
}

TrackingState Tracking::state(std::string_view id) {
    expire();
    const auto at = entries_.find(id);
    if (at == entries_.end()) return TrackingState::unknown;
    if (at->second.state == TrackingState::pending && !open_links_.contains(at->second.link))
        at->second.state = TrackingState::failed;
    return at->second.state;
}

} // namespace ups::upsd
