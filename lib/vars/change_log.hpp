// SPDX-License-Identifier: Apache-2.0
/// Which variables changed since when. Kept only while somebody wants to know.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace ups::vars {

/// Every change gets the next number. The variables form a list by their last change, so that "what
/// changed since n" costs what changed, and a reader that falls behind costs nothing: it sees the
/// newest value of each variable when it comes back. Variables that vanished are remembered until they
/// come back, up to a bound; `is_complete` tells a reader that was away for too long to start over.
class ChangeLog {
  public:
    /// Names of vanished variables that are kept.
    static constexpr std::size_t kMaxGone = 1024;

    /// The number of the last change; 0 before the first.
    [[nodiscard]] std::uint64_t last() const noexcept { return last_; }
    /// Whether all that happened after `since` can still be told.
    [[nodiscard]] bool is_complete(std::uint64_t since) const noexcept { return since >= floor_; }

    void changed(std::uint16_t id);
    /// `id` is free again; `name` is gone.
    void removed(std::uint16_t id, std::string_view name);
    /// `name` is a variable again, or for the first time. (`changed` for its new number is still to come.)
    void came_back(std::string_view name);

    /// Calls `visit(id)` for each variable that changed after `since`, oldest change first.
    template <class Visit> void for_changed(std::uint64_t since, const Visit& visit) const {
        std::uint16_t at = newest_;
        std::uint16_t first = kNone;
        while (at != kNone && links_[at].number > since) {
            first = at;
            at = links_[at].older;
        }
        for (at = first; at != kNone; at = links_[at].newer)
            visit(at);
    }
    /// Calls `visit(name)` for each name that was removed after `since` and did not come back.
    template <class Visit> void for_gone(std::uint64_t since, const Visit& visit) const {
        for (const Gone& gone : gone_)
            if (gone.number > since) visit(std::string_view(gone.name));
    }

    /// Bytes on the heap, about.
    [[nodiscard]] std::size_t memory() const noexcept;

  private:
    static constexpr std::uint16_t kNone = 0xFFFF;
    struct Link {
        std::uint64_t number = 0;  // 0: not in the list
        std::uint16_t newer = kNone;
        std::uint16_t older = kNone;
    };
    struct Gone {
        std::uint64_t number;
        std::string name;
    };

    void unlink(std::uint16_t id);

    std::vector<Link> links_;  // by variable
    std::deque<Gone> gone_;
    std::uint64_t last_ = 0;
    std::uint64_t floor_ = 0;
    std::uint16_t newest_ = kNone;
};

}  // namespace ups::vars
