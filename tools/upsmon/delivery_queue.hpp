// SPDX-License-Identifier: Apache-2.0
/// When each delivery of a notification is tried, and how often: NOTIFYRETRY. Pure: the caller has the
/// clock, does the work and says how it went.
///
///     add -> waiting -> next -> running -> ended: done
///               ^                            |--- failed, tries left: waits, twice as long each time
///               `----------------------------'
///                                             `-- failed, none left: given up
#pragma once

#include "lib/base/clock.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

namespace ups::upsmon {

/// How a notification leaves this host.
enum class Way : std::uint8_t { wall, exec, mail, webhook };
inline constexpr std::size_t kWays = 4;

class DeliveryQueue {
  public:
    using Id = std::uint64_t;
    enum class Urgency : std::uint8_t { usual, urgent };
    enum class Outcome : std::uint8_t {
        delivered,
        failed,
        refused
    };  ///< refused: no use in trying again
    enum class Fate : std::uint8_t { done, waits, given_up };

    static constexpr std::size_t kMaxWaiting = 512;
    /// Tries that run at once, by way: each has its share, so that a slow one holds up nobody else.
    static constexpr std::array<std::size_t, kWays> kMaxRunning{2, 8, 3, 3};
    static constexpr std::chrono::hours kLongestPause{1};

    /// NOTIFYRETRY: tries (1 or more) of mail and posts, and the pause behind the first failure. What
    /// waits already keeps its pause.
    void set_retry(unsigned tries, Duration pause);
    struct Added {
        Id id = 0;                  ///< 0: there is no room, and it is not taken
        std::optional<Id> dropped;  ///< given up for it: the oldest that is not urgent
    };
    [[nodiscard]] Added add(Way way, Urgency urgency, Instant now);
    /// The next one to try now, which runs from here on; oldest first. Call until there is none.
    [[nodiscard]] std::optional<Id> next(Instant now);
    /// How a try went. Unless the fate is `waits`, `id` is forgotten. `Fate::done` for an unknown one.
    [[nodiscard]] Fate ended(Id id, Outcome outcome, Instant now);
    /// When `next` may have something that it has not now, if nothing ends before.
    [[nodiscard]] std::optional<Instant> deadline(Instant now) const;
    /// The last chance: what waits for its next try is tried once more, now, and then no more.
    void finish(Instant now);
    [[nodiscard]] bool is_empty() const noexcept { return entries_.empty(); }
    /// Tries so far, with the one that runs.
    [[nodiscard]] unsigned tries(Id id) const;

  private:
    struct Entry {
        Way way = Way::wall;
        Urgency urgency = Urgency::usual;
        bool is_running = false;
        unsigned tries = 0;
        Instant due{};
        Duration pause{};  ///< behind the next failure
    };
    [[nodiscard]] bool has_room(Way way) const {
        return running_[static_cast<std::size_t>(way)] < kMaxRunning[static_cast<std::size_t>(way)];
    }
    [[nodiscard]] std::optional<Id> drop_oldest();

    unsigned tries_ = 5;
    Duration pause_ = std::chrono::seconds(10);
    bool is_finishing_ = false;
    Id last_ = 0;
    std::array<std::size_t, kWays> running_{};
    std::map<Id, Entry> entries_;  ///< oldest first
};

}  // namespace ups::upsmon
