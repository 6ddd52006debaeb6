// SPDX-License-Identifier: Apache-2.0
/// The RULE lines of upsmon.conf, ready to be evaluated: names of UPSes are positions now. And what comes
/// afterwards, the WAKE lines.
/// What a rule means is told in conf/parse/rules.hpp.
#pragma once

#include "conf/parse/problem.hpp"
#include "conf/parse/rules.hpp"
#include "tools/upsmon/recovery/recovery.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace ups::conf {
struct UpsmonConf;
}

namespace ups::upsmon::plan {

/// Position of a MONITOR line: in `Plan::upses`, in `Readings`, and in `Settings::feeds`.
using UpsIndex = std::size_t;

struct Test {
    conf::RuleTest rule;
    std::vector<UpsIndex> upses;  ///< one, or the members of the group; never empty
};

struct PlanRule {
    conf::Rule rule;
    std::vector<std::vector<Test>> any_of;  ///< as `rule.any_of`
};

struct Plan {
    std::vector<std::string> upses;  ///< texts of the MONITOR lines
    std::vector<PlanRule> rules;  ///< in the order of the file: that is the order of their effects
    recovery::Plan recovery;
};

/// The plan of a configuration that was read without errors.
[[nodiscard]] Plan make_plan(const conf::UpsmonConf& conf);

/// The variables whose values the rules look at for a UPS, besides ups.status; sorted, lower case. To be
/// polled or subscribed to.
[[nodiscard]] std::vector<std::string> needed_variables(const Plan& plan, UpsIndex ups);

/// What the tables of variables, commands and status words know better: warnings about names in rules
/// that no device publishes or takes. For `-t`; such rules work if a device does.
[[nodiscard]] std::vector<conf::Problem> check_names(const conf::UpsmonConf& conf);

}  // namespace ups::upsmon::plan
