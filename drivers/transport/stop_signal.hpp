// SPDX-License-Identifier: Apache-2.0
/// Ends the waits of another thread.
#pragma once

#include "lib/base/clock.hpp"
#include "lib/base/fd.hpp"

#include <atomic>
#include <cstdint>

namespace ups::transport {

enum class WaitEnd : std::uint8_t { ready, timeout, stopping, failed };

/// Raised once, by any thread; seen by all who wait. Neither copied nor moved.
class StopSignal {
  public:
    /// Without descriptors left it works all the same, but waits end only at their deadline.
    StopSignal();
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;

    void raise() noexcept;
    [[nodiscard]] bool is_raised() const noexcept {
        return raised_.load(std::memory_order_acquire);
    }

    /// Waits until `fd` has one of the poll(2) `events` (fd -1: for time only), the deadline passes on
    /// `clock`, or the signal is raised. `failed`: poll itself failed.
    [[nodiscard]] WaitEnd wait(int fd, short events, Instant deadline, const Clock& clock) const;

  private:
    Fd event_;
    std::atomic<bool> raised_ = false;
};

}  // namespace ups::transport
