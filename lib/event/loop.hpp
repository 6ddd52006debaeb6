// SPDX-License-Identifier: Apache-2.0
/// One loop, one thread. Everything a program waits for is registered here; who registers owns the
/// handle, and dropping the handle cancels it.
///
/// Callbacks run from C frames, so they must not throw. A callback may destroy its own handle.
#pragma once

#include "lib/base/clock.hpp"
#include "lib/base/fd.hpp"
#include "lib/base/result.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

struct event;
struct event_base;

namespace ups {

struct EventFree {
    void operator()(event* handle) const noexcept;
};
struct EventBaseFree {
    void operator()(event_base* base) const noexcept;
};
using EventPtr = std::unique_ptr<event, EventFree>;

class IoWatch;
class Timer;

class Loop {
  public:
    /// `clock` outlives the loop.
    explicit Loop(const Clock& clock);
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    /// Runs until `stop()`.
    void run();
    /// Runs what is ready now, without waiting. For tests and for programs that own another loop.
    void run_once();
    /// Runs until `stop()` or until `limit` has passed; tells whether it was stopped.
    bool run_for(Duration limit);
    void stop();
    /// Calls `task` after the running callback has returned, before the loop sleeps again.
    void defer(std::move_only_function<void()> task);

    [[nodiscard]] const Clock& clock() const noexcept { return clock_; }
    [[nodiscard]] Instant now() const { return clock_.now(); }
    [[nodiscard]] event_base* base() noexcept { return base_.get(); }
    /// A read buffer that all callbacks of this loop share; its content ends with the callback.
    [[nodiscard]] std::span<char> scratch() noexcept { return scratch_; }
    /// An output buffer with the same life: replies are collected here and written once. A user
    /// must leave it empty.
    [[nodiscard]] std::string& output() noexcept { return output_; }

    static constexpr std::size_t kScratch = std::size_t{64} * 1024;

  private:
    friend class Timer;
    using Timers = std::multimap<Instant, Timer*>;  // by when they are due, on the machine's clock

    void run_deferred();
    void fire_due();
    void fire_soon();
    void wake_for_timers();

    const Clock& clock_;
    std::unique_ptr<event_base, EventBaseFree> base_;
    EventPtr deferred_event_;
    EventPtr due_event_;  // for timers without a delay: they need not wait for the kernel
    Timers timers_;
    Fd timer_fd_;                      // the kernel's one timer for all of them
    Instant wakes_ = Instant::max();   // when that one is set to; not after the first of `timers_`
    Instant firing_ = Instant::min();  // what is due by then fires in this turn
    std::unique_ptr<IoWatch> timer_watch_;
    std::vector<std::move_only_function<void()>> deferred_;
    std::vector<char> scratch_;
    std::string output_;
    bool stopped_ = false;
};

enum class Interest : std::uint8_t { none = 0, read = 1, write = 2, both = 3 };

/// Watches one descriptor (not owned), level-triggered, until dropped.
class IoWatch {
  public:
    /// Told what the descriptor is ready for: `read`, `write` or `both`.
    using Callback = std::move_only_function<void(Interest ready)>;
    IoWatch(Loop& loop, int fd, Interest interest, Callback callback);
    ~IoWatch();
    IoWatch(const IoWatch&) = delete;
    IoWatch& operator=(const IoWatch&) = delete;

    /// Changes what is watched for. Cheap if nothing changes.
    void want(Interest interest);
    [[nodiscard]] Interest interest() const noexcept { return interest_; }

  private:
    static void trampoline(int fd, short what, void* self) noexcept;

    Callback callback_;
    EventPtr event_;
    Loop& loop_;
    Interest interest_ = Interest::none;
};

/// A one-shot timer. `start` again to repeat.
class Timer {
  public:
    using Callback = std::move_only_function<void()>;
    Timer(Loop& loop, Callback callback);
    ~Timer();
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    /// Fires once after `delay` (at least at the next turn of the loop); replaces an earlier start.
    void start(Duration delay);
    /// Fires once at `when` on the loop's clock.
    void start_at(Instant when);
    void stop();
    [[nodiscard]] bool armed() const noexcept { return armed_; }

  private:
    friend class Loop;
    void fire();

    Callback callback_;
    Loop& loop_;
    Loop::Timers::iterator place_;    // while armed
    Loop::Timers::node_type memory_;  // for the place, while not
    bool armed_ = false;
};

/// Calls back on the loop when a signal arrives.
class SignalWatch {
  public:
    using Callback = std::move_only_function<void()>;
    SignalWatch(Loop& loop, int signal_number, Callback callback);
    ~SignalWatch();
    SignalWatch(const SignalWatch&) = delete;
    SignalWatch& operator=(const SignalWatch&) = delete;

  private:
    static void trampoline(int fd, short what, void* self) noexcept;

    Callback callback_;
    EventPtr event_;
};

}  // namespace ups
