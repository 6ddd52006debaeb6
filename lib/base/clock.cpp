// SPDX-License-Identifier: Apache-2.0
#include "lib/base/clock.hpp"

#include <ctime>

namespace ups {

Instant SystemClock::recently() const {
    // The kernel's reading at its last tick, of the clock that steady_clock reads.
    timespec at{};
    ::clock_gettime(CLOCK_MONOTONIC_COARSE, &at);
    return Instant(std::chrono::seconds(at.tv_sec) + std::chrono::nanoseconds(at.tv_nsec));
}

}  // namespace ups
