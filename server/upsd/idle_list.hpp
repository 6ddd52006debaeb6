// SPDX-License-Identifier: Apache-2.0
/// Who has been silent for longest: a list in the order of last activity, threaded through its
/// members. Being active costs a few pointers; finding the expired looks at nobody else.
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
    IdleNode* before_ = this; // a ring; alone if both are `this`
    IdleNode* after_ = this;
    Instant active_{};
};

class IdleList {
  public:
    /// `node` was active at `now`, not before any other activity of this list. It joins the list,
    /// leaving another one.
    void touch(IdleNode& node, Instant now) noexcept;
    /// When the longest silent member was active; nothing if there is none.
    [[nodiscard]] std::optional<Instant> oldest() const noexcept;
    /// The longest silent member, if it was active at `until` or before; else null.
    [[nodiscard]] IdleNode* first_until(Instant until) noexcept;

  private:
    IdleNode ring_;
};

} // namespace ups::upsd
