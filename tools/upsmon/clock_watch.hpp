// SPDX-License-Identifier: Apache-2.0
/// Notices that the machine slept, or that its wall clock was set.
///
/// The kernel ends a timer of the wall clock early when that clock is set, and on waking from sleep
/// (timerfd_create(2), TFD_TIMER_CANCEL_ON_SET). What it was tells the comparison of three clocks: one
/// stands still during sleep (CLOCK_MONOTONIC), one does not (CLOCK_BOOTTIME), and one may be set.
///
/// Sleep is noticed when it is over. To hear of it before, and to delay it, takes an inhibitor lock of
/// systemd-logind over D-Bus, which is no dependency here: whoever adds it feeds `SuspendStarting`.
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

enum class ClockNews : std::uint8_t { nothing, slept, jumped };
/// What happened between two moments.
[[nodiscard]] ClockNews compare(const Clocks& before, const Clocks& now);
/// Steps that are smaller are no news: clocks are kept right all the time.
inline constexpr std::chrono::seconds kLeastSleep{2};
inline constexpr std::chrono::seconds kLeastJump{30};

class ClockWatch {
  public:
    using Callback = std::move_only_function<void(ClockNews news)>;
    /// `callback` is called for sleep and jumps. Where the kernel does not offer the timer it is silent.
    ClockWatch(Loop& loop, Callback callback);
    ClockWatch(const ClockWatch&) = delete;
    ClockWatch& operator=(const ClockWatch&) = delete;

  private:
    void arm();
    void on_timer();

    Callback callback_;
    Fd timer_;
    Clocks last_;
    std::unique_ptr<IoWatch> watch_;
};

}  // namespace ups::upsmon
