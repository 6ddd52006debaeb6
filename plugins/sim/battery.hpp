// SPDX-License-Identifier: Apache-2.0
/// A battery as a store of energy: what goes in, what comes out, what its terminals show. No I/O, no clock.
#pragma once

namespace ups::sim {

struct BatteryDesign {
    double volts = 24;          ///< nominal
    double amp_hours = 9;       ///< nominal, when new
    double charger_watts = 40;  ///< into the cells, below the knee
};

/// Constant power out; constant power in up to the knee, then a current that fades as the battery fills
/// (the two phases of a lead-acid charger). Both are solved exactly, so that one long step equals many
/// short ones. A value.
class Battery {
  public:
    explicit Battery(const BatteryDesign& design) : design_(design), energy_wh_(capacity_wh()) {}

    [[nodiscard]] double capacity_wh() const noexcept {
        return design_.volts * design_.amp_hours * health_;
    }
    [[nodiscard]] double energy_wh() const noexcept { return energy_wh_; }
    /// State of charge, 0..1.
    [[nodiscard]] double charge() const noexcept;
    /// Capacity that is left of the design's, 0.01..1.
    [[nodiscard]] double health() const noexcept { return health_; }
    [[nodiscard]] bool is_empty() const noexcept { return energy_wh_ <= 0; }
    [[nodiscard]] bool is_full() const noexcept { return charge() >= 1; }

    /// 0..1, beyond is cut.
    void set_charge(double charge) noexcept;
    /// Keeps the state of charge.
    void set_health(double health) noexcept;

    /// Takes `watts` out for `seconds`, or until empty. Returns the energy given, in Wh.
    double discharge(double watts, double seconds) noexcept;
    /// The charger works for `seconds`. Returns the energy stored, in Wh.
    double recharge(double seconds) noexcept;

    /// Seconds of `watts` until the charge is down to `target`; 0 if it is there, infinite without a load.
    [[nodiscard]] double seconds_down_to(double target, double watts) const noexcept;
    /// Seconds of charging until the charge is up to `target`; 0 if it is there.
    [[nodiscard]] double seconds_up_to(double target) const noexcept;
    /// What the charger puts in now.
    [[nodiscard]] double charging_watts() const noexcept;
    /// At the terminals, while giving `watts` (0 = at rest), or while being charged.
    [[nodiscard]] double volts_giving(double watts) const noexcept;
    [[nodiscard]] double volts_charging() const noexcept;

    /// Charge above which the charger's current fades.
    static constexpr double kKnee = 0.8;
    /// The charger ends here: the last part would take for ever.
    static constexpr double kFull = 0.9995;

  private:
    [[nodiscard]] double fade_per_second() const noexcept;

    BatteryDesign design_;
    double health_ = 1;
    double energy_wh_;
};

}  // namespace ups::sim
