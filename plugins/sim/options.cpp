// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include <algorithm>

namespace ups::sim {
namespace {

/// A charger of this many times the capacity per hour fills the battery in an hour: 0.8 h up to the knee,
/// and 0.2 × ln(0.2 / 0.0005) h of fading current behind it.
constexpr double kChargerFactor = 1.998;
/// Share of the nominal voltage where a line-interactive unit leaves the line.
constexpr double kTransferLow = 0.80;
constexpr double kTransferHigh = 1.15;

}  // namespace

Design design_of(kit::Host host) {
    Design made;
    made.power_va = host.decimal("power_nominal", made.power_va);
    made.real_power_w = host.decimal("realpower_nominal", made.real_power_w);
    made.mains_volts = host.decimal("mains_voltage", made.mains_volts);
    made.mains_hertz = host.decimal("mains_frequency", made.mains_hertz);
    made.efficiency = host.decimal("efficiency", 90) / 100;
    made.outlets = static_cast<int>(host.integer("outlets", made.outlets));
    made.groups =
        std::min(made.outlets, static_cast<int>(host.integer("outlet_groups", made.groups)));
    made.battery.volts = host.decimal("battery_voltage", made.battery.volts);
    made.battery.amp_hours = host.decimal("battery_capacity", made.battery.amp_hours);
    made.battery.charger_watts = made.battery.volts * made.battery.amp_hours * kChargerFactor /
                                 host.decimal("recharge_hours", 5);
    return made;
}

Controls controls_of(kit::Host host) {
    Controls made;
    const double volts = host.decimal("mains_voltage", 230);
    made.transfer_low = static_cast<int>(volts * kTransferLow);
    made.transfer_high = static_cast<int>(volts * kTransferHigh);
    made.output_volts = volts;
    made.charge_low = host.decimal("charge_low", made.charge_low);
    made.charge_restart = host.decimal("charge_restart", made.charge_restart);
    made.runtime_low = host.decimal("runtime_low", made.runtime_low);
    made.delay_shutdown = host.decimal("offdelay", made.delay_shutdown);
    made.delay_start = host.decimal("ondelay", made.delay_start);
    return made;
}

}  // namespace ups::sim
