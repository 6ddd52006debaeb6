// SPDX-License-Identifier: Apache-2.0
#include "drivers/host/device_keeper.hpp"

#include "driverapi/upsdrv.h"
#include "lib/base/assert.hpp"

#include <algorithm>

namespace ups::host {
namespace {

// A device slower than its interval still leaves room for requests between two readings.
constexpr Duration kLeastPause = std::chrono::milliseconds(50);

std::string with_problem(std::int32_t code, const std::string& problem) {
    const std::string text(code_text(code));
    return problem.empty() ? text : text + " (" + problem + ")";
}

}  // namespace

std::string_view code_text(std::int32_t code) noexcept {
    switch (code) {
    case UPSDRV_OK:
        return "ok";
    case UPSDRV_E_UNKNOWN:
        return "unknown name";
    case UPSDRV_E_INVALID:
        return "invalid value";
    case UPSDRV_E_FAILED:
        return "the device refused or answered with garbage";
    case UPSDRV_E_TIMEOUT:
        return "the device did not answer in time";
    case UPSDRV_E_LOST:
        return "the link to the device is gone";
    case UPSDRV_E_FATAL:
        return "the plugin gave up";
    case UPSDRV_E_CONVERSION:
        return "the value could not be converted";
    case UPSDRV_E_UNSUPPORTED:
        return "not supported";
    case UPSDRV_E_STOPPING:
        return "stopping";
    case UPSDRV_E_LIMIT:
        return "a limit was exceeded";
    default:
        return "unknown result";
    }
}

DeviceKeeper::DeviceKeeper(const KeeperSettings& settings, const Clock& clock, const Logger& log)
    : settings_(settings), clock_(clock), log_(log), made_(clock.now()), next_at_(made_),
      slow_at_(made_) {}

std::optional<Task> DeviceKeeper::next() {
    const Instant now = clock_.now();
    if (busy_ || health_ == Health::ended) return std::nullopt;
    if (closing_) {
        busy_ = Task{TaskKind::close, 0, now + settings_.poll_timeout};
    } else if (now < next_at_) {
        return std::nullopt;
    } else if (!open_) {
        busy_ = Task{TaskKind::open, 0, now + settings_.open_timeout};
    } else {
        const bool slow = now >= slow_at_;
        const std::uint32_t groups = UPSDRV_POLL_FAST | (slow ? UPSDRV_POLL_SLOW : 0U);
        if (slow) slow_at_ = now + settings_.slow_interval;
        busy_ = Task{TaskKind::poll, groups, now + settings_.poll_timeout};
    }
    began_ = now;
    return busy_;
}

Task DeviceKeeper::begin_request() {
    UPS_ASSERT(may_request());
    began_ = clock_.now();
    busy_ = Task{TaskKind::request, 0, began_ + settings_.poll_timeout};
    return *busy_;
}

void DeviceKeeper::finished(std::int32_t code, std::optional<Instant> poll_at,
                            const std::string& problem) {
    UPS_ASSERT(busy_);
    const TaskKind kind = busy_->kind;
    busy_.reset();
    overrun_ = false;
    if (health_ == Health::ended || code == UPSDRV_E_STOPPING) return;
    switch (kind) {
    case TaskKind::open:
        return open_finished(code, problem);
    case TaskKind::poll:
        return poll_finished(code, poll_at, problem);
    case TaskKind::close:
        closing_ = false;
        open_ = false;
        back_off();
        return;
    case TaskKind::request:
        if (code == UPSDRV_E_LOST) return lose(with_problem(code, problem));
        if (code == UPSDRV_E_FATAL) return give_up(with_problem(code, problem));
        if (poll_at) next_at_ = std::min(next_at_, std::max(*poll_at, clock_.now()));
        return;
    }
}

void DeviceKeeper::open_finished(std::int32_t code, const std::string& problem) {
    if (code == UPSDRV_E_FATAL) return give_up(with_problem(code, problem));
    if (code != UPSDRV_OK) return open_failed(code, problem);
    open_ = true;
    ever_open_ = true;
    failures_ = 0;
    tries_ = 0;
    next_at_ = slow_at_ = clock_.now();
}

void DeviceKeeper::open_failed(std::int32_t code, const std::string& problem) {
    const Instant now = clock_.now();
    ++tries_;
    if (!ever_open_ && now - made_ + backoff_ > settings_.start_limit)
        return give_up(with_problem(code, problem));
    if (settings_.reconnect_max_tries >= 0 && tries_ > settings_.reconnect_max_tries)
        return give_up("no device after " + std::to_string(tries_) +
                       " tries: " + with_problem(code, problem));
    const auto every = settings_.reconnect_report_freq;
    if (tries_ == 1 || (every > 0 && tries_ % every == 0))
        log_.warning("device.open", with_problem(code, problem),
                     {{"tries", std::to_string(tries_)}});
    back_off();
}

void DeviceKeeper::back_off() {
    next_at_ = clock_.now() + backoff_;
    backoff_ = std::min(backoff_ * 2, kLastBackoff);
}

void DeviceKeeper::poll_finished(std::int32_t code, std::optional<Instant> poll_at,
                                 const std::string& problem) {
    const Instant now = clock_.now();
    started_ = true;
    next_at_ = std::max(began_ + settings_.poll_interval, now + kLeastPause);
    if (poll_at && *poll_at < next_at_) next_at_ = std::max(*poll_at, now);
    if (code >= UPSDRV_OK) {
        failures_ = 0;
        backoff_ = kFirstBackoff;
        return become_fresh();
    }
    if (code == UPSDRV_E_FATAL) return give_up(with_problem(code, problem));
    if (code == UPSDRV_E_LOST) return lose(with_problem(code, problem));
    become_stale(with_problem(code, problem));
    if (++failures_ >= kFailuresToReopen) lose("too many failed readings");
}

void DeviceKeeper::on_time() {
    const Instant now = clock_.now();
    if (health_ == Health::ended) return;
    if (!started_ && now >= made_ + settings_.max_start_delay)
        return give_up("the device was not read in time");
    if (!busy_ || overrun_ || now < busy_->deadline) return;
    overrun_ = true;
    become_stale("the plugin does not return: device frozen");
}

std::optional<Instant> DeviceKeeper::deadline() const {
    if (health_ == Health::ended) return std::nullopt;
    std::optional<Instant> due;
    if (!busy_)
        due = closing_ ? clock_.now() : next_at_;
    else if (!overrun_)
        due = busy_->deadline;
    if (started_) return due;
    const Instant last = made_ + settings_.max_start_delay;
    return due ? std::min(*due, last) : last;
}

std::string_view DeviceKeeper::state_word() const noexcept {
    if (health_ == Health::ended) return "cleanup.exit";
    if (!ever_open_) return "init.device";
    if (!started_) return "init.updateinfo";
    if (!open_ || closing_) return "reconnect.trying";
    return health_ == Health::stale ? "reconnect.updateinfo" : "quiet";
}

void DeviceKeeper::become_stale(std::string_view why) {
    if (health_ == Health::stale) return;
    health_ = Health::stale;
    log_.warning("device.stale", why);
}

void DeviceKeeper::become_fresh() {
    if (health_ == Health::fresh) return;
    if (health_ == Health::stale) log_.info("device.fresh", "the device answers again");
    health_ = Health::fresh;
}

void DeviceKeeper::lose(std::string_view why) {
    become_stale(why);
    closing_ = true;
    failures_ = 0;
}

void DeviceKeeper::give_up(std::string reason) {
    health_ = Health::ended;
    reason_ = std::move(reason);
}

}  // namespace ups::host
