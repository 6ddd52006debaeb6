// SPDX-License-Identifier: Apache-2.0
#include "simulated_ups.hpp"

#include "options.hpp"
#include "readings.hpp"
#include "settings.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace ups::sim {
namespace {

kit::Status status_of(CommandResult result) {
    switch (result) {
    case CommandResult::done:
        return UPSDRV_OK;
    case CommandResult::refused:
        return UPSDRV_E_FAILED;
    case CommandResult::unknown:
        return UPSDRV_E_UNKNOWN;
    case CommandResult::bad_parameter:
        return UPSDRV_E_INVALID;
    }
    return UPSDRV_E_FAILED;
}

kit::Status status_of(SetResult result) {
    switch (result) {
    case SetResult::done:
        return UPSDRV_OK;
    case SetResult::unknown:
        return UPSDRV_E_UNKNOWN;
    case SetResult::invalid:
        return UPSDRV_E_INVALID;
    }
    return UPSDRV_E_FAILED;
}

/// Seconds; a regular poll comes long before.
constexpr double kLongestWait = 86'400;

/// The simulation is steered from outside the device: a dead line does not stop it.
bool is_steering(std::string_view name) {
    return name.starts_with("sim.");
}

}  // namespace

SimulatedUps::SimulatedUps(kit::Host host, Scenario scenario)
    : host_(host), unit_(design_of(host), controls_of(host), std::move(scenario)) {
    unit_.seed = static_cast<std::uint64_t>(host.integer("seed", 1));
    unit_.noise = host.decimal("noise", 1);
    Model& model = unit_.simulator.model();
    model.set_load_percent(host.decimal("load", 30));
    model.set_battery_health(host.decimal("battery_health", 100));
    model.set_battery_charge(host.decimal("battery_charge", 100));
    unit_.clock.set_scale(host.decimal("timescale", 1), 0);
    unit_.simulator.set_hooks(
        {[this](auto name, auto parameter) { scenario_command(name, parameter); },
         [this](auto name, auto value) { scenario_set(name, value); }});
}

bool SimulatedUps::check_names(const Scenario& scenario, std::string_view file) const {
    const auto commands = command_names(unit_.simulator.model());
    bool good = true;
    for (const Event& event : scenario.events) {
        const std::string& name = event.action.name;
        const bool known = event.action.kind == ActionKind::command
                               ? std::find(commands.begin(), commands.end(), name) != commands.end()
                               : event.action.kind != ActionKind::set || is_setting(unit_, name);
        if (known) continue;
        good = false;
        host_.error(std::string(file) + ':' + std::to_string(event.line) + ':' +
                    std::to_string(event.column) + ": there is no \"" + name + '"');
    }
    return good;
}

kit::Status SimulatedUps::open() {
    if (!std::exchange(started_, true)) {
        unit_.clock.start(host_.now_ms());
        unit_.start_wall_ms = host_.wall_ms();
    }
    advance();
    if (const auto line = line_state(); line != UPSDRV_OK) return line;
    show_identity(host_, unit_);
    show();
    show_setting_types(host_, unit_);
    for (const std::string& name : command_names(unit_.simulator.model()))
        (void)host_.add_command(name);
    return UPSDRV_OK;
}

kit::Status SimulatedUps::poll(kit::Deadline deadline) {
    advance();
    if (unit_.simulator.has_fault(Fault::frozen)) {
        // Breaks the contract on purpose: this is what a hanging device looks like to the host.
        const auto slept = host_.sleep_until(deadline.at_ms() + kFrozen_ms);
        return slept == UPSDRV_OK ? UPSDRV_E_TIMEOUT : slept;
    }
    if (const auto line = line_state(); line != UPSDRV_OK) return line;
    show();
    return UPSDRV_OK;
}

kit::Status SimulatedUps::line_state() const {
    if (unit_.simulator.has_fault(Fault::lost)) return UPSDRV_E_LOST;
    if (unit_.simulator.has_fault(Fault::comm)) return UPSDRV_E_TIMEOUT;
    if (unit_.simulator.has_fault(Fault::garbage)) return UPSDRV_E_FAILED;
    return UPSDRV_OK;
}

kit::Status SimulatedUps::set(std::string_view name, std::string_view value) {
    advance();
    if (const auto line = line_state(); line != UPSDRV_OK && !is_steering(name)) return line;
    const SetResult result = set_setting(unit_, name, value);
    advance();
    show();
    return status_of(result);
}

kit::Status SimulatedUps::command(std::string_view name,
                                  std::optional<std::string_view> parameter) {
    advance();
    if (const auto line = line_state(); line != UPSDRV_OK && !is_steering(name)) return line;
    const CommandResult result = run_command(unit_.simulator, name, parameter);
    advance();
    show();
    return status_of(result);
}

kit::Status SimulatedUps::shutdown() {
    advance();
    Model& model = unit_.simulator.model();
    const bool returns = host_.option("killpower") != "stayoff" && model.controls().start_auto;
    const double delay = model.controls().delay_shutdown;
    const Outcome outcome = returns ? model.shutdown_return(delay) : model.shutdown_stayoff(delay);
    show();
    return outcome == Outcome::done ? UPSDRV_OK : UPSDRV_E_FAILED;
}

kit::Status SimulatedUps::reconfigure() {
    advance();
    unit_.clock.set_scale(host_.decimal("timescale", 1), host_.now_ms());
    unit_.simulator.model().set_load_percent(host_.decimal("load", 30));
    show();
    return UPSDRV_OK;
}

void SimulatedUps::advance() {
    unit_.now_ms = host_.now_ms();
    if (!started_) return;
    unit_.simulator.advance(std::max(0.0, unit_.clock.seconds_at(unit_.now_ms)));
    plan_poll();
}

void SimulatedUps::show() {
    plan_poll();  // what was just asked for may have brought the next change nearer
    show_readings(host_, unit_);
    show_settings(host_, unit_);
}

void SimulatedUps::plan_poll() {
    const double next = unit_.simulator.next_change();
    const double wait = (next - unit_.simulator.model().now()) / unit_.clock.scale();
    if (!started_ || wait > kLongestWait) return;
    host_.poll_at(std::max(unit_.clock.ms_at(next), unit_.now_ms + kShortestWait_ms));
}

void SimulatedUps::scenario_command(std::string_view name,
                                    std::optional<std::string_view> parameter) {
    const CommandResult result = run_command(unit_.simulator, name, parameter);
    if (result != CommandResult::done)
        host_.warning("the scenario's command " + std::string(name) + " was refused");
}

void SimulatedUps::scenario_set(std::string_view name, std::string_view value) {
    const SetResult result = set_setting(unit_, name, value);
    if (result != SetResult::done)
        host_.warning("the scenario's value of " + std::string(name) + " was refused");
}

}  // namespace ups::sim
