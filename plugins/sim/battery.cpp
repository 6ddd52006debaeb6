// SPDX-License-Identifier: Apache-2.0
#include "battery.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ups::sim {
namespace {

constexpr double kSecondsPerHour = 3600;
constexpr double kEmptyWh = 1e-9;
/// Lead-acid, as shares of the nominal voltage: open circuit of an empty and of a full one, the charger's
/// float voltage, and the drop at a load that would empty it within an hour.
constexpr double kVoltsEmpty = 0.90;
constexpr double kVoltsFull = 1.07;
constexpr double kVoltsFloat = 1.13;
constexpr double kDropAtOneHour = 0.04;

}  // namespace

double Battery::charge() const noexcept {
    return std::clamp(energy_wh_ / capacity_wh(), 0.0, 1.0);
}

void Battery::set_charge(double charge) noexcept {
    energy_wh_ = capacity_wh() * std::clamp(charge, 0.0, 1.0);
}

void Battery::set_health(double health) noexcept {
    const double kept = charge();
    health_ = std::clamp(health, 0.01, 1.0);
    set_charge(kept);
}

double Battery::discharge(double watts, double seconds) noexcept {
    const double wanted = std::max(0.0, watts * seconds / kSecondsPerHour);
    const double before = energy_wh_;
    energy_wh_ -= wanted;
    if (energy_wh_ < kEmptyWh) energy_wh_ = 0;
    return before - energy_wh_;
}

double Battery::fade_per_second() const noexcept {
    return design_.charger_watts / (capacity_wh() * (1 - kKnee) * kSecondsPerHour);
}

double Battery::recharge(double seconds) noexcept {
    const double before = energy_wh_;
    const double to_knee = seconds_up_to(kKnee);
    const double straight = std::min(seconds, to_knee);
    energy_wh_ += design_.charger_watts * straight / kSecondsPerHour;
    if (seconds > straight) {
        const double missing = (1 - charge()) * std::exp(-fade_per_second() * (seconds - straight));
        set_charge(1 - missing);
    }
    if (charge() >= kFull) set_charge(1);
    return energy_wh_ - before;
}

double Battery::seconds_down_to(double target, double watts) const noexcept {
    const double over = energy_wh_ - std::clamp(target, 0.0, 1.0) * capacity_wh();
    if (over <= 0) return 0;
    if (watts <= 0) return std::numeric_limits<double>::infinity();
    return over * kSecondsPerHour / watts;
}

double Battery::seconds_up_to(double target) const noexcept {
    target = std::min(target, kFull);
    const double now = charge();
    if (now >= target) return 0;
    const double straight_end = std::min(target, kKnee);
    double seconds = 0;
    if (now < straight_end)
        seconds = (straight_end - now) * capacity_wh() * kSecondsPerHour / design_.charger_watts;
    if (target > kKnee)
        seconds += std::log((1 - std::max(now, kKnee)) / (1 - target)) / fade_per_second();
    return seconds;
}

double Battery::charging_watts() const noexcept {
    if (is_full()) return 0;
    const double fade = charge() <= kKnee ? 1 : (1 - charge()) / (1 - kKnee);
    return design_.charger_watts * fade;
}

double Battery::volts_giving(double watts) const noexcept {
    const double rest = kVoltsEmpty + (kVoltsFull - kVoltsEmpty) * charge();
    return design_.volts * (rest - kDropAtOneHour * watts / capacity_wh());
}

double Battery::volts_charging() const noexcept {
    const double rest = kVoltsEmpty + (kVoltsFull - kVoltsEmpty) * charge();
    const double lift = charge() <= kKnee ? charge() / kKnee : 1;
    return design_.volts * (rest + (kVoltsFloat - rest) * lift);
}

}  // namespace ups::sim
