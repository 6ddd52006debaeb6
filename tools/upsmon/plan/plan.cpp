// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/plan/plan.hpp"

#include "conf/parse/upsmon_conf.hpp"
#include "lib/base/assert.hpp"
#include "lib/base/text.hpp"
#include "lib/vars/dictionary.hpp"

#include <algorithm>
#include <set>

namespace ups::upsmon::plan {
namespace {

using conf::ActionKind;
using conf::Quantifier;
using conf::Quantity;
using conf::Severity;

std::vector<UpsIndex> members(const conf::UpsmonConf& conf, const conf::RuleTest& test) {
    std::vector<UpsIndex> found;
    for (UpsIndex i = 0; i < conf.monitors.size(); ++i) {
        const conf::MonitorLine& monitor = conf.monitors[i];
        const bool is_meant = test.quantifier == Quantifier::one
                                  ? monitor.text == test.subject
                                  : test.subject.empty() || monitor.address.group == test.subject;
        if (is_meant) found.push_back(i);
    }
    UPS_ASSERT(!found.empty());
    return found;
}

class NameCheck {
  public:
    void check(const conf::Rule& rule);
    std::vector<conf::Problem> problems;

  private:
    void report(const conf::Rule& rule, const std::string& what) {
        problems.push_back({Severity::warning, rule.place, "rule " + rule.name + ": " + what, ""});
    }
};

void NameCheck::check(const conf::Rule& rule) {
    for (const auto& all : rule.any_of)
        for (const conf::RuleTest& test : all) {
            if (test.quantity == Quantity::status && vars::find_status(test.name) == nullptr)
                report(rule, test.name + " is no known word of ups.status");
            if (test.quantity != Quantity::variable) continue;
            const vars::VariableRow* row = vars::find_variable(test.name);
            if (!vars::describe_variable(test.name))
                report(rule, test.name + " is no known variable");
            else if (row != nullptr &&
                     (row->kind == vars::Kind::words || row->kind == vars::Kind::text))
                report(rule, "values of " + test.name + " are no numbers");
        }
    for (const auto* actions : {&rule.actions, &rule.otherwise})
        for (const conf::RuleAction& action : *actions)
            if (action.kind == ActionKind::send && vars::find_command(action.text) == nullptr)
                report(rule, action.text + " is no known instant command");
}

}  // namespace

Plan make_plan(const conf::UpsmonConf& conf) {
    Plan plan;
    for (const conf::MonitorLine& monitor : conf.monitors)
        plan.upses.push_back(monitor.text);
    for (const conf::Rule& rule : conf.rules) {
        PlanRule& made = plan.rules.emplace_back();
        made.rule = rule;
        for (const auto& all : rule.any_of) {
            auto& tests = made.any_of.emplace_back();
            for (const conf::RuleTest& test : all)
                tests.push_back({test, members(conf, test)});
        }
    }
    plan.recovery = {conf.recovery.value_or(conf::Recovery{}), conf.wake};
    return plan;
}

std::vector<std::string> needed_variables(const Plan& plan, UpsIndex ups) {
    std::set<std::string> names;
    for (const PlanRule& rule : plan.rules)
        for (const auto& all : rule.any_of)
            for (const Test& test : all)
                if (test.rule.quantity == Quantity::variable &&
                    std::ranges::find(test.upses, ups) != test.upses.end())
                    names.insert(test.rule.name);
    return {names.begin(), names.end()};
}

std::vector<conf::Problem> check_names(const conf::UpsmonConf& conf) {
    NameCheck names;
    for (const conf::Rule& rule : conf.rules)
        names.check(rule);
    return std::move(names.problems);
}

}  // namespace ups::upsmon::plan
