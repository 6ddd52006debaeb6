// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/idle_list.hpp"

namespace ups::upsd {

void IdleNode::leave() noexcept {
    before_->after_ = after_;
    after_->before_ = before_;
    before_ = after_ = this;
    list_ = nullptr;
}

void IdleList::place(IdleNode& node, Instant now) noexcept {
    node.leave();
    node.list_ = this;
    node.placed_ = now;
    node.before_ = ring_.before_;
    node.after_ = &ring_;
    ring_.before_->after_ = &node;
    ring_.before_ = &node;
}

std::optional<Instant> IdleList::oldest() const noexcept {
    if (ring_.after_ == &ring_) return std::nullopt;
    return ring_.after_->active_;
}

IdleNode* IdleList::first_until(Instant until) noexcept {
    if (ring_.after_ == &ring_ || ring_.after_->active_ > until) return nullptr;
    return ring_.after_;
}

}  // namespace ups::upsd
