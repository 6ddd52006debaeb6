// SPDX-License-Identifier: Apache-2.0
/// A model, the faults on demand and the scenario that drives both, on one clock.
#pragma once

#include "model.hpp"
#include "scenario.hpp"

#include <array>
#include <cstddef>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ups::sim {

/// Runs a command or sets a variable for the scenario; the result is for its log. Set by the owner.
struct ScenarioHooks {
    std::function<void(std::string_view name, std::optional<std::string_view> parameter)> command;
    std::function<void(std::string_view name, std::string_view value)> set;
};

class Simulator {
  public:
    Simulator(const Design& design, const Controls& controls, Scenario scenario);

    /// The owner outlives this, or sets empty ones.
    void set_hooks(ScenarioHooks hooks) { hooks_ = std::move(hooks); }

    [[nodiscard]] Model& model() noexcept { return model_; }
    [[nodiscard]] const Model& model() const noexcept { return model_; }
    /// Lives on until `to`, in seconds of device time. What a scenario does at 0 happens in the first call.
    void advance(double to);
    /// The next instant at which something changes by itself; infinite if there is none.
    [[nodiscard]] double next_change() const;

    /// Starts a fault for `seconds` (infinite: until it is ended), or ends it (0).
    void set_fault(Fault fault, double seconds);
    [[nodiscard]] bool has_fault(Fault fault) const noexcept;
    void clear_faults();

    /// Text of a scenario's alarm; empty = none.
    [[nodiscard]] const std::string& alarm() const noexcept { return alarm_; }

    static constexpr double kForEver = std::numeric_limits<double>::infinity();

  private:
    struct Ramp {
        double from = 0, to = 0;    // the value
        double begin = 0, end = 0;  // the time
        double next = 0;            // of the next step
        double step = 1;
    };
    static constexpr std::size_t kLoadRamp = 0;
    static constexpr std::size_t kMainsRamp = 1;

    [[nodiscard]] double next_own() const;
    void run_due();
    void run_events();
    void run_ramps();
    void run(const Action& action);
    void start_ramp(std::size_t which, double from, const Action& action);
    [[nodiscard]] double percent_of(double watts) const;
    void apply_fault(Fault fault);

    Model model_;
    Scenario scenario_;
    ScenarioHooks hooks_;
    std::size_t next_event_ = 0;
    double round_start_ = 0;  // of the scenario's present round
    std::array<std::optional<Ramp>, 2> ramps_;
    std::array<double, kFaults> fault_until_{};  // device time
    std::string alarm_;
};

}  // namespace ups::sim
