// SPDX-License-Identifier: Apache-2.0
#include "simulator.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace ups::sim {
namespace {

/// Instants handled in one call; beyond it the rest of the time passes in one piece.
constexpr int kMaxInstants = 200'000;
constexpr double kRampSteps = 100;
constexpr double kShortestRampStep = 0.1;

}  // namespace

Simulator::Simulator(const Design& design, const Controls& controls, Scenario scenario)
    : model_(design, controls), scenario_(std::move(scenario)) {}

void Simulator::advance(double to) {
    for (int i = 0; i < kMaxInstants && model_.now() < to; ++i) {
        model_.advance(std::min(to, std::max(next_own(), model_.now())));
        run_due();
    }
    model_.advance(std::max(to, model_.now()));
    run_due();
}

double Simulator::next_change() const {
    return std::min(next_own(), model_.next_change());
}

double Simulator::next_own() const {
    double next = kForEver;
    if (next_event_ < scenario_.events.size())
        next = round_start_ + scenario_.events[next_event_].at;
    if (scenario_.loop_at) next = std::min(next, round_start_ + *scenario_.loop_at);
    for (const auto& ramp : ramps_)
        if (ramp) next = std::min(next, ramp->next);
    for (const double until : fault_until_)
        if (until > model_.now()) next = std::min(next, until);
    return next;
}

void Simulator::run_due() {
    const double now = model_.now();
    run_events();
    while (scenario_.loop_at && round_start_ + *scenario_.loop_at <= now) {
        // Rounds that were slept over are left out.
        const double rounds = std::floor((now - round_start_) / *scenario_.loop_at);
        round_start_ += std::max(1.0, rounds) * *scenario_.loop_at;
        next_event_ = 0;
        run_events();
    }
    run_ramps();
    for (int i = 0; i < kFaults; ++i) {
        double& until = fault_until_[static_cast<std::size_t>(i)];
        if (until <= 0 || until > now) continue;
        until = 0;
        apply_fault(static_cast<Fault>(i));
    }
}

void Simulator::run_events() {
    const auto& events = scenario_.events;
    while (next_event_ < events.size() && round_start_ + events[next_event_].at <= model_.now())
        run(events[next_event_++].action);
}

void Simulator::run_ramps() {
    const double now = model_.now();
    for (std::size_t which = 0; which < ramps_.size(); ++which) {
        auto& ramp = ramps_[which];
        if (!ramp || ramp->next > now) continue;
        const double part = now >= ramp->end ? 1 : (now - ramp->begin) / (ramp->end - ramp->begin);
        const double value = ramp->from + (ramp->to - ramp->from) * part;
        if (which == kLoadRamp) model_.set_load_percent(value);
        if (which == kMainsRamp) model_.set_mains_volts(value);
        ramp->next = std::min(ramp->end, now + ramp->step);
        if (part >= 1) ramp.reset();
    }
}

double Simulator::percent_of(double watts) const {
    return watts / model_.design().real_power_w * 100;
}

void Simulator::start_ramp(std::size_t which, double from, const Action& action) {
    const double now = model_.now();
    const double goal =
        action.kind == ActionKind::ramp_load_watts ? percent_of(action.number) : action.number;
    const double step = std::max(kShortestRampStep, action.over / kRampSteps);
    ramps_[which] = Ramp{from, goal, now, now + action.over, now, step};
}

void Simulator::run(const Action& action) {
    switch (action.kind) {
    case ActionKind::mains_on:
        return model_.set_mains(true);
    case ActionKind::mains_off:
        return model_.set_mains(false);
    case ActionKind::mains_volts:
        return model_.set_mains_volts(action.number);
    case ActionKind::frequency:
        return model_.set_mains_hertz(action.number);
    case ActionKind::load_percent:
        return model_.set_load_percent(action.number);
    case ActionKind::load_watts:
        return model_.set_load_percent(percent_of(action.number));
    case ActionKind::charge:
        return model_.set_battery_charge(action.number);
    case ActionKind::health:
        return model_.set_battery_health(action.number);
    case ActionKind::ramp_load_percent:
    case ActionKind::ramp_load_watts:
        return start_ramp(kLoadRamp, model_.set_load(), action);
    case ActionKind::ramp_mains:
        return start_ramp(kMainsRamp, model_.line_volts(), action);
    case ActionKind::fault_on:
        return set_fault(action.fault, kForEver);
    case ActionKind::fault_off:
        return set_fault(action.fault, 0);
    case ActionKind::alarm:
        alarm_ = action.text;
        return;
    case ActionKind::command:
        if (!hooks_.command) return;
        return hooks_.command(action.name, action.has_text
                                               ? std::optional<std::string_view>(action.text)
                                               : std::nullopt);
    case ActionKind::set:
        if (hooks_.set) hooks_.set(action.name, action.text);
        return;
    }
}

void Simulator::set_fault(Fault fault, double seconds) {
    fault_until_[static_cast<std::size_t>(fault)] = seconds > 0 ? model_.now() + seconds : 0;
    apply_fault(fault);
}

bool Simulator::has_fault(Fault fault) const noexcept {
    return fault_until_[static_cast<std::size_t>(fault)] > 0;
}

void Simulator::clear_faults() {
    for (int i = 0; i < kFaults; ++i)
        set_fault(static_cast<Fault>(i), 0);
}

// Two of the faults are the device's own; the others are those of the line to it.
void Simulator::apply_fault(Fault fault) {
    if (fault == Fault::overload) model_.set_overload(has_fault(fault));
    if (fault == Fault::replace) model_.set_replace_battery(has_fault(fault));
}

}  // namespace ups::sim
