// SPDX-License-Identifier: Apache-2.0
/// Tracked commands: who asked gets an id, and may ask for the outcome for a while.
#pragma once

#include "lib/base/clock.hpp"
#include "lib/base/random.hpp"
#include "lib/base/text.hpp"
#include "lib/proto/driver_line.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace ups::upsd {

/// Which driver connection must answer: a number per connection, never used again.
using LinkNumber = std::uint64_t;

enum class TrackingState : std::uint8_t { pending, success, unknown, invalid, failed };

class Tracking {
  public:
    /// Entries kept at most; the oldest one makes room.
    static constexpr std::size_t kMost = 65536;

    /// Both outlive the object.
    Tracking(const Clock& clock, Random& random) : clock_(clock), random_(random) {}

    /// How long outcomes are kept, for entries that exist too.
    void set_delay(Duration delay) { delay_ = delay; }
    /// A new id, 36 characters, for a command that goes out on connection `link`. The view lasts
    /// until the next call of a function that is not const.
    std::string_view begin(LinkNumber link);
    /// The driver's answer. Ignored if the id is unknown, was given to another connection, or has
    /// an outcome already; true if it was not.
    bool finish(std::string_view id, LinkNumber link, proto::TrackingCode code);
    /// The command never left.
    void forget(std::string_view id);
    /// A driver connection begins; commands may be tracked on it.
    [[nodiscard]] LinkNumber open_link();
    /// It ended: all that it still owes has failed.
    void close_link(LinkNumber link);
    /// The outcome; `unknown` for ids that were never given or have expired. In either case of letters.
    [[nodiscard]] TrackingState state(std::string_view id);
    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

  private:
    struct Entry {
        LinkNumber link;
        TrackingState state;
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view id) const noexcept { return ihash(id); }
    };
    struct Equal {
        using is_transparent = void;
        bool operator()(std::string_view a, std::string_view b) const noexcept {
            return iequals(a, b);
        }
    };
    struct Birth {
        Instant when;
        std::string id;
    };

    void expire();

    const Clock& clock_;
    Random& random_;
    Duration delay_ = std::chrono::hours(1);
    std::unordered_map<std::string, Entry, Hash, Equal> entries_;
    std::deque<Birth> births_;  // oldest first
    std::unordered_set<LinkNumber> open_links_;
    LinkNumber last_link_ = 0;
};

}  // namespace ups::upsd
