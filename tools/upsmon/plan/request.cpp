// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/plan/request.hpp"

#include "lib/base/assert.hpp"
#include "lib/base/text.hpp"

#include <algorithm>

namespace ups::upsmon::plan {
namespace {

constexpr std::string_view kOutlet = "outlet.";
constexpr std::string_view kGroup = "outlet.group.";

std::string_view prefix_of(OutletKind kind) {
    return kind == OutletKind::group ? kGroup : kOutlet;
}

bool is_number(std::string_view text) {
    return !text.empty() &&
           std::ranges::all_of(text, [](char byte) { return byte >= '0' && byte <= '9'; });
}

std::string command_for(const OutletSwitch& wanted, std::string_view number) {
    return std::string(prefix_of(wanted.kind)) + std::string(number) +
           (wanted.position == Position::on ? ".load.on" : ".load.off");
}

/// The number of the outlet whose variable `suffix` (".name") says `name`.
std::string_view number_of(const OutletSwitch& wanted, std::string_view suffix,
                           std::span<const std::vector<std::string>> rows) {
    const std::string_view prefix = prefix_of(wanted.kind);
    for (const auto& row : rows) {
        if (row.size() < 2 || !iequals(trim(row[1]), trim(wanted.outlet))) continue;
        std::string_view variable = row[0];
        if (variable.size() <= prefix.size() + suffix.size() || !istarts_with(variable, prefix))
            continue;
        variable.remove_prefix(prefix.size());
        if (!iequals(variable.substr(variable.size() - suffix.size()), suffix)) continue;
        variable.remove_suffix(suffix.size());
        if (is_number(variable)) return variable;
    }
    return {};
}

UpsIndex ups_of(const Plan& plan, const conf::RuleAction& action) {
    const auto found = std::ranges::find(plan.upses, action.ups);
    UPS_ASSERT(found != plan.upses.end());
    return static_cast<UpsIndex>(found - plan.upses.begin());
}

}  // namespace

std::optional<std::string> switch_command(const OutletSwitch& wanted) {
    if (!is_number(wanted.outlet)) return std::nullopt;
    return command_for(wanted, wanted.outlet);
}

std::optional<std::string> switch_command(const OutletSwitch& wanted,
                                          std::span<const std::vector<std::string>> rows) {
    for (const std::string_view suffix : {".name", ".desc"})
        if (const auto number = number_of(wanted, suffix, rows); !number.empty())
            return command_for(wanted, number);
    return std::nullopt;
}

Request request_of(const Plan& plan, std::size_t rule, const conf::RuleAction& action) {
    const PlanRule& from = plan.rules[rule];
    const Position position = action.parameter == "on" ? Position::on : Position::off;
    switch (action.kind) {
    case conf::ActionKind::run:
        return request::Run{from.rule.name, action.text};
    case conf::ActionKind::send:
        return request::Send{ups_of(plan, action), action.text, action.parameter};
    case conf::ActionKind::outlet:
        return request::Switch{ups_of(plan, action), {OutletKind::outlet, action.text, position}};
    case conf::ActionKind::outlet_group:
        return request::Switch{ups_of(plan, action), {OutletKind::group, action.text, position}};
    case conf::ActionKind::notify:
        return request::Notify{from.rule.name, from.any_of.front().front().upses.front(),
                               action.text};
    case conf::ActionKind::shutdown:
        return request::ShutDown{};
    case conf::ActionKind::fsd:
        break;
    }
    return request::Fsd{};
}

}  // namespace ups::upsmon::plan
