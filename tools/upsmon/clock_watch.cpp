// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/clock_watch.hpp"

#include <ctime>
#include <sys/timerfd.h>
#include <unistd.h>

namespace ups::upsmon {
namespace {

std::chrono::nanoseconds read_clock(clockid_t clock) {
    timespec time{};
    ::clock_gettime(clock, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

Clocks read_clocks() {
    return {read_clock(CLOCK_MONOTONIC), read_clock(CLOCK_BOOTTIME), read_clock(CLOCK_REALTIME)};
}

}  // namespace

ClockEvent compare(const Clocks& before, const Clocks& now) {
    const auto awake = now.monotonic - before.monotonic;
    const auto passed = now.boot - before.boot;
    if (passed - awake >= kLeastSleep) return {ClockNews::slept, passed - awake};
    if (awake >= kBeat + kLeastStop) return {ClockNews::stopped, awake - kBeat};
    const auto shift = (now.wall - before.wall) - passed;
    const bool is_jump = shift >= kLeastJump || shift <= -kLeastJump;
    return {is_jump ? ClockNews::jumped : ClockNews::nothing, {}};
}

ClockWatch::ClockWatch(Loop& loop, Callback callback)
    : callback_(std::move(callback)),
      timer_(::timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC)), last_(read_clocks()),
      beat_(loop, [this] {
          beat_.start(kBeat);
          callback_();
      }) {
    beat_.start(kBeat);
    if (!timer_) return;
    arm();
    watch_ = std::make_unique<IoWatch>(loop, timer_.get(), Interest::read, [this](Interest) {
        std::uint64_t count = 0;
        (void)!::read(timer_.get(), &count, sizeof count);  // ECANCELED is what it is for
        arm();
        callback_();
    });
}

void ClockWatch::arm() {
    // So far away that only a set clock ends it.
    itimerspec when{};
    when.it_value.tv_sec =
        static_cast<time_t>(std::chrono::duration_cast<std::chrono::seconds>(
                                read_clock(CLOCK_REALTIME) + std::chrono::years(10))
                                .count());
    ::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &when, nullptr);
}

ClockEvent ClockWatch::look() {
    const Clocks now = read_clocks();
    const ClockEvent found = compare(last_, now);
    last_ = now;
    return found;
}

}  // namespace ups::upsmon
