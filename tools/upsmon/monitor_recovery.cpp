// SPDX-License-Identifier: Apache-2.0
/// The monitor's recovery plan: told whatever the feeds say, and carried out step by step.
#include "tools/upsmon/monitor.hpp"

#include "lib/base/text.hpp"

#include <algorithm>
#include <utility>

namespace ups::upsmon {
namespace {

using Kind = recovery::Order::Kind;

/// How often to ask who is logged in while a step waits for its host.
constexpr std::chrono::seconds kAskClients{2};

void lower(std::optional<double>& least, bool& is_known, double value) {
    is_known = is_known && value >= 0;
    least = least ? std::min(*least, value) : value;
}

bool is_over(const recovery::State& state) {
    return state.phase == recovery::Phase::idle || state.phase == recovery::Phase::stopped;
}

}  // namespace

void Monitor::begin_recovery(bool is_needed) {
    const bool was_under_way = recovery_.phase != recovery::Phase::idle;
    recovery_plan_ = configuration_->rules.recovery;
    // Tickets go on, so that an end that is on its way belongs to nothing.
    recovery::State fresh;
    fresh.ticket = recovery_.ticket;
    recovery_ = std::move(fresh);
    if (is_needed || was_under_way) recover(recovery::event::Needed{});
}

recovery::event::Supply Monitor::supply() const {
    using Seen = recovery::Mains;
    recovery::event::Supply told{Seen::on, {}, {}};
    bool is_charge_known = true, is_runtime_known = true;
    for (std::size_t i = 0; i < state_.feeds.size(); ++i) {
        if (configuration_->conf.monitors[i].heartbeat) continue;
        const FeedState& feed = state_.feeds[i];
        const bool is_good = feed.contact == Contact::good;
        if (feed.mains == Mains::battery && is_good)
            told.mains = Seen::lost;
        else if ((!is_good || feed.mains != Mains::online) && told.mains != Seen::lost)
            told.mains = Seen::unknown;
        lower(told.charge, is_charge_known, feed.charge);
        lower(told.runtime, is_runtime_known, feed.runtime);
    }
    if (!is_charge_known) told.charge.reset();
    if (!is_runtime_known) told.runtime.reset();
    // Nobody is woken while this host goes down.
    if (state_.phase != Phase::watching) told.mains = Seen::lost;
    return told;
}

void Monitor::follow_recovery() {
    if (is_over_ || recovery_plan_.steps.empty()) return;
    if (std::exchange(called_off_seen_, state_.called_off_at) != state_.called_off_at &&
        state_.called_off_at)
        recover(recovery::event::Needed{});
    recover(supply());
}

// NOLINTNEXTLINE(misc-no-recursion): an event of an event waits for the end of the loop
void Monitor::recover(const recovery::Event& event) {
    recovery_events_.push_back(event);
    if (std::exchange(is_recovering_, true)) return;
    std::optional<Instant> next;
    while (!recovery_events_.empty()) {
        const recovery::Event one = std::move(recovery_events_.front());
        recovery_events_.pop_front();
        const bool was_over = is_over(recovery_);
        auto turn =
            recovery::take(recovery_plan_, std::move(recovery_), one, parts_.services.loop.now());
        recovery_ = std::move(turn.state);
        next = turn.deadline;
        for (const recovery::Order& order : turn.orders)
            perform_recovery(order);
        if (!was_over && is_over(recovery_)) parts_.guardian.recovered();
    }
    is_recovering_ = false;
    if (next)
        recovery_timer_.start_at(*next);
    else
        recovery_timer_.stop();
    ask_who_is_there();
}

void Monitor::ask_who_is_there() {
    if (!recovery::wants_clients(recovery_plan_, recovery_)) return recovery_clients_timer_.stop();
    if (!recovery_clients_timer_.armed()) recovery_clients_timer_.start(kAskClients);
}

void Monitor::list_clients() {
    for (const auto& link : links_)
        link->list_clients([this, from = link->monitor()](std::vector<std::string> addresses) {
            clients_by_ups_[from] = std::move(addresses);
            recovery::event::Clients all;
            for (const auto& [ups, known] : clients_by_ups_)
                all.addresses.insert(all.addresses.end(), known.begin(), known.end());
            recover(all);
        });
    ask_who_is_there();
}

// NOLINTNEXTLINE(misc-no-recursion): see recover()
void Monitor::perform_recovery(const recovery::Order& order) {
    const auto notify = [&](action::NotifyType type) {
        parts_.notifier.notify(configuration_->conf, {type, std::nullopt, order.text}, {}, nullptr);
    };
    switch (order.kind) {
    case Kind::log:
        return parts_.logger.info("recovery", printable(order.text, 500));
    case Kind::told:
        return notify(action::NotifyType::wake);
    case Kind::failed:
        parts_.logger.error("recovery", printable(order.text, 500));
        return notify(action::NotifyType::wakefail);
    case Kind::wake:
        break;
    }
    const conf::WakeStep& step = recovery_plan_.steps[order.step];
    const bool is_group = step.kind == conf::WakeKind::outlet_group;
    if (!is_group && step.kind != conf::WakeKind::outlet)
        return parts_.waker.wake({order.ticket, step.name});
    const auto link = std::ranges::find_if(
        links_, [&step](const auto& one) { return one->monitor() == step.ups; });
    if (link == links_.end())
        return recover(recovery::event::Result{order.ticket, false, step.ups + " is not watched"});
    const auto kind = is_group ? plan::OutletKind::group : plan::OutletKind::outlet;
    (*link)->send_order(
        {.command = {}, .outlet = plan::OutletSwitch{kind, step.target, plan::Position::on}},
        [this, ticket = order.ticket](const Result<std::string>& end) {
            recover(recovery::event::Result{ticket, end.has_value(),
                                            end ? std::string() : end.error().text});
        });
}

}  // namespace ups::upsmon
