// SPDX-License-Identifier: Apache-2.0
#include "lib/vars/change_log.hpp"

#include "lib/base/text.hpp"

#include <algorithm>

namespace ups::vars {

void ChangeLog::changed(std::uint16_t id) {
    if (id >= links_.size()) links_.resize(std::size_t{id} + 1);
    unlink(id);
    Link& link = links_[id];
    link = Link{.number = ++last_, .newer = kNone, .older = newest_};
    if (newest_ != kNone) links_[newest_].newer = id;
    newest_ = id;
}

void ChangeLog::removed(std::uint16_t id, std::string_view name) {
    if (id < links_.size()) unlink(id);
    gone_.push_back({++last_, std::string(name)});
    if (gone_.size() > kMaxGone) {
        floor_ = gone_.front().number;
        gone_.pop_front();
    }
}

// A driver that comes again says all its names again, in about the order of their removal.
void ChangeLog::came_back(std::string_view name) {
    const auto found =
        std::ranges::find_if(gone_, [name](const Gone& gone) { return iequals(gone.name, name); });
    if (found != gone_.end()) gone_.erase(found);
}

std::size_t ChangeLog::memory() const noexcept {
    std::size_t bytes = links_.capacity() * sizeof(Link) + gone_.size() * sizeof(Gone);
    for (const Gone& gone : gone_)
        if (gone.name.capacity() > std::string().capacity()) bytes += gone.name.capacity() + 1;
    return bytes;
}

void ChangeLog::unlink(std::uint16_t id) {
    Link& link = links_[id];
    if (link.number == 0) return;
    if (link.newer != kNone)
        links_[link.newer].older = link.older;
    else
        newest_ = link.older;
    if (link.older != kNone) links_[link.older].newer = link.newer;
    link = Link{};
}

}  // namespace ups::vars
