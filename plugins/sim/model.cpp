// SPDX-License-Identifier: Apache-2.0
#include "model.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ups::sim {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
constexpr double kSecondsAnHour = 3600;
/// Shortest step: an instant that rounding puts just ahead is reached in one step.
constexpr double kTick = 1e-6;
constexpr int kMaxSteps = 200'000;
/// Shares of the charge that are equal but for rounding.
constexpr double kSame = 1e-9;
/// So far below a threshold is below it, beyond doubt.
constexpr double kBelow = 1e-5;
constexpr double kHertzWindow = 3;
constexpr double kBoostBelow = 0.92;  // of the output voltage
constexpr double kTrimAbove = 1.08;
constexpr double kBoostFactor = 1.12;
constexpr double kTrimFactor = 0.88;
constexpr double kWornOut = 0.6;  // health below which a test fails
constexpr double kOverload = 125;

bool is_due(const std::optional<double>& at, double now) noexcept {
    return at && *at <= now;
}

double or_never(const std::optional<double>& at) noexcept {
    return at.value_or(kNever);
}

}  // namespace

Model::Model(const Design& design, const Controls& controls)
    : design_(design), controls_(controls), battery_(design.battery),
      mains_volts_(design.mains_volts), mains_hertz_(design.mains_hertz),
      volts_min_(design.mains_volts), volts_max_(design.mains_volts) {
    for (int i = 0; i < design.outlets; ++i) {
        Outlet outlet;
        outlet.desc = "Outlet " + std::to_string(i + 1);
        if (design.groups > 0) outlet.group = i % design.groups + 1;
        outlets_.push_back(outlet);
    }
}

// ---- time -----------------------------------------------------------------------------------------

void Model::advance(double to) {
    happen();
    for (int step = 0; now_ < to && step < kMaxSteps; ++step) {
        const double next = std::min(to, std::max(next_event(), now_ + kTick));
        integrate(next - now_);
        now_ = next;
        happen();
    }
    now_ = std::max(now_, to);
}

void Model::integrate(double seconds) {
    if (supply() == Supply::battery) {
        (void)battery_.discharge(battery_drain(), seconds);
    } else if (is_charging()) {
        (void)battery_.recharge(seconds);
    }
}

double Model::next_event() const {
    double next = std::min({or_never(shutdown_at_), or_never(start_at_), or_never(reboot_at_),
                            or_never(test_end_at_), next_battery_event()});
    for (const Outlet& outlet : outlets_)
        next = std::min({next, or_never(outlet.off_at), or_never(outlet.on_at)});
    if (controls_.watchdog && output_on_) next = std::min(next, watchdog_fed_ + kWatchdog);
    if (controls_.test_interval > 0)
        next = std::min(next, interval_from_ + controls_.test_interval);
    return next;
}

double Model::next_battery_event() const {
    double wait = kNever;
    if (supply() == Supply::battery) {
        const double drain = battery_drain();
        wait = battery_.seconds_down_to(0, drain);
        if (is_battery_test())
            wait = std::min(wait, battery_.seconds_down_to(test_charge_end(), drain));
        for (const Outlet& outlet : outlets_)
            if (outlet.on && outlet.charge_low > 0 && !is_battery_test())
                wait = std::min(wait, battery_.seconds_down_to(outlet.charge_low / 100, drain));
    } else if (returns_ && !start_at_ && is_charging()) {
        wait = battery_.seconds_up_to(controls_.charge_restart / 100);
    }
    return now_ + wait;
}

double Model::next_change() const {
    double next = next_event();
    if (supply() == Supply::battery && !is_battery_low())
        next =
            std::min(next, now_ + battery_.seconds_down_to(low_charge() - kBelow, battery_drain()));
    if (is_charging()) {
        next = std::min(next, now_ + battery_.seconds_up_to(1));
        if (is_battery_low())
            next = std::min(next, now_ + battery_.seconds_up_to(low_charge() + kBelow));
    }
    return std::max(next, now_ + kTick);
}

// ---- what falls due -------------------------------------------------------------------------------

// NOLINTNEXTLINE(misc-no-recursion): a test that starts here is not due again at this time
void Model::happen() {
    mains_changed();
    happen_timers();
    happen_test();
    happen_test_interval();
    happen_outlets();
    if (output_on_ && supply() == Supply::none)
        turn_off(controls_.start_auto ? Then::come_back : Then::stay);
    happen_return();
}

void Model::happen_timers() {
    if (is_due(shutdown_at_, now_)) turn_off(then_);
    if (is_due(reboot_at_, now_)) {
        reboot_at_.reset();
        if (turn_on() == Outcome::refused) returns_ = true;
    }
    if (is_due(start_at_, now_)) {
        start_at_.reset();
        // One that waits for mains needs mains; it is planned again when that comes back.
        if (!returns_ || is_mains_good()) (void)turn_on();
    }
    if (controls_.watchdog && output_on_ && now_ >= watchdog_fed_ + kWatchdog) {
        watchdog_fed_ = now_;
        turn_off(Then::reboot);
    }
}

void Model::happen_test() {
    if (test_ == SelfTest::none) return;
    if (is_due(test_end_at_, now_))
        return end_test(needs_battery() ? TestResult::failed : TestResult::passed);
    if (!is_battery_test() || test_ == SelfTest::quick) {
        if (is_battery_test() && battery_.is_empty()) end_test(TestResult::failed);
        return;
    }
    const bool reached = battery_.charge() <= test_charge_end() + kSame;
    const bool low = test_ != SelfTest::deep && is_battery_low();
    if (reached || low || battery_.is_empty())
        end_test(needs_battery() || (battery_.is_empty() && test_ == SelfTest::deep)
                     ? TestResult::failed
                     : TestResult::passed);
}

// NOLINTNEXTLINE(misc-no-recursion): see happen()
void Model::happen_test_interval() {
    if (controls_.test_interval <= 0 || now_ < interval_from_ + controls_.test_interval) return;
    interval_from_ = now_;
    (void)start_test(SelfTest::quick);
}

void Model::happen_outlets() {
    for (Outlet& outlet : outlets_) {
        if (is_due(outlet.off_at, now_)) {
            outlet.off_at.reset();
            outlet.on = false;
        }
        if (is_due(outlet.on_at, now_)) {
            outlet.on_at.reset();
            outlet.on = true;
            outlet.returns = outlet.shed = false;
        }
        const bool low =
            outlet.charge_low > 0 && battery_.charge() <= outlet.charge_low / 100 + kSame;
        if (outlet.on && low && supply() == Supply::battery && !is_battery_test()) {
            outlet.on = false;
            outlet.shed = true;
        }
        const bool waits = (outlet.returns && !outlet.off_at) || outlet.shed;
        if (waits && !outlet.on && !outlet.on_at && is_mains_good())
            outlet.on_at = now_ + outlet.delay_start;
    }
}

void Model::happen_return() {
    if (!returns_ || output_on_ || start_at_ || reboot_at_ || !is_mains_good()) return;
    if (battery_.charge() + kSame < controls_.charge_restart / 100 && !battery_.is_full()) return;
    start_at_ = now_ + controls_.delay_start;
}

void Model::mains_changed() {
    const bool good = is_mains_good();
    if (mains_present_ && !failure_simulated_) {
        volts_min_ = std::min(volts_min_, mains_volts_);
        volts_max_ = std::max(volts_max_, mains_volts_);
    }
    if (good == mains_was_good_) return;
    mains_was_good_ = good;
    if (good) return;
    if (test_ != SelfTest::none) end_test(TestResult::aborted);
    if (returns_) start_at_.reset();
    transfer_reason_ = mains_fault();
}

TransferReason Model::mains_fault() const noexcept {
    if (!mains_present_ || failure_simulated_) return TransferReason::blackout;
    if (mains_volts_ < controls_.transfer_low) return TransferReason::low_voltage;
    if (mains_volts_ > controls_.transfer_high) return TransferReason::high_voltage;
    return TransferReason::frequency;
}

void Model::turn_off(Then then) {
    shutdown_at_.reset();
    start_at_.reset();
    reboot_at_.reset();
    if (test_ != SelfTest::none) end_test(TestResult::aborted);
    output_on_ = false;
    returns_ = then == Then::come_back;
    if (then == Then::reboot) reboot_at_ = now_ + controls_.delay_reboot;
}

Outcome Model::turn_on() {
    if (!is_mains_good() && (!controls_.start_battery || battery_.is_empty()))
        return Outcome::refused;
    output_on_ = true;
    returns_ = false;
    start_at_.reset();
    reboot_at_.reset();
    watchdog_fed_ = now_;
    return Outcome::done;
}

void Model::end_test(TestResult result) {
    if (test_ != SelfTest::panel) test_result_ = result;
    test_ = SelfTest::none;
    test_end_at_.reset();
}

// ---- what it shows --------------------------------------------------------------------------------

Supply Model::supply() const noexcept {
    if (!output_on_) return Supply::none;
    if (is_mains_good() && !is_battery_test()) return bypass_ ? Supply::bypass : Supply::mains;
    if (!battery_.is_empty()) return Supply::battery;
    return Supply::none;
}

bool Model::is_mains_good() const noexcept {
    return mains_present_ && !failure_simulated_ && mains_volts_ >= controls_.transfer_low &&
           mains_volts_ <= controls_.transfer_high &&
           std::abs(mains_hertz_ - design_.mains_hertz) <= kHertzWindow;
}

bool Model::is_battery_test() const noexcept {
    return test_ != SelfTest::none && test_ != SelfTest::panel && test_ != SelfTest::system;
}

// Share of the charge at which the running test ends.
double Model::test_charge_end() const noexcept {
    if (test_ == SelfTest::quick) return 0;
    if (test_ == SelfTest::deep) return std::max(controls_.charge_low / 100, test_charge_ - 0.25);
    return std::max(0.0, low_charge() - kBelow);
}

bool Model::is_boosting() const noexcept {
    return supply() == Supply::mains && mains_volts_ < kBoostBelow * controls_.output_volts;
}

bool Model::is_trimming() const noexcept {
    return supply() == Supply::mains && mains_volts_ > kTrimAbove * controls_.output_volts;
}

bool Model::is_charging() const noexcept {
    return is_mains_good() && !is_battery_test() && !battery_.is_full();
}

bool Model::is_overloaded() const noexcept {
    return load_watts() > design_.real_power_w * controls_.load_high / 100;
}

bool Model::is_battery_low() const noexcept {
    return std::floor(charge_percent()) < controls_.charge_low ||
           std::floor(runtime_seconds()) < controls_.runtime_low;
}

bool Model::needs_battery() const noexcept {
    return replace_battery_ || battery_.health() < kWornOut;
}

double Model::mains_volts() const noexcept {
    return mains_present_ && !failure_simulated_ ? mains_volts_ : 0;
}

double Model::output_volts() const noexcept {
    switch (supply()) {
    case Supply::none:
        return 0;
    case Supply::battery:
        return controls_.output_volts;
    case Supply::bypass:
        return mains_volts_;
    case Supply::mains:
        break;
    }
    if (is_boosting()) return mains_volts_ * kBoostFactor;
    if (is_trimming()) return mains_volts_ * kTrimFactor;
    return mains_volts_;
}

// What is plugged in and switched on, whether it is supplied or not.
double Model::connected_watts() const noexcept {
    const double percent = overload_ ? std::max(load_percent_, kOverload) : load_percent_;
    double share = 1;
    if (!outlets_.empty()) {
        const auto on = std::count_if(outlets_.begin(), outlets_.end(),
                                      [](const Outlet& outlet) { return outlet.on; });
        share = static_cast<double>(on) / static_cast<double>(outlets_.size());
    }
    return design_.real_power_w * percent / 100 * share;
}

double Model::load_watts() const noexcept {
    return supply() == Supply::none ? 0 : connected_watts();
}

double Model::outlet_watts(const Outlet& outlet) const noexcept {
    const auto on =
        std::count_if(outlets_.begin(), outlets_.end(), [](const Outlet& one) { return one.on; });
    return outlet.on && on > 0 ? load_watts() / static_cast<double>(on) : 0;
}

double Model::battery_drain() const noexcept {
    return connected_watts() / design_.efficiency + design_.own_use_w;
}

double Model::runtime_seconds() const noexcept {
    return battery_.seconds_down_to(0, battery_drain());
}

// Share of the charge at which the battery counts as low, with the present load.
double Model::low_charge() const noexcept {
    const double energy = battery_drain() * controls_.runtime_low / kSecondsAnHour;
    return std::max(controls_.charge_low / 100, energy / battery_.capacity_wh());
}

}  // namespace ups::sim
