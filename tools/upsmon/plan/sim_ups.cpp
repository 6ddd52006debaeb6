// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/plan/sim_ups.hpp"

#include "lib/base/text.hpp"
#include "tools/upsmon/plan/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/core.h>

namespace ups::upsmon::plan {
namespace {

using std::chrono::seconds;

/// Words that the model sets itself, or that an outage ends.
constexpr auto kOwnWords = std::to_array<std::string_view>(
    {"OL", "OB", "LB", "CHRG", "DISCHRG", "FSD", "CAL", "TEST", "HB", "TRIM", "BOOST"});

/// The shortest runtime worth calculating with, and the longest, whatever a device says.
constexpr double kLeastRuntime = 1;
constexpr double kMostRuntime = 1e9;
/// What many small steps may add up to wrongly.
constexpr double kRounding = 1e-6;

std::string other_words(std::string_view status) {
    std::string words;
    for (const std::string_view word : split_blanks(status))
        if (std::ranges::none_of(kOwnWords,
                                 [&](std::string_view own) { return iequals(own, word); }))
            words += " " + std::string(word);
    return words;
}

}  // namespace

SimUps::SimUps(std::string_view name, const UpsReading& now, const BatteryAssumptions& assumptions,
               std::vector<std::string>& assumed)
    : base_(now), words_(other_words(now.status)),
      rise_(100 / std::max(1.0, static_cast<double>(assumptions.recharge.count()))) {
    if (!now.is_fresh) {
        assumed.push_back(fmt::format("{} cannot be reached, and stays so", name));
        return;
    }
    const auto charge = now.number("battery.charge");
    if (!charge)
        assumed.push_back(
            fmt::format("{} does not tell its charge: {} %", name, assumptions.charge));
    charge_ = std::clamp(charge.value_or(assumptions.charge), 0.0, 100.0);
    auto runtime = now.number("battery.runtime");
    // A UPS that has charge but claims no runtime has not measured it.
    if (!runtime || *runtime < kLeastRuntime) {
        runtime = static_cast<double>(assumptions.runtime_when_full.count()) * charge_ / 100;
        assumed.push_back(fmt::format("{} does not tell its runtime: {} with a full battery", name,
                                      time_text(assumptions.runtime_when_full)));
    }
    fall_ = std::max(charge_, 1.0) / std::clamp(*runtime, kLeastRuntime, kMostRuntime);
    charge_low_ = now.number("battery.charge.low");
    runtime_low_ = now.number("battery.runtime.low");
    if (charge_low_ || runtime_low_) return;
    charge_low_ = assumptions.charge_low;
    assumed.push_back(fmt::format("{} does not tell when its battery is low: at {} %", name,
                                  assumptions.charge_low));
}

void SimUps::advance(std::chrono::duration<double> time) noexcept {
    const double change = supply_ == Supply::mains ? rise_ : -fall_;
    charge_ = std::clamp(charge_ + change * time.count(), 0.0, 100.0);
}

seconds SimUps::runtime() const noexcept {
    return seconds(fall_ > 0 ? static_cast<std::int64_t>(charge_ / fall_ + kRounding) : 0);
}

int SimUps::whole_charge() const noexcept {
    return static_cast<int>(std::floor(charge_ + kRounding));
}

bool SimUps::is_dark() const noexcept {
    return supply_ == Supply::battery && charge_ <= kRounding;
}

bool SimUps::is_low() const noexcept {
    return (charge_low_ && charge_ <= *charge_low_ + kRounding) ||
           (runtime_low_ && static_cast<double>(runtime().count()) <= *runtime_low_);
}

UpsReading SimUps::reading() const {
    UpsReading now = base_;
    if (is_dark()) now.is_fresh = false;
    if (!now.is_fresh) return now;
    now.status = supply_ == Supply::mains ? (is_full() ? "OL" : "OL CHRG") : "OB DISCHRG";
    if (is_low()) now.status += " LB";
    if (is_forced_) now.status += " FSD";
    now.status += words_;
    // What it does not tell no rule can look at.
    if (base_.number("battery.charge")) now.numbers["battery.charge"] = whole_charge();
    if (base_.number("battery.runtime").value_or(0) >= kLeastRuntime)
        now.numbers["battery.runtime"] = static_cast<double>(runtime().count());
    return now;
}

std::vector<std::string_view> model_variables() {
    return {"battery.charge", "battery.charge.low", "battery.runtime", "battery.runtime.low",
            "ups.load"};
}

}  // namespace ups::upsmon::plan
