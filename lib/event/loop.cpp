// SPDX-License-Identifier: Apache-2.0
#include "lib/event/loop.hpp"

#include "lib/base/assert.hpp"

#include <algorithm>
#include <event2/event.h>

namespace ups {
namespace {

timeval to_timeval(Duration delay) {
    using namespace std::chrono;
    const auto us = std::max(ceil<microseconds>(delay), microseconds(0));
    const auto whole = floor<seconds>(us);
    return {static_cast<time_t>(whole.count()), static_cast<suseconds_t>((us - whole).count())};
}

short to_events(Interest interest) {
    short events = EV_PERSIST;
    if (interest == Interest::read || interest == Interest::both) events |= EV_READ;
    if (interest == Interest::write || interest == Interest::both) events |= EV_WRITE;
    return events;
}

event_base* make_base() {
    // No timer per event: the loop's own clock reading is precise enough, and the cached time of
    // libevent is not used for decisions.
    event_config* config = event_config_new();
    UPS_ASSERT(config != nullptr);
    event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
    event_config_set_flag(config, EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST);
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

Loop::Loop(const Clock& clock) : clock_(clock), base_(make_base()), scratch_(kScratch) {
    deferred_event_.reset(event_new(
        base_.get(), -1, 0,
        [](int, short, void* self) { static_cast<Loop*>(self)->run_deferred(); }, this));
    UPS_ASSERT(deferred_event_ != nullptr);
}

Loop::~Loop() = default;

void Loop::run() {
    stopped_ = false;
    event_base_loop(base_.get(), EVLOOP_NO_EXIT_ON_EMPTY);
}

void Loop::run_once() {
    event_base_loop(base_.get(), EVLOOP_NONBLOCK);
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
    const bool read = (what & EV_READ) != 0;
    const bool write = (what & EV_WRITE) != 0;
    const Interest ready = read && write ? Interest::both : read ? Interest::read : Interest::write;
    static_cast<IoWatch*>(self)->callback_(ready);
}

Timer::Timer(Loop& loop, Callback callback)
    : callback_(std::move(callback)), loop_(loop),
      event_(event_new(loop.base(), -1, 0, &Timer::trampoline, this)) {
    UPS_ASSERT(event_ != nullptr);
}

Timer::~Timer() = default;

void Timer::start(Duration delay) {
    const timeval wait = to_timeval(delay);
    event_add(event_.get(), &wait);
    armed_ = true;
}

void Timer::start_at(Instant when) {
    start(when - loop_.now());
}

void Timer::stop() {
    event_del(event_.get());
    armed_ = false;
}

void Timer::trampoline(int, short, void* self) noexcept {
    auto& timer = *static_cast<Timer*>(self);
    timer.armed_ = false;
    timer.callback_();
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
