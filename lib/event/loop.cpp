// SPDX-License-Identifier: Apache-2.0
#include "lib/event/loop.hpp"

#include "lib/base/assert.hpp"

#include <algorithm>
#include <event2/event.h>
#include <sys/timerfd.h>
#include <utility>

namespace ups {
namespace {

/// No timer waits longer; so that no sum of times overflows.
constexpr Duration kLongestWait = std::chrono::years(10);

/// Timers run on the machine's clock, whatever clock decides elsewhere: it is what the kernel waits by.
Instant kernel_now() {
    return SystemClock().now();
}

timespec to_timespec(Instant when) {
    using namespace std::chrono;
    const auto ns = duration_cast<nanoseconds>(when.time_since_epoch());
    const auto whole = floor<seconds>(ns);
    return {static_cast<time_t>(whole.count()), static_cast<long>((ns - whole).count())};
}

short to_events(Interest interest) {
    short events = EV_PERSIST;
    if (interest == Interest::read || interest == Interest::both) events |= EV_READ;
    if (interest == Interest::write || interest == Interest::both) events |= EV_WRITE;
    return events;
}

/// Wakes at `when`, or never if that is 0.
void set_timer(int fd, timespec when) {
    const itimerspec setting{.it_interval = {}, .it_value = when};
    const int set = ::timerfd_settime(fd, TFD_TIMER_ABSTIME, &setting, nullptr);
    UPS_ASSERT(set == 0);
}

event_base* make_base() {
    // Without timers of its own libevent needs no time, and so no look at the clock in each turn.
    event_config* config = event_config_new();
    UPS_ASSERT(config != nullptr);
    event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
    event_config_set_flag(config, EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST);
    event_config_set_flag(config, EVENT_BASE_FLAG_NO_CACHE_TIME);
    event_base* base = event_base_new_with_config(config);
    event_config_free(config);
    UPS_ASSERT(base != nullptr);
    return base;
}

}  // namespace

void EventFree::operator()(event* handle) const noexcept {
    event_free(handle);
}
void EventBaseFree::operator()(event_base* base) const noexcept {
    event_base_free(base);
}

Loop::Loop(const Clock& clock)
    : clock_(clock), base_(make_base()),
      timer_fd_(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)), scratch_(kScratch) {
    UPS_ASSERT(timer_fd_);
    timer_watch_ = std::make_unique<IoWatch>(*this, timer_fd_.get(), Interest::read,
                                             [this](Interest) { fire_due(); });
    deferred_event_.reset(event_new(
        base_.get(), -1, 0,
        [](int, short, void* self) { static_cast<Loop*>(self)->run_deferred(); }, this));
    due_event_.reset(event_new(
        base_.get(), -1, 0, [](int, short, void* self) { static_cast<Loop*>(self)->fire_due(); },
        this));
    UPS_ASSERT(deferred_event_ != nullptr && due_event_ != nullptr);
}

Loop::~Loop() = default;

void Loop::run() {
    stopped_ = false;
    event_base_loop(base_.get(), EVLOOP_NO_EXIT_ON_EMPTY);
}

void Loop::run_once() {
    event_base_loop(base_.get(), EVLOOP_NONBLOCK);
    // The kernel tells a moment later of what is due by now.
    fire_due();
}

bool Loop::run_for(Duration limit) {
    stopped_ = false;
    bool expired = false;
    Timer timer(*this, [this, &expired] {
        expired = true;
        event_base_loopbreak(base_.get());
    });
    timer.start(limit);
    event_base_loop(base_.get(), EVLOOP_NO_EXIT_ON_EMPTY);
    return !expired || stopped_;
}

void Loop::stop() {
    stopped_ = true;
    event_base_loopbreak(base_.get());
}

void Loop::defer(std::move_only_function<void()> task) {
    if (deferred_.empty()) event_active(deferred_event_.get(), EV_TIMEOUT, 1);
    deferred_.push_back(std::move(task));
}

void Loop::run_deferred() {
    auto tasks = std::exchange(deferred_, {});
    for (auto& task : tasks)
        task();
}

void Loop::fire_due() {
    const Instant now = kernel_now();
    firing_ = now;
    while (!timers_.empty() && timers_.begin()->first <= now && !event_base_got_break(base_.get()))
        timers_.begin()->second->fire();
    firing_ = Instant::min();
    if (wakes_ <= now) {
        // The descriptor is readable until it is set anew.
        wakes_ = Instant::max();
        if (timers_.empty()) set_timer(timer_fd_.get(), {});
    }
    wake_for_timers();
}

/// Fires what is due once the running callback, and those that are ready with it, have returned.
void Loop::fire_soon() {
    event_active(due_event_.get(), EV_TIMEOUT, 1);
}

/// Sees to it that the kernel wakes the loop for the first timer.
void Loop::wake_for_timers() {
    if (timers_.empty() || timers_.begin()->first >= wakes_) return;
    wakes_ = timers_.begin()->first;
    set_timer(timer_fd_.get(), to_timespec(wakes_));
}

IoWatch::IoWatch(Loop& loop, int fd, Interest interest, Callback callback)
    : callback_(std::move(callback)),
      event_(event_new(loop.base(), fd, to_events(interest), &IoWatch::trampoline, this)),
      loop_(loop) {
    UPS_ASSERT(event_ != nullptr);
    if (interest != Interest::none) {
        event_add(event_.get(), nullptr);
        interest_ = interest;
    }
}

IoWatch::~IoWatch() = default;

void IoWatch::want(Interest interest) {
    if (interest == interest_) return;
    if (interest_ != Interest::none) event_del(event_.get());
    interest_ = interest;
    if (interest == Interest::none) return;
    event_assign(event_.get(), loop_.base(), event_get_fd(event_.get()), to_events(interest),
                 &IoWatch::trampoline, this);
    event_add(event_.get(), nullptr);
}

void IoWatch::trampoline(int, short what, void* self) noexcept {
    static_assert(EV_READ == 2 * static_cast<int>(Interest::read) &&
                  EV_WRITE == 2 * static_cast<int>(Interest::write));
    const auto ready = static_cast<Interest>((what & (EV_READ | EV_WRITE)) / 2);
    static_cast<IoWatch*>(self)->callback_(ready);
}

Timer::Timer(Loop& loop, Callback callback) : callback_(std::move(callback)), loop_(loop) {}

Timer::~Timer() {
    stop();
}

void Timer::start(Duration delay) {
    stop();
    Instant when = kernel_now() + std::clamp(delay, Duration(0), kLongestWait);
    // A timer that starts itself again waits for the next turn.
    when = std::max(when, loop_.firing_ + Duration(1));
    if (memory_) {
        memory_.key() = when;
        place_ = loop_.timers_.insert(std::move(memory_));
    } else {
        place_ = loop_.timers_.emplace(when, this);
    }
    armed_ = true;
    // While timers fire, the loop does this once for all. It turns before those fire that start then.
    if (loop_.firing_ != Instant::min()) return;
    if (delay <= Duration(0))
        loop_.fire_soon();
    else
        loop_.wake_for_timers();
}

void Timer::start_at(Instant when) {
    start(when - loop_.now());
}

void Timer::stop() {
    // The kernel's timer stays: it wakes the loop once for nothing, at most.
    if (armed_) memory_ = loop_.timers_.extract(place_);
    armed_ = false;
}

void Timer::fire() {
    stop();
    callback_();
}

SignalWatch::SignalWatch(Loop& loop, int signal_number, Callback callback)
    : callback_(std::move(callback)),
      event_(evsignal_new(loop.base(), signal_number, &SignalWatch::trampoline, this)) {
    UPS_ASSERT(event_ != nullptr);
    evsignal_add(event_.get(), nullptr);
}

SignalWatch::~SignalWatch() = default;

void SignalWatch::trampoline(int, short, void* self) noexcept {
    static_cast<SignalWatch*>(self)->callback_();
}

}  // namespace ups
