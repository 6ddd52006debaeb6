// SPDX-License-Identifier: Apache-2.0
#include "readings.hpp"

#include "noise.hpp"

#include "kit/str.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <optional>

namespace ups::sim {
namespace {

constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();

const Model& model(const Unit& unit) {
    return unit.simulator.model();
}

double noise_of(const Unit& unit, NoiseChannel channel) {
    return unit.noise * noise(unit.seed, channel, model(unit).now());
}

double input_volts(const Unit& unit) {
    const double volts = model(unit).mains_volts();
    if (volts <= 0) return 0;
    return std::max(0.0, volts * (1 + 0.004 * noise_of(unit, NoiseChannel::mains_volts)));
}

double input_hertz(const Unit& unit) {
    if (model(unit).mains_volts() <= 0) return kAbsent;
    return std::max(0.0,
                    model(unit).mains_hertz() + 0.06 * noise_of(unit, NoiseChannel::mains_hertz));
}

double load_percent(const Unit& unit) {
    return model(unit).load_watts() / model(unit).design().real_power_w * 100;
}

double apparent_power(const Unit& unit) {
    const Design& design = model(unit).design();
    return model(unit).load_watts() * design.power_va / design.real_power_w;
}

double output_volts(const Unit& unit) {
    const double exact = model(unit).output_volts();
    const bool follows =
        model(unit).supply() == Supply::mains || model(unit).supply() == Supply::bypass;
    const double line = model(unit).mains_volts();
    return follows && line > 0 ? exact * input_volts(unit) / line : exact;
}

double output_hertz(const Unit& unit) {
    switch (model(unit).supply()) {
    case Supply::none:
        return 0;
    case Supply::battery:
        return model(unit).design().mains_hertz;
    case Supply::mains:
    case Supply::bypass:
        break;
    }
    return input_hertz(unit);
}

double output_amperes(const Unit& unit) {
    const double volts = output_volts(unit);
    return volts > 0 ? apparent_power(unit) / volts : 0;
}

bool is_discharging(const Unit& unit) {
    return model(unit).supply() == Supply::battery;
}

// Out of the battery while it feeds the load.
double battery_watts(const Unit& unit) {
    const Model& its = model(unit);
    if (is_discharging(unit))
        return its.load_watts() / its.design().efficiency + its.design().own_use_w;
    return its.is_charging() ? -its.battery().charging_watts() : 0;
}

double battery_volts(const Unit& unit) {
    const Model& its = model(unit);
    return its.is_mains_good() && !is_discharging(unit)
               ? its.battery().volts_charging()
               : its.battery().volts_giving(std::max(0.0, battery_watts(unit)));
}

// Negative while it discharges.
double battery_amperes(const Unit& unit) {
    const double volts = battery_volts(unit);
    return volts > 0 ? -battery_watts(unit) / volts : 0;
}

double temperature(const Unit& unit) {
    const double heat = 12 * load_percent(unit) / 100 + (is_discharging(unit) ? 4 : 0);
    return 25 + heat + 0.4 * noise_of(unit, NoiseChannel::temperature);
}

double countdown(const Unit& unit, const std::optional<double>& at) {
    return at ? std::ceil(std::max(0.0, *at - model(unit).now())) : -1;
}

double capacity(const Unit& unit) {
    return model(unit).battery().capacity_wh() / model(unit).design().battery.volts;
}

struct Reading {
    std::string_view name;
    int decimals;
    double (*get)(const Unit& unit);
};

constexpr Reading kReadings[] = {
    {"battery.capacity", 2, capacity},
    {"battery.charge", 0,
     [](const Unit& unit) { return std::floor(model(unit).charge_percent()); }},
    {"battery.current", 2, battery_amperes},
    {"battery.runtime", 0,
     [](const Unit& unit) { return std::floor(model(unit).runtime_seconds()); }},
    {"battery.temperature", 1, temperature},
    {"battery.voltage", 2, battery_volts},
    {"input.frequency", 1, input_hertz},
    {"input.voltage", 1, input_volts},
    {"input.voltage.maximum", 1, [](const Unit& unit) { return model(unit).mains_volts_max(); }},
    {"input.voltage.minimum", 1, [](const Unit& unit) { return model(unit).mains_volts_min(); }},
    {"output.current", 2, output_amperes},
    {"output.frequency", 1, output_hertz},
    {"output.voltage", 1, output_volts},
    {"ups.load", 0, load_percent},
    {"ups.power", 0, apparent_power},
    {"ups.realpower", 0, [](const Unit& unit) { return model(unit).load_watts(); }},
    {"ups.temperature", 1, temperature},
    {"ups.timer.reboot", 0,
     [](const Unit& unit) { return countdown(unit, model(unit).reboot_at()); }},
    {"ups.timer.shutdown", 0,
     [](const Unit& unit) { return countdown(unit, model(unit).shutdown_at()); }},
    {"ups.timer.start", 0,
     [](const Unit& unit) { return countdown(unit, model(unit).start_at()); }},
};

std::string_view charger_status(const Unit& unit) {
    if (is_discharging(unit)) return "discharging";
    if (!model(unit).is_mains_good()) return "resting";
    return model(unit).battery().is_full() ? "floating" : "charging";
}

std::string_view test_result(const Model& model) {
    switch (model.test_result()) {
    case TestResult::none:
        return "No test initiated";
    case TestResult::running:
        return "In progress";
    case TestResult::passed:
        return "Done and passed";
    case TestResult::failed:
        return "Done and error";
    case TestResult::aborted:
        return "Aborted";
    }
    return {};
}

std::string_view transfer_reason(const Model& model) {
    switch (model.transfer_reason()) {
    case TransferReason::none:
        return {};
    case TransferReason::blackout:
        return "blackout";
    case TransferReason::low_voltage:
        return "input voltage too low";
    case TransferReason::high_voltage:
        return "input voltage too high";
    case TransferReason::frequency:
        return "input frequency out of range";
    case TransferReason::test:
        return "self-test";
    }
    return {};
}

std::string day_of(const Unit& unit, double seconds) {
    using namespace std::chrono;
    const auto wall = sys_time<milliseconds>(
        milliseconds(unit.start_wall_ms + static_cast<std::int64_t>(seconds * 1000)));
    const year_month_day day(floor<days>(wall));
    const auto two = [](unsigned value) { return (value < 10 ? "0" : "") + std::to_string(value); };
    return std::to_string(static_cast<int>(day.year())) + '-' +
           two(static_cast<unsigned>(day.month())) + '-' + two(static_cast<unsigned>(day.day()));
}

void show_texts(kit::Host host, const Unit& unit) {
    const Model& its = model(unit);
    (void)host.set_var("battery.charger.status", charger_status(unit));
    (void)host.set_var("ups.test.result", test_result(its));
    if (its.last_test_at()) (void)host.set_var("ups.test.date", day_of(unit, *its.last_test_at()));
    if (const auto reason = transfer_reason(its); !reason.empty())
        (void)host.set_var("input.transfer.reason", reason);
    (void)host.set_var("ups.mode", its.supply() == Supply::bypass ? "bypass" : "line-interactive");
}

void show_outlets(kit::Host host, const Unit& unit) {
    const Model& its = model(unit);
    for (std::size_t i = 0; i < its.outlets().size(); ++i) {
        const Outlet& outlet = its.outlets()[i];
        const std::string name = "outlet." + std::to_string(i + 1) + '.';
        (void)host.set_var(name + "status", outlet.on && its.is_output_on() ? "on" : "off");
        (void)host.set_var(name + "realpower", its.outlet_watts(outlet), 0);
        (void)host.set_var(name + "timer.shutdown", countdown(unit, outlet.off_at), 0);
        (void)host.set_var(name + "timer.start", countdown(unit, outlet.on_at), 0);
    }
    for (int group = 1; group <= its.design().groups; ++group) {
        double watts = 0;
        bool on = false;
        for (const Outlet& outlet : its.outlets()) {
            if (outlet.group != group) continue;
            watts += its.outlet_watts(outlet);
            on = on || (outlet.on && its.is_output_on());
        }
        const std::string name = "outlet.group." + std::to_string(group) + '.';
        (void)host.set_var(name + "status", on ? "on" : "off");
        (void)host.set_var(name + "realpower", watts, 0);
    }
}

std::string alarm_text(const Unit& unit) {
    std::string text = unit.simulator.alarm();
    const auto add = [&](std::string_view one) {
        if (!text.empty()) text += ' ';
        text += one;
    };
    if (model(unit).is_overloaded()) add("Overload!");
    if (model(unit).needs_battery()) add("Replace battery!");
    return text;
}

}  // namespace

std::string status_words(const Model& model) {
    std::string words = model.is_mains_good() ? "OL" : "OB";
    const auto add = [&](bool condition, std::string_view word) {
        if (!condition) return;
        words += ' ';
        words += word;
    };
    add(model.is_battery_low(), "LB");
    add(model.is_charging(), "CHRG");
    add(model.supply() == Supply::battery, "DISCHRG");
    add(model.is_overloaded(), "OVER");
    add(model.is_boosting(), "BOOST");
    add(model.is_trimming(), "TRIM");
    add(model.supply() == Supply::bypass, "BYPASS");
    add(model.test() == SelfTest::calibration, "CAL");
    add(model.test() != SelfTest::none && model.test() != SelfTest::calibration, "TEST");
    add(model.needs_battery(), "RB");
    add(!model.is_output_on(), "OFF");
    return words;
}

void show_identity(kit::Host host, const Unit& unit) {
    const Design& design = model(unit).design();
    const std::string serial = "SIM-" + std::to_string(unit.seed);
    (void)host.set_var("device.type", "ups");
    (void)host.set_var("device.mfr", "Ridethrough");
    (void)host.set_var("device.model", "Simulated UPS");
    (void)host.set_var("device.serial", serial);
    (void)host.set_var("ups.mfr", "Ridethrough");
    (void)host.set_var("ups.model", "Simulated UPS");
    (void)host.set_var("ups.serial", serial);
    (void)host.set_var("ups.type", "line interactive");
    (void)host.set_var("ups.power.nominal", design.power_va, 0);
    (void)host.set_var("ups.realpower.nominal", design.real_power_w, 0);
    (void)host.set_var("battery.type", "PbAc");
    (void)host.set_var("battery.voltage.nominal", design.battery.volts, 0);
    (void)host.set_var("battery.capacity.nominal", design.battery.amp_hours, 1);
    (void)host.set_var("input.voltage.nominal", design.mains_volts, 0);
    (void)host.set_var("input.frequency.nominal", design.mains_hertz, 0);
    if (design.outlets == 0) return;
    (void)host.set_var("outlet.switchable", "yes");
    (void)host.set_var("outlet.count", design.outlets, 0);
    if (design.groups > 0) (void)host.set_var("outlet.group.count", design.groups, 0);
    for (int i = 1; i <= design.outlets; ++i) {
        const Outlet& outlet = model(unit).outlets()[static_cast<std::size_t>(i - 1)];
        const std::string name = "outlet." + std::to_string(i) + '.';
        (void)host.set_var(name + "id", std::to_string(i));
        (void)host.set_var(name + "switchable", outlet.switchable ? "yes" : "no");
        if (outlet.group > 0) (void)host.set_var(name + "groupid", outlet.group, 0);
    }
    for (int group = 1; group <= design.groups; ++group) {
        const auto& outlets = model(unit).outlets();
        const auto count = std::count_if(outlets.begin(), outlets.end(),
                                         [&](const Outlet& one) { return one.group == group; });
        const std::string name = "outlet.group." + std::to_string(group) + '.';
        (void)host.set_var(name + "id", std::to_string(group));
        (void)host.set_var(name + "count", std::to_string(count));
    }
}

void show_readings(kit::Host host, const Unit& unit) {
    for (const Reading& row : kReadings)
        (void)host.set_var(row.name, row.get(unit), row.decimals);
    show_texts(host, unit);
    show_outlets(host, unit);
    (void)host.set_status(status_words(model(unit)));
    (void)host.set_alarm(alarm_text(unit));
}

}  // namespace ups::sim
