// SPDX-License-Identifier: Apache-2.0
#include "drivers/host/publisher.hpp"

#include "driverapi/upsdrv.h"

#include <algorithm>
#include <array>
#include <utility>

namespace ups::host {
namespace {

constexpr std::string_view kStatus = "ups.status";
constexpr std::string_view kAlarm = "ups.alarm";
constexpr std::size_t kMaxStatus = 255;

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kCopies = {
    {{"device.mfr", "ups.mfr"}, {"device.model", "ups.model"}, {"device.serial", "ups.serial"}}};

// Variables whose value depends on that of `name`.
void for_dependents(std::string_view name, bool ignore_lb, auto&& visit) {
    for (const auto& [copy, source] : kCopies)
        if (iequals(name, source)) visit(copy);
    if (ignore_lb &&
        (istarts_with(name, "battery.charge") || istarts_with(name, "battery.runtime")))
        visit(kStatus);
}

void add_status_word(std::string& status, std::string_view word) {
    for (const auto present : split_blanks(status))
        if (present == word) return;
    if (status.size() + word.size() + 1 > kMaxStatus) return;
    if (!status.empty()) status += ' ';
    status += word;
}

}  // namespace

Publisher::Publisher(PublishRules rules) : rules_(std::move(rules)) {
    for (const auto& [name, value] : rules_.defaults)
        touch(name);
    for (const auto& [name, value] : rules_.overrides)
        touch(name);
}

void Publisher::touch(std::string_view name) {
    touched_.emplace(name);
    for_dependents(name, rules_.ignore_lb,
                   [this](std::string_view dependent) { touched_.emplace(dependent); });
}

std::int32_t Publisher::set_var(std::string_view name, std::string_view value) {
    if (!is_name(name)) return UPSDRV_E_INVALID;
    const std::string_view fitting = fit_value(name, value);
    auto found = draft_.find(name);
    if (found == draft_.end()) {
        if (draft_.size() >= kMaxVariables) return UPSDRV_E_LIMIT;
        found = draft_.emplace(name, Variable{}).first;
    }
    found->second.value = fitting;
    if (iequals(name, kStatus)) status_.reset();
    if (iequals(name, kAlarm)) alarm_.clear();
    touch(name);
    return fitting.size() == value.size() ? UPSDRV_OK : UPSDRV_E_LIMIT;
}

std::int32_t Publisher::del_var(std::string_view name) {
    if (iequals(name, kStatus)) status_.reset();
    if (iequals(name, kAlarm)) alarm_.clear();
    const auto found = draft_.find(name);
    touch(name);
    if (found == draft_.end()) return UPSDRV_E_UNKNOWN;
    draft_.erase(found);
    return UPSDRV_OK;
}

Variable* Publisher::draft(std::string_view name) {
    const auto found = draft_.find(name);
    if (found == draft_.end()) return nullptr;
    touch(name);
    return &found->second;
}

std::int32_t Publisher::var_flags(std::string_view name, std::uint32_t flags,
                                  std::uint32_t max_length) {
    Variable* const variable = draft(name);
    if (variable == nullptr) return UPSDRV_E_UNKNOWN;
    variable->flags = flags & (UPSDRV_VAR_RW | UPSDRV_VAR_STRING | UPSDRV_VAR_NUMBER);
    variable->max_length = max_length;
    return UPSDRV_OK;
}

std::int32_t Publisher::add_enum(std::string_view name, std::string_view value) {
    Variable* const variable = draft(name);
    if (variable == nullptr) return UPSDRV_E_UNKNOWN;
    const std::string text(fit_value(name, value));
    auto& enums = variable->enums;
    if (std::find(enums.begin(), enums.end(), text) != enums.end()) return UPSDRV_OK;
    if (enums.size() >= kMaxChoices) return UPSDRV_E_LIMIT;
    enums.push_back(text);
    return UPSDRV_OK;
}

std::int32_t Publisher::del_enum(std::string_view name, std::string_view value) {
    Variable* const variable = draft(name);
    if (variable == nullptr) return UPSDRV_E_UNKNOWN;
    return std::erase(variable->enums, value) > 0 ? UPSDRV_OK : UPSDRV_E_UNKNOWN;
}

std::int32_t Publisher::add_range(std::string_view name, std::string_view min,
                                  std::string_view max) {
    if (!parse_decimal(min) || !parse_decimal(max)) return UPSDRV_E_INVALID;
    Variable* const variable = draft(name);
    if (variable == nullptr) return UPSDRV_E_UNKNOWN;
    auto& ranges = variable->ranges;
    const Variable::Range range(min, max);
    if (std::find(ranges.begin(), ranges.end(), range) != ranges.end()) return UPSDRV_OK;
    if (ranges.size() >= kMaxChoices) return UPSDRV_E_LIMIT;
    ranges.push_back(range);
    return UPSDRV_OK;
}

std::int32_t Publisher::del_range(std::string_view name, std::string_view min,
                                  std::string_view max) {
    Variable* const variable = draft(name);
    if (variable == nullptr) return UPSDRV_E_UNKNOWN;
    return std::erase(variable->ranges, Variable::Range(min, max)) > 0 ? UPSDRV_OK
                                                                       : UPSDRV_E_UNKNOWN;
}

std::int32_t Publisher::add_command(std::string_view name) {
    if (!is_name(name)) return UPSDRV_E_INVALID;
    if (draft_commands_.size() >= kMaxCommands) return UPSDRV_E_LIMIT;
    draft_commands_.emplace(name);
    return UPSDRV_OK;
}

std::int32_t Publisher::del_command(std::string_view name) {
    const auto found = draft_commands_.find(name);
    if (found == draft_commands_.end()) return UPSDRV_E_UNKNOWN;
    draft_commands_.erase(found);
    return UPSDRV_OK;
}

std::optional<std::string_view> Publisher::get_var(std::string_view name) {
    auto found = wanted(name);
    if (!found) return std::nullopt;
    answer_ = std::move(found->value);
    return answer_;
}

std::int32_t Publisher::set_status(std::string_view words) {
    status_ = words;
    touch(kStatus);
    return UPSDRV_OK;
}

std::int32_t Publisher::set_alarm(std::string_view text) {
    alarm_ = fit_value(kAlarm, trim(text));
    touch(kAlarm);
    touch(kStatus);
    return alarm_.size() == trim(text).size() ? UPSDRV_OK : UPSDRV_E_LIMIT;
}

void Publisher::clear() {
    for (const auto& [name, variable] : draft_)
        touch(name);
    if (status_) touch(kStatus);
    if (!alarm_.empty()) touch(kAlarm);
    draft_.clear();
    draft_commands_.clear();
    status_.reset();
    alarm_.clear();
}

// NOLINTBEGIN(misc-no-recursion): copies are of names that are no copies, and no limit is made of a status
std::optional<Variable> Publisher::wanted(std::string_view name) const {
    if (const auto fixed = rules_.overrides.find(name); fixed != rules_.overrides.end())
        return Variable{.value = fixed->second, .enums = {}, .ranges = {}};
    if (auto made = composed(name)) return made;
    if (const auto said = draft_.find(name); said != draft_.end()) return said->second;
    if (const auto start = rules_.defaults.find(name); start != rules_.defaults.end())
        return Variable{.value = start->second, .enums = {}, .ranges = {}};
    for (const auto& [copy, source] : kCopies)
        if (iequals(name, copy))
            if (const auto original = wanted(source))
                return Variable{.value = original->value, .enums = {}, .ranges = {}};
    return std::nullopt;
}

std::optional<Variable> Publisher::composed(std::string_view name) const {
    if (iequals(name, kStatus) && status_)
        return Variable{.value = composed_status(), .enums = {}, .ranges = {}};
    if (iequals(name, kAlarm) && !alarm_.empty())
        return Variable{.value = alarm_, .enums = {}, .ranges = {}};
    return std::nullopt;
}

std::string Publisher::composed_status() const {
    std::string status;
    if (!alarm_.empty()) add_status_word(status, "ALARM");
    for (const auto word : split_blanks(*status_))
        if (!rules_.ignore_lb || word != "LB") add_status_word(status, word);
    if (rules_.ignore_lb && is_battery_low()) add_status_word(status, "LB");
    return status;
}

bool Publisher::is_battery_low() const {
    return is_below("battery.charge", "battery.charge.low") ||
           is_below("battery.runtime", "battery.runtime.low");
}

bool Publisher::is_below(std::string_view name, std::string_view limit) const {
    const auto value = wanted(name);
    const auto least = wanted(limit);
    if (!value || !least) return false;
    const auto number = parse_decimal(value->value);
    const auto bound = parse_decimal(least->value);
    return number && bound && *number < *bound;
}
// NOLINTEND(misc-no-recursion)

Changes Publisher::commit() {
    Changes changes;
    for (const auto& name : touched_) {
        auto now = wanted(name);
        const auto before = published_.find(name);
        if (!now) {
            if (before == published_.end()) continue;
            changes.push_back({ChangeKind::remove, before->first, {}});
            published_.erase(before);
        } else if (before == published_.end()) {
            changes.push_back({ChangeKind::set, name, *now});
            published_.emplace(name, *std::move(now));
        } else if (before->second != *now) {
            changes.push_back({ChangeKind::set, before->first, *now});
            before->second = *std::move(now);
        }
    }
    touched_.clear();
    for (const auto& name : published_commands_)
        if (!draft_commands_.contains(name))
            changes.push_back({ChangeKind::remove_command, name, {}});
    for (const auto& name : draft_commands_)
        if (!published_commands_.contains(name))
            changes.push_back({ChangeKind::add_command, name, {}});
    published_commands_ = draft_commands_;
    return changes;
}

}  // namespace ups::host
