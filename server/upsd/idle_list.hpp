// SPDX-License-Identifier: Apache-2.0
/// Who has been silent for longest: a list in the order of last activity, threaded through its
/// members. Finding the expired looks at nobody else.
///
/// A member that is active again within `IdleList::kGrain` keeps its place, so that busy clients do
/// not pull each other's memory into the cache. The order is right but for that much, and so a
/// silent member behind a less silent one may be found that much late; never early.
#pragma once

#include "lib/base/clock.hpp"

#include <optional>

namespace ups::upsd {

class IdleList;

/// A member of at most one list. Leaves it when destroyed.
class IdleNode {
  public:
    IdleNode() = default;
    virtual ~IdleNode() { leave(); }
    IdleNode(const IdleNode&) = delete;
    IdleNode& operator=(const IdleNode&) = delete;

    void leave() noexcept;

  private:
    friend class IdleList;
    IdleNode* before_ = this;  // a ring; alone if both are `this`
    IdleNode* after_ = this;
    IdleList* list_ = nullptr;  // while in one; outlives its members
    Instant active_{};
    Instant placed_{};  // when it got its place; not more than kGrain before `active_`
};

class IdleList {
  public:
    static constexpr Duration kGrain = std::chrono::milliseconds(500);

    /// `node` was active at `now`, not before any other activity of this list. It joins the list,
    /// leaving another one. Tells whether its place changed.
    bool touch(IdleNode& node, Instant now) noexcept {
        node.active_ = now;
        if (node.list_ == this && now - node.placed_ < kGrain) return false;
        place(node, now);
        return true;
    }
    /// When the longest silent member was active; nothing if there is none.
    [[nodiscard]] std::optional<Instant> oldest() const noexcept;
    /// The longest silent member, if it was last active at `until` or before; else null.
    [[nodiscard]] IdleNode* first_until(Instant until) noexcept;

  private:
    void place(IdleNode& node, Instant now) noexcept;

    IdleNode ring_;
};

}  // namespace ups::upsd
