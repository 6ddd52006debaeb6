// SPDX-License-Identifier: Apache-2.0
/// Hears from systemd-logind that this host is about to sleep, and delays that until upsmon has noted it.
///
///     Inhibit("sleep", ..., "delay") -> descriptor, held
///     PrepareForSleep(true)  -> `sleeping`; `known`, or kPatience -> descriptor closed
///     PrepareForSleep(false) -> `woke`; Inhibit again
///
/// org.freedesktop.login1(5). Shutdowns are not delayed: it is upsmon that shuts down.
#pragma once

#include "lib/base/fd.hpp"
#include "lib/event/loop.hpp"
#include "tools/upsmon/sleep/words.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <systemd/sd-bus.h>

namespace ups::upsmon {

struct BusFree {
    void operator()(sd_bus* bus) const noexcept { sd_bus_close_unref(bus); }
};
struct SlotFree {
    void operator()(sd_bus_slot* slot) const noexcept { sd_bus_slot_unref(slot); }
};
using BusPtr = std::unique_ptr<sd_bus, BusFree>;
using SlotPtr = std::unique_ptr<sd_bus_slot, SlotFree>;

class SleepWatcher {
  public:
    /// Less than logind waits (InhibitDelayMaxSec, five seconds).
    static constexpr std::chrono::seconds kPatience{2};
    /// Between attempts to reach the bus: at first, and at most.
    static constexpr std::chrono::seconds kFirstRetry{2};
    static constexpr std::chrono::seconds kLastRetry{300};

    using Tell = std::move_only_function<void(SleepWord word)>;
    /// Connects to the system bus, and again when that fails or the connection is lost.
    SleepWatcher(Loop& loop, Tell tell);
    ~SleepWatcher();
    SleepWatcher(const SleepWatcher&) = delete;
    SleepWatcher& operator=(const SleepWatcher&) = delete;

    /// The worker has noted that this host is about to sleep.
    void note_known() { release(); }

  private:
    static int on_prepare(sd_bus_message* message, void* self, sd_bus_error* error) noexcept;
    static int on_lock(sd_bus_message* message, void* self, sd_bus_error* error) noexcept;

    void connect();
    [[nodiscard]] bool ask();
    void lose();
    void drive();
    void watch();
    void take_lock();
    void release();

    Loop& loop_;
    Tell tell_;
    // Slots go before the bus.
    BusPtr bus_;
    SlotPtr signal_;
    SlotPtr call_;
    std::unique_ptr<IoWatch> watch_;
    Fd lock_;
    Timer retry_;
    Timer turn_;      ///< what the library wants to do by time
    Timer patience_;  ///< with a worker that does not answer
    std::chrono::seconds pause_ = kFirstRetry;
};

}  // namespace ups::upsmon
