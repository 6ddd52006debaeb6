// SPDX-License-Identifier: Apache-2.0
#include "board.hpp"

#include "stock_types.hpp"

#include "kit/text.hpp"

#include <algorithm>

namespace ups::dummy {
namespace {

constexpr std::string_view kStatus = "ups.status";
constexpr std::string_view kAlarm = "ups.alarm";

bool is_number(std::string_view text) {
    return kit::to_decimal(text).has_value();
}

std::string without_word(std::string_view words, std::string_view word) {
    std::string kept;
    for (const std::string_view one : kit::split_blanks(words)) {
        if (one == word) continue;
        if (!kept.empty()) kept += ' ';
        kept += one;
    }
    return kept;
}

}  // namespace

void Board::use_rules(std::vector<Rule> rules) {
    if (rules == rules_) return;
    rules_ = std::move(rules);
    for (const auto& [name, value] : values_) {
        (void)host_.del_var(name);
        (void)host_.set_var(name, value);
        add_type(name, value);
    }
}

void Board::assign(std::string_view name, std::string_view value) {
    if (options_.driver_vars == DriverVars::own && name.starts_with("driver.")) return;
    if (name == kStatus) {
        status_ = value;
        status_changed_ = true;
        return;
    }
    if (value.empty() && had_value_.contains(name)) return withdraw(name);
    (void)publish(name, value);
}

kit::Status Board::set_by_client(std::string_view name, std::string_view value) {
    if (name.starts_with("driver.") || name.starts_with("server.") || !is_variable_name(name))
        return UPSDRV_E_INVALID;
    if (name == kStatus) {
        status_ = value;
        status_changed_ = true;
        show_status();
        return UPSDRV_OK;
    }
    if (value.empty()) {
        withdraw(name);
        return UPSDRV_OK;
    }
    return publish(name, value);
}

void Board::set_alarm(std::string_view text) {
    alarm_ = text;
    status_changed_ = true;
}

void Board::show_status() {
    if (!status_changed_) return;
    status_changed_ = false;
    if (options_.compose_status) {
        (void)host_.set_status(status_);
        (void)host_.set_alarm(alarm_);
        return;
    }
    if (!alarm_.empty()) {
        (void)publish(kAlarm, alarm_);
        const std::string words = without_word(status_, "ALARM");
        (void)publish(kStatus, words.empty() ? "ALARM" : "ALARM " + words);
    } else {
        if (alarm_shown_) withdraw(kAlarm);
        (void)publish(kStatus, status_);
    }
    alarm_shown_ = !alarm_.empty();
}

void Board::change_status(std::string_view word, bool present) {
    std::string words = without_word(status_, word);
    if (present) words += (words.empty() ? "" : " ") + std::string(word);
    status_ = words;
    status_changed_ = true;
    show_status();
}

void Board::withdraw(std::string_view name) {
    const auto found = values_.find(name);
    if (found == values_.end()) return;
    (void)host_.del_var(name);
    values_.erase(found);
}

kit::Status Board::publish(std::string_view name, std::string_view value) {
    const auto found = values_.find(name);
    if (found != values_.end() && found->second == value) return UPSDRV_OK;
    const kit::Status status = host_.set_var(name, value);
    if (status != UPSDRV_OK && refused_.emplace(name).second)
        host_.warning("the value of " + std::string(name) + " cannot be shown whole");
    if (status != UPSDRV_OK && status != UPSDRV_E_LIMIT) return status;
    if (!value.empty()) had_value_.emplace(name);
    if (found != values_.end()) {
        found->second = value;
    } else {
        values_.emplace(name, value);
        add_type(name, value);
    }
    return UPSDRV_OK;
}

void Board::add_type(std::string_view name, std::string_view value) {
    if (name.starts_with("driver.") || add_listed_type(name, value)) return;
    const bool listed_only = options_.writable == Writable::listed ||
                             (options_.writable == Writable::automatic && !rules_.empty());
    StockType type = stock_type(name, value);
    if (listed_only) type.flags &= ~UPSDRV_VAR_RW;
    (void)host_.var_flags(name, type.flags, type.max_length);
}

// A variable may have several ENUM or RANGE lines; one of numbers only is a number.
bool Board::add_listed_type(std::string_view name, std::string_view value) {
    bool listed = false;
    bool is_text = false;
    std::uint32_t length = 0;
    for (const Rule& rule : rules_) {
        if (rule.variable != name) continue;
        listed = true;
        if (rule.kind == RuleKind::choice) (void)host_.add_enum(name, rule.first);
        if (rule.kind == RuleKind::range) (void)host_.add_range(name, rule.first, rule.second);
        if (rule.kind == RuleKind::text)
            length = std::max(length, rule.max_length != 0 ? rule.max_length : kUsualLength);
        if (rule.kind == RuleKind::choice)
            length = std::max(length, static_cast<std::uint32_t>(rule.first.size()));
        is_text = is_text || rule.kind == RuleKind::text ||
                  (rule.kind == RuleKind::choice && !is_number(rule.first));
    }
    if (!listed) return false;
    length = std::max(length, static_cast<std::uint32_t>(value.size()));
    (void)host_.var_flags(name, UPSDRV_VAR_RW | (is_text ? UPSDRV_VAR_STRING : UPSDRV_VAR_NUMBER),
                          is_text ? length : 0);
    return true;
}

}  // namespace ups::dummy
