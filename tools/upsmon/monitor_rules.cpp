// SPDX-License-Identifier: Apache-2.0
/// The monitor's rules: evaluated after whatever happened, and carried out in order.
#include "tools/upsmon/monitor.hpp"

#include "lib/base/text.hpp"
#include "tools/upsmon/plan/text.hpp"

#include <utility>

namespace ups::upsmon {

/// Does what one step asks for. Nothing in here is waited for.
struct StepPerformer {
    Monitor& self;
    const plan::Step& step;

    [[nodiscard]] const std::string& rule() const {
        return self.configuration_->rules.rules[step.rule].rule.name;
    }
    void operator()(const plan::request::Run& run) const {
        self.parts_.notifier.run(run.rule, run.command);
    }
    void operator()(const plan::request::Send& send) const {
        order(send.ups, {send.command, send.parameter});
    }
    void operator()(const plan::request::Switch& wanted) const {
        order(wanted.ups, {.command = {}, .outlet = wanted.outlet});
    }
    void operator()(const plan::request::Notify& notify) const {
        const FeedLink& link = *self.links_[notify.ups];
        self.parts_.notifier.notify_rule(self.configuration_->conf, notify.rule, notify.text,
                                         {link.monitor(), &link.values()});
    }
    void operator()(const plan::request::ShutDown&) const {
        if (std::exchange(self.has_asked_, true)) return;
        self.process(event::RuleShutdown{.why = step.log, .scope = plan::kShutdownScope});
    }
    void operator()(const plan::request::Fsd&) const { self.process(event::UserFsd{}); }

  private:
    void order(plan::UpsIndex ups, UpsOrder order) const {
        FeedLink& link = *self.links_[ups];
        // A reload meanwhile may change positions, rules and links.
        link.send_order(std::move(order),
                        [monitor = &self, rule = rule(), name = link.monitor(),
                         text = plan::action_text(step.action)](const Result<std::string>& end) {
                            monitor->on_order_end(rule, name, text, end);
                        });
    }
};

void Monitor::on_order_end(const std::string& rule, const std::string& ups,
                           const std::string& action, const Result<std::string>& end) {
    if (end)
        return parts_.logger.info("rule", "rule=" + rule + " done: " + action,
                                  {{"ups", printable(ups)}, {"command", printable(*end)}});
    const std::string text = action + ": failed: " + end.error().text;
    parts_.logger.error("rule", "rule=" + rule + " " + text, {{"ups", printable(ups)}});
    parts_.notifier.notify(configuration_->conf, {action::NotifyType::rule, std::nullopt, text},
                           rule, nullptr);
}

void Monitor::read_feeds() {
    readings_.resize(links_.size());
    for (std::size_t i = 0; i < links_.size(); ++i) {
        readings_[i] = links_[i]->reading();
        if (state_.feeds[i].contact != Contact::good) readings_[i].is_fresh = false;
    }
}

void Monitor::follow_rules() {
    const plan::Plan& rules = configuration_->rules;
    if (is_over_ || (rules.rules.empty() && !has_asked_)) return;
    read_feeds();
    plan::Evaluation found =
        plan::evaluate(rules, std::move(rules_state_), readings_, parts_.services.loop.now());
    rules_state_ = std::move(found.state);
    if (found.deadline)
        rules_timer_.start_at(*found.deadline);
    else
        rules_timer_.stop();
    for (const plan::Step& step : found.steps) {
        parts_.logger.info("rule", step.log);
        if (step.kind != plan::Step::Kind::act || is_over_) continue;
        std::visit(StepPerformer{*this, step}, plan::request_of(rules, step.rule, step.action));
    }
    if (has_asked_ && !plan::asks_shutdown(rules_state_)) {
        has_asked_ = false;
        process(event::RuleWithdrawn{plan::kShutdownScope});
    }
}

}  // namespace ups::upsmon
