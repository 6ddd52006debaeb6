// SPDX-License-Identifier: Apache-2.0
// The part of the model that obeys: clients on one side, the world (mains, load) on the other.
#include "model.hpp"

#include <algorithm>

namespace ups::sim {
namespace {

constexpr double kPanelTest = 5;
constexpr double kQuickTest = 10;
/// A calibration that does not start full measures nothing.
constexpr double kCalibrationCharge = 0.95;

}  // namespace

// ---- the world around -----------------------------------------------------------------------------

void Model::set_mains(bool present) {
    mains_present_ = present;
    happen();
}

void Model::set_mains_volts(double volts) {
    mains_volts_ = volts;
    happen();
}

void Model::set_mains_hertz(double hertz) {
    mains_hertz_ = hertz;
    happen();
}

void Model::set_load_percent(double percent) {
    load_percent_ = std::max(0.0, percent);
    happen();
}

void Model::set_battery_charge(double percent) {
    battery_.set_charge(percent / 100);
    happen();
}

void Model::set_battery_health(double percent) {
    battery_.set_health(percent / 100);
    happen();
}

// ---- the load -------------------------------------------------------------------------------------

Outcome Model::load_off() {
    turn_off(Then::stay);
    return Outcome::done;
}

Outcome Model::load_on() {
    return turn_on();
}

Outcome Model::load_off_in(double seconds) {
    return plan_shutdown(Then::stay, seconds);
}

Outcome Model::load_on_in(double seconds) {
    start_at_ = now_ + std::max(0.0, seconds);
    happen();
    return Outcome::done;
}

// RFC 9271 leaves the words to the device: "return" sets what the unit does when mains comes back.
Outcome Model::shutdown_return(double seconds) {
    controls_.start_auto = true;
    return plan_shutdown(Then::come_back, seconds);
}

Outcome Model::shutdown_stayoff(double seconds) {
    controls_.start_auto = false;
    return plan_shutdown(Then::stay, seconds);
}

Outcome Model::shutdown_reboot(double seconds) {
    return plan_shutdown(Then::reboot, seconds);
}

Outcome Model::plan_shutdown(Then then, double seconds) {
    then_ = then;
    if (!output_on_) {
        // Already off: what is asked for is only whether it comes back.
        turn_off(then);
    } else {
        shutdown_at_ = now_ + std::max(0.0, seconds);
    }
    happen();
    return Outcome::done;
}

Outcome Model::shutdown_stop() {
    shutdown_at_.reset();
    start_at_.reset();
    reboot_at_.reset();
    returns_ = false;
    for (Outlet& outlet : outlets_) {
        outlet.off_at.reset();
        outlet.on_at.reset();
        outlet.returns = false;
    }
    return Outcome::done;
}

// ---- tests ----------------------------------------------------------------------------------------

// NOLINTNEXTLINE(misc-no-recursion): see happen()
Outcome Model::start_test(SelfTest test) {
    const bool ready = output_on_ && is_mains_good() && test_ == SelfTest::none && !bypass_;
    if (!ready) return Outcome::refused;
    if (test == SelfTest::calibration && battery_.charge() < kCalibrationCharge)
        return Outcome::refused;
    if (test != SelfTest::panel && test != SelfTest::system && battery_.is_empty())
        return Outcome::refused;
    test_ = test;
    test_charge_ = battery_.charge();
    if (test == SelfTest::panel) test_end_at_ = now_ + kPanelTest;
    if (test == SelfTest::system || test == SelfTest::quick) test_end_at_ = now_ + kQuickTest;
    if (test != SelfTest::panel) {
        test_result_ = TestResult::running;
        tested_at_ = now_;
        interval_from_ = now_;
    }
    if (is_battery_test()) transfer_reason_ = TransferReason::test;
    happen();
    return Outcome::done;
}

Outcome Model::stop_test() {
    if (test_ == SelfTest::none) return Outcome::refused;
    end_test(TestResult::aborted);
    return Outcome::done;
}

Outcome Model::simulate_failure(bool on) {
    failure_simulated_ = on;
    happen();
    return Outcome::done;
}

Outcome Model::set_bypass(bool on) {
    if (on && (!output_on_ || !is_mains_good())) return Outcome::refused;
    bypass_ = on;
    if (on && test_ != SelfTest::none) end_test(TestResult::aborted);
    return Outcome::done;
}

void Model::reset_input_extremes() noexcept {
    volts_min_ = volts_max_ = mains_volts_;
}

// ---- outlets --------------------------------------------------------------------------------------

Outcome Model::switch_outlet(std::size_t index, bool on) {
    return on ? outlet_on_in(index, 0) : outlet_off_in(index, 0);
}

Outcome Model::outlet_off_in(std::size_t index, double seconds) {
    Outlet& outlet = outlets_[index];
    if (!outlet.switchable) return Outcome::refused;
    outlet.returns = outlet.shed = false;
    outlet.on_at.reset();
    outlet.off_at = now_ + std::max(0.0, seconds);
    happen();
    return Outcome::done;
}

Outcome Model::outlet_on_in(std::size_t index, double seconds) {
    Outlet& outlet = outlets_[index];
    if (!outlet.switchable) return Outcome::refused;
    outlet.on_at = now_ + std::max(0.0, seconds);
    happen();
    return Outcome::done;
}

Outcome Model::outlet_shutdown_return(std::size_t index, double seconds) {
    const Outcome outcome = outlet_off_in(index, seconds);
    outlets_[index].returns = outcome == Outcome::done;
    happen();
    return outcome;
}

}  // namespace ups::sim
