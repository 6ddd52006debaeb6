// SPDX-License-Identifier: Apache-2.0
#include "commands.hpp"

#include "kit/str.hpp"
#include "kit/text.hpp"

#include <algorithm>

namespace ups::sim {
namespace {

using Seconds = std::optional<double>;

struct Command {
    std::string_view name;
    bool takes_seconds;
    Outcome (*run)(Simulator& simulator, Seconds seconds);
};

Outcome set_beeper(Simulator& it, Beeper state) {
    it.model().controls().beeper = state;
    return Outcome::done;
}
Outcome toggle_beeper(Simulator& it, Seconds) {
    const bool on = it.model().controls().beeper == Beeper::enabled;
    return set_beeper(it, on ? Beeper::disabled : Beeper::enabled);
}
Outcome beeper_on(Simulator& it, Seconds) {
    return set_beeper(it, Beeper::enabled);
}
Outcome beeper_off(Simulator& it, Seconds) {
    return set_beeper(it, Beeper::disabled);
}
Outcome beeper_mute(Simulator& it, Seconds) {
    if (it.model().controls().beeper == Beeper::disabled) return Outcome::refused;
    return set_beeper(it, Beeper::muted);
}

double or_delay(Seconds given, double configured) {
    return given.value_or(configured);
}
double off_delay(Simulator& it, Seconds given) {
    return or_delay(given, it.model().controls().delay_shutdown);
}

template <SelfTest kTest> Outcome start(Simulator& it, Seconds) {
    return it.model().start_test(kTest);
}
Outcome stop_test(Simulator& it, Seconds) {
    return it.model().stop_test();
}
Outcome stop_panel(Simulator& it, Seconds) {
    return it.model().test() == SelfTest::panel ? it.model().stop_test() : Outcome::refused;
}
Outcome stop_calibration(Simulator& it, Seconds) {
    return it.model().test() == SelfTest::calibration ? it.model().stop_test() : Outcome::refused;
}

template <Fault kFault> Outcome fault(Simulator& it, Seconds seconds) {
    it.set_fault(kFault, seconds.value_or(kFaultSeconds));
    return Outcome::done;
}

constexpr Command kCommands[] = {
    {"beeper.disable", false, beeper_off},
    {"beeper.enable", false, beeper_on},
    {"beeper.mute", false, beeper_mute},
    {"beeper.off", false, beeper_off},
    {"beeper.on", false, beeper_on},
    {"beeper.toggle", false, toggle_beeper},
    {"bypass.start", false, [](Simulator& it, Seconds) { return it.model().set_bypass(true); }},
    {"bypass.stop", false, [](Simulator& it, Seconds) { return it.model().set_bypass(false); }},
    {"calibrate.start", false, start<SelfTest::calibration>},
    {"calibrate.stop", false, stop_calibration},
    {"load.off", false, [](Simulator& it, Seconds) { return it.model().load_off(); }},
    {"load.off.delay", true,
     [](Simulator& it, Seconds s) { return it.model().load_off_in(off_delay(it, s)); }},
    {"load.on", false, [](Simulator& it, Seconds) { return it.model().load_on(); }},
    {"load.on.delay", true,
     [](Simulator& it, Seconds s) {
         return it.model().load_on_in(or_delay(s, it.model().controls().delay_start));
     }},
    {"reset.input.minmax", false,
     [](Simulator& it, Seconds) {
         it.model().reset_input_extremes();
         return Outcome::done;
     }},
    {"reset.watchdog", false,
     [](Simulator& it, Seconds) {
         it.model().reset_watchdog();
         return Outcome::done;
     }},
    {"shutdown.reboot", false,
     [](Simulator& it, Seconds) { return it.model().shutdown_reboot(0); }},
    {"shutdown.reboot.graceful", true,
     [](Simulator& it, Seconds s) { return it.model().shutdown_reboot(off_delay(it, s)); }},
    {"shutdown.return", true,
     [](Simulator& it, Seconds s) { return it.model().shutdown_return(off_delay(it, s)); }},
    {"shutdown.stayoff", true,
     [](Simulator& it, Seconds s) { return it.model().shutdown_stayoff(off_delay(it, s)); }},
    {"shutdown.stop", false, [](Simulator& it, Seconds) { return it.model().shutdown_stop(); }},
    {"sim.fault.clear", false,
     [](Simulator& it, Seconds) {
         it.clear_faults();
         return Outcome::done;
     }},
    {"sim.fault.comm", true, fault<Fault::comm>},
    {"sim.fault.frozen", true, fault<Fault::frozen>},
    {"sim.fault.garbage", true, fault<Fault::garbage>},
    {"sim.fault.lost", true, fault<Fault::lost>},
    {"sim.fault.overload", true, fault<Fault::overload>},
    {"sim.fault.replace", true, fault<Fault::replace>},
    {"sim.mains.off", false,
     [](Simulator& it, Seconds) {
         it.model().set_mains(false);
         return Outcome::done;
     }},
    {"sim.mains.on", false,
     [](Simulator& it, Seconds) {
         it.model().set_mains(true);
         return Outcome::done;
     }},
    {"test.battery.start", true, start<SelfTest::quick>},
    {"test.battery.start.deep", false, start<SelfTest::deep>},
    {"test.battery.start.low", false, start<SelfTest::low>},
    {"test.battery.start.quick", false, start<SelfTest::quick>},
    {"test.battery.stop", false, stop_test},
    {"test.failure.start", false,
     [](Simulator& it, Seconds) { return it.model().simulate_failure(true); }},
    {"test.failure.stop", false,
     [](Simulator& it, Seconds) { return it.model().simulate_failure(false); }},
    {"test.panel.start", false, start<SelfTest::panel>},
    {"test.panel.stop", false, stop_panel},
    {"test.system.start", false, start<SelfTest::system>},
};

/// What follows "outlet.<n>." or "outlet.group.<n>.".
struct OutletCommand {
    std::string_view name;
    bool takes_seconds;
    Outcome (*run)(Model& model, std::size_t index, Seconds seconds);
};

constexpr double kShortestCycle = 5;

constexpr OutletCommand kOutletCommands[] = {
    {"load.off", false,
     [](Model& model, std::size_t at, Seconds) { return model.switch_outlet(at, false); }},
    {"load.on", false,
     [](Model& model, std::size_t at, Seconds) { return model.switch_outlet(at, true); }},
    {"load.cycle", false,
     [](Model& model, std::size_t at, Seconds) {
         const Outcome off = model.switch_outlet(at, false);
         if (off == Outcome::refused) return off;
         return model.outlet_on_in(at, std::max(kShortestCycle, model.outlets()[at].delay_start));
     }},
    {"load.off.delay", true,
     [](Model& model, std::size_t at, Seconds s) {
         return model.outlet_off_in(at, or_delay(s, model.outlets()[at].delay_shutdown));
     }},
    {"load.on.delay", true,
     [](Model& model, std::size_t at, Seconds s) {
         return model.outlet_on_in(at, or_delay(s, model.outlets()[at].delay_start));
     }},
    {"shutdown.return", true,
     [](Model& model, std::size_t at, Seconds s) {
         return model.outlet_shutdown_return(at, or_delay(s, model.outlets()[at].delay_shutdown));
     }},
};

std::optional<Seconds> parse_seconds(bool takes, std::optional<std::string_view> parameter) {
    if (!parameter || parameter->empty()) return Seconds();
    const auto number = kit::to_decimal(*parameter);
    if (!takes || !number || *number < 0 || *number > kMaxTime) return std::nullopt;
    return Seconds(number);
}

CommandResult result_of(Outcome outcome) {
    return outcome == Outcome::done ? CommandResult::done : CommandResult::refused;
}

// Outlets that "outlet.<n>" or "outlet.group.<n>" stands for; `name` is left with what follows.
std::vector<std::size_t> take_outlets(const Model& model, std::string_view& name) {
    name.remove_prefix(std::string_view("outlet.").size());
    const bool group = name.starts_with("group.");
    if (group) name.remove_prefix(std::string_view("group.").size());
    const std::size_t dot = name.find('.');
    const auto number = kit::to_integer(name.substr(0, dot));
    std::vector<std::size_t> found;
    if (!number || dot == std::string_view::npos) return found;
    name.remove_prefix(dot + 1);
    for (std::size_t i = 0; i < model.outlets().size(); ++i)
        if (group ? model.outlets()[i].group == *number
                  : static_cast<std::int64_t>(i) + 1 == *number)
            found.push_back(i);
    return found;
}

CommandResult run_outlet_command(Model& model, std::string_view name,
                                 std::optional<std::string_view> parameter) {
    const auto outlets = take_outlets(model, name);
    const auto row = std::find_if(std::begin(kOutletCommands), std::end(kOutletCommands),
                                  [&](const OutletCommand& one) { return one.name == name; });
    if (outlets.empty() || row == std::end(kOutletCommands)) return CommandResult::unknown;
    const auto seconds = parse_seconds(row->takes_seconds, parameter);
    if (!seconds) return CommandResult::bad_parameter;
    CommandResult result = CommandResult::done;
    for (const std::size_t index : outlets)
        if (row->run(model, index, *seconds) == Outcome::refused) result = CommandResult::refused;
    return result;
}

}  // namespace

std::vector<std::string> command_names(const Model& model) {
    std::vector<std::string> names;
    for (const Command& command : kCommands)
        names.emplace_back(command.name);
    const auto add = [&](const std::string& prefix) {
        for (const OutletCommand& command : kOutletCommands)
            names.push_back(prefix + std::string(command.name));
    };
    for (std::size_t i = 0; i < model.outlets().size(); ++i)
        if (model.outlets()[i].switchable) add("outlet." + std::to_string(i + 1) + ".");
    for (int group = 1; group <= model.design().groups; ++group)
        add("outlet.group." + std::to_string(group) + ".");
    return names;
}

CommandResult run_command(Simulator& simulator, std::string_view name,
                          std::optional<std::string_view> parameter) {
    if (name.starts_with("outlet.")) return run_outlet_command(simulator.model(), name, parameter);
    const auto row = std::find_if(std::begin(kCommands), std::end(kCommands),
                                  [&](const Command& one) { return one.name == name; });
    if (row == std::end(kCommands)) return CommandResult::unknown;
    const auto seconds = parse_seconds(row->takes_seconds, parameter);
    if (!seconds) return CommandResult::bad_parameter;
    return result_of(row->run(simulator, *seconds));
}

}  // namespace ups::sim
