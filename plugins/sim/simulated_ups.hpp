// SPDX-License-Identifier: Apache-2.0
/// Mode "ups" of the plugin: a unit on the host's clock, shown to the host.
#pragma once

#include "commands.hpp"
#include "unit.hpp"

#include "kit/host.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace ups::sim {

/// Neither copied nor moved: its scenario calls back into it. The methods are those of the plugin.
class SimulatedUps {
  public:
    SimulatedUps(kit::Host host, Scenario scenario);
    SimulatedUps(const SimulatedUps&) = delete;
    SimulatedUps& operator=(const SimulatedUps&) = delete;

    /// Whether the names in the scenario exist; what does not is logged with `file` and line.
    [[nodiscard]] bool check_names(const Scenario& scenario, std::string_view file) const;

    [[nodiscard]] kit::Status open();
    [[nodiscard]] kit::Status poll(kit::Deadline deadline);
    [[nodiscard]] kit::Status set(std::string_view name, std::string_view value);
    [[nodiscard]] kit::Status command(std::string_view name,
                                      std::optional<std::string_view> parameter);
    [[nodiscard]] kit::Status shutdown();
    [[nodiscard]] kit::Status reconfigure();

    /// Polls are not asked for more often than this, however fast the device's clock runs.
    static constexpr std::int64_t kShortestWait_ms = 20;
    /// How far a frozen poll stays behind its deadline.
    static constexpr std::int64_t kFrozen_ms = 2000;

  private:
    void advance();
    void show();
    void plan_poll();
    [[nodiscard]] kit::Status line_state() const;
    void scenario_command(std::string_view name, std::optional<std::string_view> parameter);
    void scenario_set(std::string_view name, std::string_view value);

    kit::Host host_;
    Unit unit_;
    bool started_ = false;
};

}  // namespace ups::sim
