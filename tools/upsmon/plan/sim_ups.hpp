// SPDX-License-Identifier: Apache-2.0
/// A UPS as it would behave in a power cut, as far as its readings now tell.
///
/// The model is a straight line: on battery the charge falls so that it is used up when the runtime is,
/// on mains it rises at a constant rate. The load stays as it is.
#pragma once

#include "tools/upsmon/plan/readings.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ups::upsmon::plan {

/// What to take where a UPS does not say.
struct BatteryAssumptions {
    double charge = 100;  ///< percent
    std::chrono::seconds runtime_when_full{600};
    double charge_low = 20;                   ///< percent, if it tells no limit at all
    std::chrono::seconds recharge{4 * 3600};  ///< from empty to full
};

class SimUps {
  public:
    enum class Supply : bool { battery, mains };

    /// Starts from `now` on mains. What had to be assumed is added to `assumed`, a sentence each.
    SimUps(std::string_view name, const UpsReading& now, const BatteryAssumptions& assumptions,
           std::vector<std::string>& assumed);

    void set_supply(Supply supply) noexcept { supply_ = supply; }
    void set_forced_shutdown(bool is_set) noexcept { is_forced_ = is_set; }
    /// Lets time pass. A battery that is empty stays so until there are mains.
    void advance(std::chrono::duration<double> time) noexcept;

    /// What the UPS says: whole percent and seconds, where it told them at the start. Not fresh if it was
    /// not at the start, or if it is dark.
    [[nodiscard]] UpsReading reading() const;
    [[nodiscard]] bool is_known() const noexcept { return base_.is_fresh; }
    /// On battery and empty: nothing comes out of it any more.
    [[nodiscard]] bool is_dark() const noexcept;
    [[nodiscard]] bool is_low() const noexcept;
    [[nodiscard]] bool is_full() const noexcept { return charge_ > 100 - 1e-6; }
    [[nodiscard]] Supply supply() const noexcept { return supply_; }
    [[nodiscard]] double charge() const noexcept { return charge_; }
    /// As it is published.
    [[nodiscard]] int whole_charge() const noexcept;
    [[nodiscard]] std::chrono::seconds runtime() const noexcept;

  private:
    UpsReading base_;
    std::string words_;  // of the status that the outage does not change
    Supply supply_ = Supply::mains;
    bool is_forced_ = false;
    double charge_ = 100;
    double fall_ = 0;  // percent in a second
    double rise_ = 0;
    std::optional<double> charge_low_;
    std::optional<double> runtime_low_;
};

/// Variables besides ups.status and those of the rules that make the model better.
[[nodiscard]] std::vector<std::string_view> model_variables();

}  // namespace ups::upsmon::plan
