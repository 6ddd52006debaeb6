// SPDX-License-Identifier: Apache-2.0
#include "settings.hpp"

#include "commands.hpp"

#include "kit/str.hpp"
#include "kit/text.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

namespace ups::sim {
namespace {

enum class Kind : std::uint8_t { number, choice, text };

/// `choices`: words with '|' between. Numbers are bounded by min and max, texts by max.
struct Setting {
    std::string_view name;
    Kind kind;
    double min;
    double max;
    std::string_view choices;
    std::string (*get)(const Unit& unit);
    void (*set)(Unit& unit, std::string_view value);
};

std::string plain(double value) {
    return kit::number(value, value == std::floor(value) ? 0 : 2);
}
double to_number(std::string_view value) {
    return kit::to_decimal(value).value_or(0);
}
const Model& model(const Unit& unit) {
    return unit.simulator.model();
}
Model& model(Unit& unit) {
    return unit.simulator.model();
}

template <double Controls::* kMember> std::string get_number(const Unit& unit) {
    return plain(model(unit).controls().*kMember);
}
template <double Controls::* kMember> void set_number(Unit& unit, std::string_view value) {
    model(unit).controls().*kMember = to_number(value);
}
template <std::string Controls::* kMember> std::string get_text(const Unit& unit) {
    return model(unit).controls().*kMember;
}
template <std::string Controls::* kMember> void set_text(Unit& unit, std::string_view value) {
    model(unit).controls().*kMember = value;
}
template <bool Controls::* kMember> std::string get_yes(const Unit& unit) {
    return model(unit).controls().*kMember ? "yes" : "no";
}
template <bool Controls::* kMember> void set_yes(Unit& unit, std::string_view value) {
    model(unit).controls().*kMember = value == "yes";
}

constexpr std::string_view kBeepers[] = {"enabled", "disabled", "muted"};
std::string get_beeper(const Unit& unit) {
    return std::string(kBeepers[static_cast<std::size_t>(model(unit).controls().beeper)]);
}
void set_beeper(Unit& unit, std::string_view value) {
    for (std::size_t i = 0; i < std::size(kBeepers); ++i)
        if (kBeepers[i] == value) model(unit).controls().beeper = static_cast<Beeper>(i);
}

template <Fault kFault> std::string get_fault(const Unit& unit) {
    return unit.simulator.has_fault(kFault) ? "on" : "off";
}
// A fault of the line would keep out whoever wants to end it: it ends by itself.
template <Fault kFault> void set_fault(Unit& unit, std::string_view value) {
    const bool own = kFault == Fault::overload || kFault == Fault::replace;
    const double seconds = own ? Simulator::kForEver : kFaultSeconds;
    unit.simulator.set_fault(kFault, value == "on" ? seconds : 0);
}
template <Fault kFault> constexpr Setting fault_row(std::string_view name) {
    return {name, Kind::choice, 0, 0, "on|off", get_fault<kFault>, set_fault<kFault>};
}
template <double Controls::* kMember>
constexpr Setting number_row(std::string_view name, double min, double max) {
    return {name, Kind::number, min, max, {}, get_number<kMember>, set_number<kMember>};
}

constexpr double kHour = 3600;
constexpr double kYear = 31'536'000;

constexpr Setting kSettings[] = {
    number_row<&Controls::charge_low>("battery.charge.low", 0, 95),
    number_row<&Controls::charge_restart>("battery.charge.restart", 0, 100),
    number_row<&Controls::charge_warning>("battery.charge.warning", 0, 100),
    {"battery.date",
     Kind::text,
     0,
     16,
     {},
     get_text<&Controls::battery_date>,
     set_text<&Controls::battery_date>},
    number_row<&Controls::runtime_low>("battery.runtime.low", 0, kHour),
    number_row<&Controls::transfer_high>("input.transfer.high", 100, 300),
    number_row<&Controls::transfer_low>("input.transfer.low", 60, 260),
    {"output.voltage.nominal", Kind::choice, 0, 0, "100|110|115|120|127|208|220|230|240",
     get_number<&Controls::output_volts>, set_number<&Controls::output_volts>},
    fault_row<Fault::comm>("sim.fault.comm"),
    fault_row<Fault::frozen>("sim.fault.frozen"),
    fault_row<Fault::garbage>("sim.fault.garbage"),
    fault_row<Fault::lost>("sim.fault.lost"),
    fault_row<Fault::overload>("sim.fault.overload"),
    fault_row<Fault::replace>("sim.fault.replace"),
    {"sim.battery.charge",
     Kind::number,
     0,
     100,
     {},
     [](const Unit& unit) { return kit::number(std::floor(model(unit).charge_percent()), 0); },
     [](Unit& unit, std::string_view value) { model(unit).set_battery_charge(to_number(value)); }},
    {"sim.battery.health",
     Kind::number,
     1,
     100,
     {},
     [](const Unit& unit) { return plain(std::round(model(unit).battery().health() * 100)); },
     [](Unit& unit, std::string_view value) { model(unit).set_battery_health(to_number(value)); }},
    {"sim.load",
     Kind::number,
     0,
     1000,
     {},
     [](const Unit& unit) { return plain(std::round(model(unit).set_load())); },
     [](Unit& unit, std::string_view value) { model(unit).set_load_percent(to_number(value)); }},
    {"sim.mains", Kind::choice, 0, 0, "on|off",
     [](const Unit& unit) { return std::string(model(unit).is_mains_present() ? "on" : "off"); },
     [](Unit& unit, std::string_view value) { model(unit).set_mains(value == "on"); }},
    {"sim.mains.frequency",
     Kind::number,
     0,
     100,
     {},
     [](const Unit& unit) { return plain(model(unit).mains_hertz()); },
     [](Unit& unit, std::string_view value) { model(unit).set_mains_hertz(to_number(value)); }},
    {"sim.mains.voltage",
     Kind::number,
     0,
     1000,
     {},
     [](const Unit& unit) { return plain(std::round(model(unit).line_volts())); },
     [](Unit& unit, std::string_view value) { model(unit).set_mains_volts(to_number(value)); }},
    {"sim.timescale",
     Kind::number,
     1,
     100'000,
     {},
     [](const Unit& unit) { return plain(unit.clock.scale()); },
     [](Unit& unit, std::string_view value) {
         unit.clock.set_scale(to_number(value), unit.now_ms);
     }},
    {"ups.beeper.status", Kind::choice, 0, 0, "enabled|disabled|muted", get_beeper, set_beeper},
    number_row<&Controls::delay_reboot>("ups.delay.reboot", 0, kHour),
    number_row<&Controls::delay_shutdown>("ups.delay.shutdown", 0, kHour),
    number_row<&Controls::delay_start>("ups.delay.start", 0, kHour),
    {"ups.id", Kind::text, 0, 32, {}, get_text<&Controls::id>, set_text<&Controls::id>},
    number_row<&Controls::load_high>("ups.load.high", 10, 200),
    {"ups.start.auto", Kind::choice, 0, 0, "yes|no", get_yes<&Controls::start_auto>,
     set_yes<&Controls::start_auto>},
    {"ups.start.battery", Kind::choice, 0, 0, "yes|no", get_yes<&Controls::start_battery>,
     set_yes<&Controls::start_battery>},
    number_row<&Controls::test_interval>("ups.test.interval", 0, kYear),
    {"ups.watchdog.status", Kind::choice, 0, 0, "enabled|disabled",
     [](const Unit& unit) {
         return std::string(model(unit).controls().watchdog ? "enabled" : "disabled");
     },
     [](Unit& unit, std::string_view value) {
         model(unit).controls().watchdog = value == "enabled";
         model(unit).reset_watchdog();
     }},
};

/// What follows "outlet.<n>.".
struct OutletSetting {
    std::string_view name;
    Kind kind;
    double min;
    double max;
    std::string_view choices;
    std::string (*get)(const Outlet& outlet);
    void (*set)(Model& model, std::size_t index, std::string_view value);
};

template <double Outlet::* kMember> std::string get_outlet(const Outlet& outlet) {
    return plain(outlet.*kMember);
}
template <double Outlet::* kMember>
void set_outlet(Model& its, std::size_t index, std::string_view value) {
    its.outlets()[index].*kMember = to_number(value);
}
template <double Outlet::* kMember>
constexpr OutletSetting outlet_row(std::string_view name, double max) {
    return {name, Kind::number, 0, max, {}, get_outlet<kMember>, set_outlet<kMember>};
}

constexpr OutletSetting kOutletSettings[] = {
    outlet_row<&Outlet::charge_low>("battery.charge.low", 100),
    outlet_row<&Outlet::delay_shutdown>("delay.shutdown", kHour),
    outlet_row<&Outlet::delay_start>("delay.start", kHour),
    {"desc",
     Kind::text,
     0,
     32,
     {},
     [](const Outlet& outlet) { return outlet.desc; },
     [](Model& its, std::size_t index, std::string_view value) {
         its.outlets()[index].desc = value;
     }},
    {"switch", Kind::choice, 0, 0, "on|off",
     [](const Outlet& outlet) { return std::string(outlet.on ? "on" : "off"); },
     [](Model& its, std::size_t index, std::string_view value) {
         (void)its.switch_outlet(index, value == "on");
     }},
};

template <class Row> bool is_valid(const Row& row, std::string_view value) {
    switch (row.kind) {
    case Kind::text:
        return static_cast<double>(value.size()) <= row.max;
    case Kind::choice: {
        const auto words = kit::split_at(row.choices, '|');
        return std::find(words.begin(), words.end(), value) != words.end();
    }
    case Kind::number:
        break;
    }
    const auto number = kit::to_decimal(value);
    return number && *number >= row.min && *number <= row.max;
}

template <class Row> void show_type(kit::Host host, const Row& row, std::string_view name) {
    if (row.kind == Kind::text) {
        (void)host.var_flags(name, UPSDRV_VAR_RW | UPSDRV_VAR_STRING,
                             static_cast<std::uint32_t>(row.max));
        return;
    }
    std::uint32_t flags = UPSDRV_VAR_RW | UPSDRV_VAR_NUMBER;
    std::uint32_t length = 0;
    if (row.kind == Kind::number) {
        (void)host.add_range(name, kit::number(row.min, 0), kit::number(row.max, 0));
    } else {
        for (const std::string_view word : kit::split_at(row.choices, '|')) {
            (void)host.add_enum(name, word);
            length = std::max(length, static_cast<std::uint32_t>(word.size()));
        }
        if (!kit::to_decimal(row.choices.substr(0, row.choices.find('|')))) {
            flags = UPSDRV_VAR_RW | UPSDRV_VAR_STRING;
        } else {
            length = 0;
        }
    }
    (void)host.var_flags(name, flags, length);
}

std::string outlet_name(std::size_t index, std::string_view rest) {
    return "outlet." + std::to_string(index + 1) + '.' + std::string(rest);
}

const Setting* find_setting(std::string_view name) {
    for (const Setting& row : kSettings)
        if (row.name == name) return &row;
    return nullptr;
}

std::optional<std::pair<std::size_t, const OutletSetting*>>
find_outlet_setting(const Unit& unit, std::string_view name) {
    for (std::size_t i = 0; i < model(unit).outlets().size(); ++i)
        for (const OutletSetting& row : kOutletSettings)
            if (name == outlet_name(i, row.name)) return std::pair(i, &row);
    return std::nullopt;
}

}  // namespace

void show_settings(kit::Host host, const Unit& unit) {
    for (const Setting& row : kSettings)
        (void)host.set_var(row.name, row.get(unit));
    const auto& outlets = model(unit).outlets();
    for (std::size_t i = 0; i < outlets.size(); ++i)
        for (const OutletSetting& row : kOutletSettings)
            (void)host.set_var(outlet_name(i, row.name), row.get(outlets[i]));
}

void show_setting_types(kit::Host host, const Unit& unit) {
    for (const Setting& row : kSettings)
        show_type(host, row, row.name);
    for (std::size_t i = 0; i < model(unit).outlets().size(); ++i)
        for (const OutletSetting& row : kOutletSettings)
            show_type(host, row, outlet_name(i, row.name));
}

SetResult set_setting(Unit& unit, std::string_view name, std::string_view value) {
    if (const Setting* row = find_setting(name)) {
        if (!is_valid(*row, value)) return SetResult::invalid;
        row->set(unit, value);
        return SetResult::done;
    }
    const auto outlet = find_outlet_setting(unit, name);
    if (!outlet) return SetResult::unknown;
    if (!is_valid(*outlet->second, value)) return SetResult::invalid;
    outlet->second->set(model(unit), outlet->first, value);
    return SetResult::done;
}

bool is_setting(const Unit& unit, std::string_view name) {
    return find_setting(name) != nullptr || find_outlet_setting(unit, name).has_value();
}

}  // namespace ups::sim
