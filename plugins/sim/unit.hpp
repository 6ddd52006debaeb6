// SPDX-License-Identifier: Apache-2.0
/// A simulated UPS as the plugin holds it: the simulator and the clock that moves it.
#pragma once

#include "simulator.hpp"

#include <cmath>
#include <cstdint>

namespace ups::sim {

/// Device seconds for milliseconds of the host's clock, at an adjustable pace. A value.
class DeviceClock {
  public:
    /// The device's clock shows 0 at `now_ms`.
    void start(std::int64_t now_ms) noexcept {
        base_ms_ = now_ms;
        base_seconds_ = 0;
    }
    void set_scale(double scale, std::int64_t now_ms) noexcept {
        base_seconds_ = seconds_at(now_ms);
        base_ms_ = now_ms;
        scale_ = scale;
    }
    [[nodiscard]] double scale() const noexcept { return scale_; }
    [[nodiscard]] double seconds_at(std::int64_t now_ms) const noexcept {
        return base_seconds_ + static_cast<double>(now_ms - base_ms_) / 1000 * scale_;
    }
    /// The first millisecond at which the device's clock shows at least `seconds`.
    [[nodiscard]] std::int64_t ms_at(double seconds) const noexcept {
        return base_ms_ +
               static_cast<std::int64_t>(std::ceil((seconds - base_seconds_) / scale_ * 1000));
    }

  private:
    std::int64_t base_ms_ = 0;
    double base_seconds_ = 0;
    double scale_ = 1;
};

/// The tables of readings and settings work on this.
struct Unit {
    Unit(const Design& design, const Controls& controls, Scenario scenario)
        : simulator(design, controls, std::move(scenario)) {}

    Simulator simulator;
    DeviceClock clock;
    std::int64_t now_ms = 0;         ///< of the host, at the present callback
    std::int64_t start_wall_ms = 0;  ///< wall time when the device's clock showed 0
    std::uint64_t seed = 1;
    double noise = 1;  ///< 0 = none
};

}  // namespace ups::sim
