// SPDX-License-Identifier: Apache-2.0
/// When a program that ended is started again.
#pragma once

#include "lib/base/clock.hpp"

#include <cstdint>

namespace ups::upsdrvctl {

struct RestartLimits {
    Duration first = std::chrono::seconds(1);     ///< pause after the first end
    Duration longest = std::chrono::seconds(60);  ///< the pause doubles up to here
    Duration settled = std::chrono::seconds(60);  ///< a run this long makes the next pause `first`
};

/// A value; takes times, starts nothing.
class RestartPolicy {
  public:
    explicit RestartPolicy(RestartLimits limits = {}) : limits_(limits), pause_(limits.first) {}
    void started(Instant now) noexcept { start_ = now; }
    /// The program ended: how long to wait before it is started again.
    [[nodiscard]] Duration ended(Instant now) noexcept;
    /// Failures in a row without a settled run between them.
    [[nodiscard]] unsigned failures() const noexcept { return failures_; }

  private:
    RestartLimits limits_;
    Duration pause_;
    Instant start_{};
    unsigned failures_ = 0;
};

}  // namespace ups::upsdrvctl
