// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/rule_runner.hpp"

#include "lib/base/text.hpp"

#include <algorithm>

namespace ups::upsmon {

bool has_command(const std::vector<conf::Rule>& rules, const RuleCommand& command) {
    const auto says = [&command](const conf::RuleAction& action) {
        return action.kind == conf::ActionKind::run && action.text == command.command;
    };
    return std::ranges::any_of(rules, [&](const conf::Rule& rule) {
        return rule.name == command.rule && (std::ranges::any_of(rule.actions, says) ||
                                             std::ranges::any_of(rule.otherwise, says));
    });
}

Command command_of(const RuleCommand& command) {
    return {"RUN of rule " + command.rule,
            {"/bin/sh", "-c", command.command},
            {{"NOTIFYTYPE", "RULE"}, {"UPSNAME", command.rule}},
            {},
            RuleRunner::kLimit};
}

void RuleRunner::run(const RuleCommand& command) {
    if (has_command(rules_, command)) return runner_.run(command_of(command));
    logger_.error("rule.refused", "no rule says so in the configuration",
                  {{"rule", printable(command.rule)}});
}

}  // namespace ups::upsmon
