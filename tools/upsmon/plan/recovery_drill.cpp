// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/plan/recovery_drill.hpp"

#include "lib/base/text.hpp"
#include "tools/upsmon/plan/text.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <utility>

namespace ups::upsmon::plan {
namespace {

using recovery::Phase;
using OrderKind = recovery::Order::Kind;

std::string waiting_text(const conf::WakeStep& step) {
    if (step.login.empty()) return {};
    return fmt::format(", then wait up to {} for {} to log in", time_text(step.timeout),
                       printable(step.login));
}

}  // namespace

void RecoveryDrill::see(const recovery::event::Supply& supply, Instant now) {
    take(supply, now);
    if (!login_at_ || now < *login_at_ || state_.phase != Phase::login) return;
    login_at_.reset();
    recovery::event::Clients clients{state_.clients};
    clients.addresses.push_back(plan_.steps[state_.step].login);
    take(clients, now);
}

std::optional<Instant> RecoveryDrill::deadline() const {
    if (!login_at_ || !deadline_) return deadline_ ? deadline_ : login_at_;
    return std::min(*deadline_, *login_at_);
}

bool RecoveryDrill::is_over() const {
    return state_.phase == Phase::idle || state_.phase == Phase::stopped;
}

std::vector<std::string> RecoveryDrill::take_news() {
    return std::exchange(news_, {});
}

// NOLINTNEXTLINE(misc-no-recursion): each step of the plan is answered once
void RecoveryDrill::take(const recovery::Event& event, Instant now) {
    recovery::Turn turn = recovery::take(plan_, std::move(state_), event, now);
    state_ = std::move(turn.state);
    deadline_ = turn.deadline;
    for (const recovery::Order& order : turn.orders)
        answer(order, now);
}

// NOLINTNEXTLINE(misc-no-recursion): see take()
void RecoveryDrill::answer(const recovery::Order& order, Instant now) {
    switch (order.kind) {
    case OrderKind::told:
        return;  // with the order to wake
    case OrderKind::failed:
    case OrderKind::log:
        return news_.push_back(order.text);
    case OrderKind::wake:
        break;
    }
    const conf::WakeStep& step = plan_.steps[order.step];
    news_.push_back(step.name + ": " + wake_text(step) + waiting_text(step));
    if (!step.login.empty()) login_at_ = now + hosts_start_;
    take(recovery::event::Result{order.ticket, true, {}}, now);
}

std::string wake_text(const conf::WakeStep& step) {
    const std::string target = printable(step.target);
    switch (step.kind) {
    case conf::WakeKind::outlet:
        return fmt::format("switch on outlet {} of {}", target, step.ups);
    case conf::WakeKind::outlet_group:
        return fmt::format("switch on outlet group {} of {}", target, step.ups);
    case conf::WakeKind::lan:
        return "send the wake-up packet to " + target;
    case conf::WakeKind::command:
        break;
    }
    return fmt::format("run \"{}\"", target);
}

std::string recovery_text(const conf::Recovery& when) {
    std::string text = when.stable.count() > 0
                           ? fmt::format("after {} on mains", time_text(when.stable))
                           : std::string("on mains");
    if (when.charge > 0) text += fmt::format(", with a charge of {} % or more", when.charge);
    if (when.runtime.count() > 0)
        text += fmt::format(", with a runtime of {} or more", time_text(when.runtime));
    if (when.at_most)
        text += fmt::format("; after {} on mains in any case", time_text(*when.at_most));
    return text;
}

}  // namespace ups::upsmon::plan
