// SPDX-License-Identifier: Apache-2.0
/// Notices time in which this process did not live: the machine slept, the process was stopped (a frozen
/// container, a paused virtual machine, a debugger), or the wall clock was set.
///
/// The kernel ends a timer of the wall clock early when that clock is set, and on waking from sleep
/// (timerfd_create(2), TFD_TIMER_CANCEL_ON_SET). What it was tells the comparison of three clocks: one
/// stands still during sleep (CLOCK_MONOTONIC), one does not (CLOCK_BOOTTIME), and one may be set. A beat
/// that comes late tells that the process was stopped.
///
/// Whoever takes decisions looks first: timers and bytes from before may be worked off before the beat.
/// Sleep is noticed here when it is over; that it is near, and how to delay it, is the business of
/// sleep/watcher.cpp.
#pragma once

#include "lib/base/fd.hpp"
#include "lib/event/loop.hpp"

#include <cstdint>
#include <functional>
#include <memory>

namespace ups::upsmon {

/// The three clocks at one moment.
struct Clocks {
    std::chrono::nanoseconds monotonic{};
    std::chrono::nanoseconds boot{};
    std::chrono::nanoseconds wall{};
};

/// The clocks are looked at so often at least.
inline constexpr std::chrono::seconds kBeat{1};
/// Steps that are smaller are no news: clocks are kept right all the time, and machines are busy.
inline constexpr std::chrono::seconds kLeastSleep{2};
inline constexpr std::chrono::seconds kLeastJump{30};
inline constexpr std::chrono::seconds kLeastStop{1};

enum class ClockNews : std::uint8_t { nothing, slept, stopped, jumped };
struct ClockEvent {
    ClockNews news = ClockNews::nothing;
    Duration length{};  ///< of the sleep or the stop
    bool operator==(const ClockEvent&) const = default;
};
/// What happened between two moments that are a beat apart or less.
[[nodiscard]] ClockEvent compare(const Clocks& before, const Clocks& now);

class ClockWatch {
  public:
    using Callback = std::move_only_function<void()>;
    /// `callback`: it is time to `look`. Where the kernel does not offer the timer, sleep and jumps are
    /// noticed a beat later.
    ClockWatch(Loop& loop, Callback callback);
    ClockWatch(const ClockWatch&) = delete;
    ClockWatch& operator=(const ClockWatch&) = delete;

    /// What happened since the last call.
    [[nodiscard]] ClockEvent look();

  private:
    void arm();

    Callback callback_;
    Fd timer_;
    Clocks last_;
    std::unique_ptr<IoWatch> watch_;
    Timer beat_;
};

}  // namespace ups::upsmon
