// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/sleep/watcher.hpp"

#include <algorithm>
#include <cstdint>
#include <fcntl.h>
#include <limits>
#include <poll.h>

namespace ups::upsmon {
namespace {

constexpr const char* kService = "org.freedesktop.login1";
constexpr const char* kObject = "/org/freedesktop/login1";
constexpr const char* kInterface = "org.freedesktop.login1.Manager";

Interest interest_of(int events) {
    const bool reads = (events & POLLIN) != 0;
    const bool writes = (events & POLLOUT) != 0;
    if (reads && writes) return Interest::both;
    if (writes) return Interest::write;
    return reads ? Interest::read : Interest::none;
}

}  // namespace

SleepWatcher::SleepWatcher(Loop& loop, Tell tell)
    : loop_(loop), tell_(std::move(tell)), retry_(loop, [this] { connect(); }),
      turn_(loop, [this] { drive(); }), patience_(loop, [this] { release(); }) {
    connect();
}

SleepWatcher::~SleepWatcher() = default;

void SleepWatcher::connect() {
    sd_bus* bus = nullptr;
    if (sd_bus_open_system(&bus) >= 0) bus_.reset(bus);
    if (!bus_ || !ask()) return lose();
    watch();
}

bool SleepWatcher::ask() {
    sd_bus_slot* slot = nullptr;
    if (sd_bus_match_signal_async(bus_.get(), &slot, kService, kObject, kInterface,
                                  "PrepareForSleep", &SleepWatcher::on_prepare, nullptr, this) < 0)
        return false;
    signal_.reset(slot);
    take_lock();
    return true;
}

void SleepWatcher::lose() {
    watch_.reset();
    turn_.stop();
    signal_.reset();
    call_.reset();
    bus_.reset();
    release();
    if (pause_ == kFirstRetry) tell_(SleepWord::no_bus);
    retry_.start(pause_);
    pause_ = std::min(2 * pause_, kLastRetry);
}

void SleepWatcher::drive() {
    int done = 1;
    while (done > 0)
        done = sd_bus_process(bus_.get(), nullptr);
    if (done < 0) return lose();
    watch();
}

/// What the library waits for changes with every turn.
void SleepWatcher::watch() {
    const int fd = sd_bus_get_fd(bus_.get());
    const int events = sd_bus_get_events(bus_.get());
    std::uint64_t usec = 0;
    if (fd < 0 || events < 0 || sd_bus_get_timeout(bus_.get(), &usec) < 0) return lose();
    if (!watch_)
        watch_ =
            std::make_unique<IoWatch>(loop_, fd, Interest::read, [this](Interest) { drive(); });
    watch_->want(interest_of(events));
    if (usec == std::numeric_limits<std::uint64_t>::max()) return turn_.stop();
    turn_.start_at(Instant(std::chrono::microseconds(static_cast<std::int64_t>(usec))));
}

void SleepWatcher::take_lock() {
    sd_bus_slot* slot = nullptr;
    const int called = sd_bus_call_method_async(
        bus_.get(), &slot, kService, kObject, kInterface, "Inhibit", &SleepWatcher::on_lock, this,
        "ssss", "sleep", "upsmon", "UPSes are watched again at once after sleep", "delay");
    if (called >= 0) call_.reset(slot);
}

int SleepWatcher::on_lock(sd_bus_message* message, void* self, sd_bus_error* /*error*/) noexcept {
    auto& watcher = *static_cast<SleepWatcher*>(self);
    int fd = -1;
    if (sd_bus_message_is_method_error(message, nullptr) == 0 &&
        sd_bus_message_read_basic(message, SD_BUS_TYPE_UNIX_FD, &fd) > 0)
        watcher.lock_.reset(::fcntl(fd, F_DUPFD_CLOEXEC, 0));  // theirs ends with the message
    watcher.pause_ = kFirstRetry;
    watcher.tell_(watcher.lock_ ? SleepWord::held : SleepWord::refused);
    return 0;
}

int SleepWatcher::on_prepare(sd_bus_message* message, void* self,
                             sd_bus_error* /*error*/) noexcept {
    auto& watcher = *static_cast<SleepWatcher*>(self);
    int is_starting = 0;
    if (sd_bus_message_read_basic(message, SD_BUS_TYPE_BOOLEAN, &is_starting) <= 0) return 0;
    if (is_starting != 0) {
        watcher.patience_.start(kPatience);
        watcher.tell_(SleepWord::sleeping);
    } else {
        watcher.tell_(SleepWord::woke);
        watcher.take_lock();
    }
    return 0;
}

void SleepWatcher::release() {
    patience_.stop();
    lock_.reset();
}

}  // namespace ups::upsmon
