// SPDX-License-Identifier: Apache-2.0
/// Time as an interface. Decisions use `Instant` (monotonic); `WallTime` is for display and logs
/// only.
#pragma once

#include <chrono>

namespace ups {

using Instant = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::system_clock::time_point;
using Duration = std::chrono::steady_clock::duration;

class Clock {
  public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Instant now() const = 0;
    /// As `now`, but up to some milliseconds behind it, and cheaper: for what counts in seconds and is asked
    /// for on each request.
    [[nodiscard]] virtual Instant recently() const { return now(); }
    [[nodiscard]] virtual WallTime wall() const = 0;
};

/// The machine's clocks.
class SystemClock final : public Clock {
  public:
    [[nodiscard]] Instant now() const override { return std::chrono::steady_clock::now(); }
    [[nodiscard]] Instant recently() const override;
    [[nodiscard]] WallTime wall() const override { return std::chrono::system_clock::now(); }
};

/// A clock that stands still until told otherwise. Library code, used by tests and replays.
class FakeClock final : public Clock {
  public:
    [[nodiscard]] Instant now() const override { return now_; }
    [[nodiscard]] WallTime wall() const override { return wall_; }
    /// Lets `by` pass on both clocks.
    void advance(Duration by) {
        now_ += by;
        wall_ += std::chrono::duration_cast<WallTime::duration>(by);
    }
    /// Makes the wall clock jump; the monotonic one goes on.
    void jump_wall(Duration by) { wall_ += std::chrono::duration_cast<WallTime::duration>(by); }

  private:
    Instant now_{std::chrono::hours(1)};
    WallTime wall_{std::chrono::seconds(1'700'000'000)};
};

}  // namespace ups
