// SPDX-License-Identifier: Apache-2.0
/// Scenarios of the simulator: whatever they hold, times do not go back, problems have a place, and a unit
/// that lives through one keeps its battery in range.
#include "plugins/sim/commands.hpp"
#include "plugins/sim/scenario.hpp"
#include "plugins/sim/simulator.hpp"

#include "lib/base/assert.hpp"

#include <cstdint>
#include <string_view>
#include <utility>

using namespace ups::sim;

namespace {

/// A unit of 10,000 events a second would only make the fuzzer slow.
constexpr std::size_t kMaxPlayed = 200;
constexpr double kLife = 600;

void check_scenario(const Scenario& scenario) {
    UPS_ASSERT(scenario.events.size() <= kMaxEvents);
    double last = 0;
    for (const Event& event : scenario.events) {
        UPS_ASSERT(event.at >= last && event.at <= kMaxTime);
        UPS_ASSERT(event.line >= 1 && event.column >= 1);
        UPS_ASSERT(event.action.number >= 0 && event.action.over >= 0);
        last = event.at;
    }
    for (const ScenarioProblem& problem : scenario.problems)
        UPS_ASSERT(problem.line >= 1 && problem.column >= 1 && !problem.text.empty());
}

void live_through(Scenario scenario) {
    Simulator simulator(Design{}, Controls{}, std::move(scenario));
    simulator.set_hooks(
        {[&](auto name, auto parameter) { (void)run_command(simulator, name, parameter); },
         [](auto, auto) {}});
    for (double at = 0; at <= kLife; at += kLife / 10) {
        simulator.advance(at);
        const double charge = simulator.model().charge_percent();
        UPS_ASSERT(charge >= 0 && charge <= 100);
        UPS_ASSERT(simulator.model().runtime_seconds() >= 0);
        UPS_ASSERT(simulator.next_change() > simulator.model().now());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    Scenario scenario = parse_scenario(text);
    check_scenario(scenario);
    const bool is_quick = !scenario.loop_at || *scenario.loop_at >= 1;
    if (scenario.problems.empty() && scenario.events.size() <= kMaxPlayed && is_quick)
        live_through(std::move(scenario));
    return 0;
}
