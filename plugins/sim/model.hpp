// SPDX-License-Identifier: Apache-2.0
/// A UPS: mains in, battery, output with outlets, timers, self-tests. Physics and logic only; time is passed
/// in as seconds of the device's own clock, which starts at 0.
#pragma once

#include "battery.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ups::sim {

/// What the unit is; fixed when it is made.
struct Design {
    double power_va = 1000;
    double real_power_w = 600;
    double mains_volts = 230;
    double mains_hertz = 50;
    double efficiency = 0.9;  ///< of the inverter
    double own_use_w = 8;     ///< of the electronics while on battery
    int outlets = 4;
    int groups = 2;
    BatteryDesign battery;
};

enum class Beeper : std::uint8_t { enabled, disabled, muted };

/// What clients may set.
struct Controls {
    double charge_low = 20;      ///< %
    double charge_warning = 50;  ///< %
    double charge_restart = 0;   ///< %, needed before the load comes back
    double runtime_low = 120;    ///< s
    double delay_shutdown = 20;  ///< s
    double delay_start = 30;     ///< s
    double delay_reboot = 10;    ///< s
    double test_interval = 0;    ///< s, 0 = none
    double transfer_low = 184;   ///< V
    double transfer_high = 265;  ///< V
    double output_volts = 230;
    double load_high = 100;  ///< %
    bool start_auto = true;
    bool start_battery = true;
    bool watchdog = false;
    Beeper beeper = Beeper::enabled;
    std::string id = "simulated";
    std::string battery_date = "2024-01-01";
};

struct Outlet {
    std::string desc;
    bool on = true;
    bool switchable = true;
    int group = 0;              ///< from 1; 0 = none
    double delay_shutdown = 0;  ///< s
    double delay_start = 0;     ///< s
    double charge_low = 0;      ///< %, dropped below it on battery; 0 = never
    bool shed = false;          ///< dropped for its charge_low; comes back with mains
    bool returns = false;       ///< comes back with mains, delay_start later
    std::optional<double> off_at;
    std::optional<double> on_at;
};

enum class Supply : std::uint8_t { none, mains, battery, bypass };
enum class SelfTest : std::uint8_t { none, panel, system, quick, deep, low, calibration };
enum class TestResult : std::uint8_t { none, running, passed, failed, aborted };
enum class Outcome : std::uint8_t { done, refused };

/// Why the supply last went to the battery.
enum class TransferReason : std::uint8_t {
    none,
    blackout,
    low_voltage,
    high_voltage,
    frequency,
    test
};

class Model {
  public:
    Model(const Design& design, const Controls& controls);

    // -- time --
    [[nodiscard]] double now() const noexcept { return now_; }
    /// Lives on until `to` (>= now): everything that falls due happens at its own instant.
    void advance(double to);
    /// The next instant after now at which the status, an outlet or a threshold changes by itself; infinite
    /// if there is none.
    [[nodiscard]] double next_change() const;

    // -- the world around it --
    void set_mains(bool present);
    void set_mains_volts(double volts);
    void set_mains_hertz(double hertz);
    /// Of the nominal real power, with all outlets on.
    void set_load_percent(double percent);
    void set_battery_charge(double percent);
    void set_battery_health(double percent);
    void set_replace_battery(bool on) noexcept { replace_battery_ = on; }
    void set_overload(bool on) noexcept { overload_ = on; }

    // -- what clients ask for; refused when the state does not allow it --
    Outcome load_off();
    Outcome load_on();
    Outcome load_off_in(double seconds);
    Outcome load_on_in(double seconds);
    Outcome shutdown_return(double seconds);
    Outcome shutdown_stayoff(double seconds);
    Outcome shutdown_reboot(double seconds);
    /// Cancels whatever is pending. A load that is off already stays off.
    Outcome shutdown_stop();
    Outcome start_test(SelfTest test);
    Outcome stop_test();
    Outcome simulate_failure(bool on);
    Outcome set_bypass(bool on);
    Outcome switch_outlet(std::size_t index, bool on);
    Outcome outlet_off_in(std::size_t index, double seconds);
    Outcome outlet_on_in(std::size_t index, double seconds);
    Outcome outlet_shutdown_return(std::size_t index, double seconds);
    void reset_input_extremes() noexcept;
    void reset_watchdog() noexcept { watchdog_fed_ = now_; }

    // -- what it shows --
    [[nodiscard]] Controls& controls() noexcept { return controls_; }
    [[nodiscard]] const Controls& controls() const noexcept { return controls_; }
    [[nodiscard]] std::vector<Outlet>& outlets() noexcept { return outlets_; }
    [[nodiscard]] const std::vector<Outlet>& outlets() const noexcept { return outlets_; }
    [[nodiscard]] const Design& design() const noexcept { return design_; }
    [[nodiscard]] const Battery& battery() const noexcept { return battery_; }
    [[nodiscard]] Supply supply() const noexcept;
    [[nodiscard]] bool is_output_on() const noexcept { return output_on_; }
    [[nodiscard]] bool is_mains_good() const noexcept;
    [[nodiscard]] bool is_mains_present() const noexcept { return mains_present_; }
    [[nodiscard]] bool is_boosting() const noexcept;
    [[nodiscard]] bool is_trimming() const noexcept;
    [[nodiscard]] bool is_charging() const noexcept;
    [[nodiscard]] bool is_overloaded() const noexcept;
    [[nodiscard]] bool is_battery_low() const noexcept;
    [[nodiscard]] bool needs_battery() const noexcept;
    [[nodiscard]] double mains_volts() const noexcept;
    /// Of the line, whether it is present or not.
    [[nodiscard]] double line_volts() const noexcept { return mains_volts_; }
    [[nodiscard]] double mains_hertz() const noexcept { return mains_hertz_; }
    [[nodiscard]] double mains_volts_min() const noexcept { return volts_min_; }
    [[nodiscard]] double mains_volts_max() const noexcept { return volts_max_; }
    [[nodiscard]] double output_volts() const noexcept;
    /// Of the load that is supplied now, W.
    [[nodiscard]] double load_watts() const noexcept;
    [[nodiscard]] double outlet_watts(const Outlet& outlet) const noexcept;
    [[nodiscard]] double set_load() const noexcept { return load_percent_; }
    /// %, not rounded.
    [[nodiscard]] double charge_percent() const noexcept { return battery_.charge() * 100; }
    /// Seconds on battery with the present load.
    [[nodiscard]] double runtime_seconds() const noexcept;
    [[nodiscard]] SelfTest test() const noexcept { return test_; }
    [[nodiscard]] TestResult test_result() const noexcept { return test_result_; }
    [[nodiscard]] std::optional<double> last_test_at() const noexcept { return tested_at_; }
    [[nodiscard]] TransferReason transfer_reason() const noexcept { return transfer_reason_; }
    /// Instants, in device time.
    [[nodiscard]] std::optional<double> shutdown_at() const noexcept { return shutdown_at_; }
    [[nodiscard]] std::optional<double> start_at() const noexcept { return start_at_; }
    [[nodiscard]] std::optional<double> reboot_at() const noexcept { return reboot_at_; }

    /// Without `reset.watchdog` for so long, an enabled watchdog reboots the load.
    static constexpr double kWatchdog = 300;

  private:
    enum class Then : std::uint8_t { stay, come_back, reboot };

    [[nodiscard]] double next_event() const;
    [[nodiscard]] double next_battery_event() const;
    [[nodiscard]] double connected_watts() const noexcept;
    [[nodiscard]] double battery_drain() const noexcept;
    [[nodiscard]] double low_charge() const noexcept;
    [[nodiscard]] bool is_battery_test() const noexcept;
    [[nodiscard]] double test_charge_end() const noexcept;
    void integrate(double seconds);
    void happen();
    void happen_timers();
    void happen_test();
    void happen_outlets();
    void happen_return();
    void happen_test_interval();
    void turn_off(Then then);
    Outcome turn_on();
    Outcome plan_shutdown(Then then, double seconds);
    void end_test(TestResult result);
    void mains_changed();
    [[nodiscard]] TransferReason mains_fault() const noexcept;

    Design design_;
    Controls controls_;
    Battery battery_;
    std::vector<Outlet> outlets_;
    double now_ = 0;

    bool mains_present_ = true;
    double mains_volts_;
    double mains_hertz_;
    double volts_min_;
    double volts_max_;
    bool failure_simulated_ = false;
    bool mains_was_good_ = true;
    TransferReason transfer_reason_ = TransferReason::none;

    double load_percent_ = 30;
    bool overload_ = false;
    bool replace_battery_ = false;

    bool output_on_ = true;
    bool bypass_ = false;
    bool returns_ = false;    // the load is off and comes back with mains and enough charge
    Then then_ = Then::stay;  // what follows the pending shutdown
    std::optional<double> shutdown_at_;
    std::optional<double> start_at_;
    std::optional<double> reboot_at_;

    SelfTest test_ = SelfTest::none;
    TestResult test_result_ = TestResult::none;
    std::optional<double> test_end_at_;
    double test_charge_ = 0;  // when it began
    std::optional<double> tested_at_;
    double interval_from_ = 0;  // the last test, or attempt of one, for test_interval
    double watchdog_fed_ = 0;
};

}  // namespace ups::sim
