// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/guardian.hpp"

#include "tools/upsmon/power_flag.hpp"

#include <algorithm>
#include <cerrno>
#include <sys/socket.h>
#include <utility>

namespace ups::upsmon {

std::optional<Verb> verb_of(char byte) noexcept {
    for (const Verb verb : {Verb::write_flag, Verb::shut_down, Verb::remember, Verb::forget,
                            Verb::ready, Verb::recovered, Verb::alive})
        if (static_cast<char>(verb) == byte) return verb;
    return std::nullopt;
}

Duration life_sign_period(std::optional<Duration> watchdog_limit) noexcept {
    constexpr Duration kUsual = std::chrono::seconds(5);
    return watchdog_limit ? std::min(kUsual, *watchdog_limit / (2 * kSilentPeriods)) : kUsual;
}

ShutdownHands::ShutdownHands(Loop& loop, std::string command, std::string flag,
                             const Logger& logger)
    : command_(std::move(command)), flag_(std::move(flag)), logger_(logger), runner_(loop, logger) {
    if (flag_.empty()) return;
    needs_recovery_ = look_at_power_flag(flag_) == PowerFlag::set;
    const auto cleared = clear_power_flag(flag_);
    if (cleared) return;
    logger_.error("power_flag", "POWERDOWNFLAG is not used: " + cleared.error().text +
                                    "; the UPS will not be told to cut the power");
    if (cleared.error().code == ErrorCode::invalid) flag_.clear();
}

void ShutdownHands::write_flag() {
    if (flag_.empty()) return;
    if (const auto written = set_power_flag(flag_); !written)
        logger_.error("power_flag",
                      "POWERDOWNFLAG cannot be written, so the UPS will not be told to "
                      "cut the power: " +
                          written.error().text);
    else
        logger_.info("power_flag", "POWERDOWNFLAG is written", {{"file", flag_}});
}

void ShutdownHands::shut_down() {
    if (is_given_) return;
    is_given_ = true;
    if (command_.empty())
        return logger_.error("shutdown", "there is no SHUTDOWNCMD: this host stays up");
    logger_.warning("shutdown", "SHUTDOWNCMD is run now");
    runner_.run({"SHUTDOWNCMD", {"/bin/sh", "-c", command_}, {}, {}, std::nullopt},
                [this](int status) {
                    if (status != 0)
                        logger_.error("shutdown", "SHUTDOWNCMD failed: this host may stay up");
                });
}

ParentLine::ParentLine(Loop& loop, Fd channel, std::move_only_function<void()> on_death)
    : channel_(std::move(channel)), on_death_(std::move(on_death)),
      watch_(std::make_unique<IoWatch>(loop, channel_.get(), Interest::read,
                                       [this](Interest ready) { on_ready(ready); })) {}

bool ParentLine::try_to_send(Verb verb) {
    const char byte = static_cast<char>(verb);
    // Where nobody listens any more there is nothing else to do: its death was told.
    return ::send(channel_.get(), &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT) == 1 || errno != EAGAIN;
}

void ParentLine::send(Verb verb) {
    if (waiting_.empty() && try_to_send(verb)) return;
    waiting_.push_back(verb);
    watch_->want(Interest::both);
}

void ParentLine::tell_alive() {
    if (waiting_.empty()) (void)try_to_send(Verb::alive);
}

void ParentLine::when_given(std::move_only_function<void()> task) {
    if (is_given_) return task();
    on_given_ = std::move(task);
}

void ParentLine::on_ready(Interest ready) {
    while (!waiting_.empty() && try_to_send(waiting_.front()))
        waiting_.pop_front();
    if (waiting_.empty()) watch_->want(Interest::read);
    if (ready == Interest::write) return;
    char byte = 0;
    const ssize_t got = ::recv(channel_.get(), &byte, 1, MSG_DONTWAIT);
    if (got > 0 && verb_of(byte) == Verb::shut_down) {
        is_given_ = true;
        if (auto task = std::exchange(on_given_, nullptr)) task();
        return;
    }
    if (got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR))) return;
    watch_->want(Interest::none);
    waiting_.clear();
    on_death_();
}

}  // namespace ups::upsmon
