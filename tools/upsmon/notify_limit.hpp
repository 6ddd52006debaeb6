// SPDX-License-Identifier: Apache-2.0
/// NOTIFYLIMIT: so many messages in so much time; the others are counted and told together. Pure: the
/// caller has the clock and sends.
#pragma once

#include "lib/base/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ups::upsmon {

class NotifyLimit {
  public:
    /// How many messages wait to be told together.
    struct Held {
        std::string key;
        std::uint64_t count = 0;
    };
    /// Keys that are kept; what belongs to more is not limited.
    static constexpr std::size_t kMaxKeys = 1024;

    /// At most `most` (1 or more) in any `time`, for each key by itself.
    void set(unsigned most, Duration time);
    /// Whether a message may go now. If not, it is counted as held; the caller keeps the last of each key.
    [[nodiscard]] bool take(std::string_view key, Instant now);
    /// When `on_time` has something to give.
    [[nodiscard]] std::optional<Instant> deadline() const;
    /// What is held and may go now, as one message for each key. It counts as sent.
    [[nodiscard]] std::vector<Held> on_time(Instant now);
    /// Everything that is held, whatever the limit.
    [[nodiscard]] std::vector<Held> release();

  private:
    struct Window {
        std::deque<Instant> sent;  ///< not older than `time_`; at most `most_`
        std::uint64_t count = 0;   ///< held
    };
    void forget_old(Window& window, Instant now) const;
    void forget_idle(Instant now);

    unsigned most_ = 20;
    Duration time_ = std::chrono::seconds(60);
    std::map<std::string, Window, std::less<>> windows_;
};

}  // namespace ups::upsmon
