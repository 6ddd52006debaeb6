// SPDX-License-Identifier: Apache-2.0
/// Options of the simulator.
#pragma once

#include "model.hpp"

#include "kit/host.hpp"
#include "kit/options.hpp"

namespace ups::sim {

inline constexpr upsdrv_option kOptions[] = {
    kit::choice("mode", "ups", "ups|heartbeat", "a UPS with a battery, or only a heartbeat"),
    kit::seconds("heartbeat_period", "60", 0.1, 86'400, "heartbeat: time between TICK and TOCK"),
    kit::text("scenario", nullptr, "file that says what happens when"),
    kit::reloadable(kit::decimal("timescale", "1", 0.01, 100'000,
                                 "device seconds per second; 60: an hour passes in a minute")),
    kit::reloadable(kit::decimal("load", "30", 0, 1000, "load in % of the nominal real power")),
    kit::decimal("power_nominal", "1000", 1, 1'000'000, "apparent rating in VA"),
    kit::decimal("realpower_nominal", "600", 1, 1'000'000, "real rating in W"),
    kit::decimal("mains_voltage", "230", 60, 300, "nominal voltage of the line"),
    kit::decimal("mains_frequency", "50", 40, 70, "nominal frequency of the line"),
    kit::decimal("battery_voltage", "24", 1, 1000, "nominal voltage of the battery"),
    kit::decimal("battery_capacity", "9", 0.1, 100'000, "capacity of the new battery in Ah"),
    kit::decimal("battery_charge", "100", 0, 100, "charge at the start in %"),
    kit::decimal("battery_health", "100", 1, 100, "capacity that is left in %"),
    kit::decimal("recharge_hours", "5", 0.01, 1000, "time from empty to full"),
    kit::decimal("efficiency", "90", 10, 100, "of the inverter in %"),
    kit::integer("outlets", "4", 0, 32, "number of switched outlets"),
    kit::integer("outlet_groups", "2", 0, 8, "number of groups they belong to"),
    kit::integer("charge_low", "20", 0, 95, "initial battery.charge.low"),
    kit::integer("charge_restart", "0", 0, 100, "initial battery.charge.restart"),
    kit::integer("runtime_low", "120", 0, 3600, "initial battery.runtime.low"),
    kit::integer("offdelay", "20", 0, 3600, "initial ups.delay.shutdown"),
    kit::integer("ondelay", "30", 0, 3600, "initial ups.delay.start"),
    kit::choice("killpower", "return", "return|stayoff",
                "what a forced shutdown (-k) does: back with mains, or not"),
    kit::decimal("noise", "1", 0, 10, "strength of the noise of measurements, 0 = none"),
    kit::integer("seed", "1", 0, 4'294'967'295.0, "of the noise; also the serial number"),
};

[[nodiscard]] Design design_of(kit::Host host);
[[nodiscard]] Controls controls_of(kit::Host host);

}  // namespace ups::sim
