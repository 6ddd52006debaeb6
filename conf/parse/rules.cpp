// SPDX-License-Identifier: Apache-2.0
#include "conf/parse/rules.hpp"

#include "conf/parse/rule_words.hpp"
#include "conf/parse/statement.hpp"
#include "conf/parse/upsmon_conf.hpp"
#include "lib/base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace ups::conf {
namespace {

using std::chrono::seconds;

/// Longest FOR and AFTER.
constexpr double kLongestTime = 7 * 86400;

struct QuantityRow {
    std::string_view word;
    Quantity quantity;
    std::string_view variable;
};
constexpr auto kQuantities = std::to_array<QuantityRow>({
    {"charge", Quantity::variable, "battery.charge"},
    {"runtime", Quantity::variable, "battery.runtime"},
    {"load", Quantity::variable, "ups.load"},
    {"temperature", Quantity::variable, "ups.temperature"},
    {"on-battery", Quantity::on_battery, ""},
});

struct ComparisonRow {
    std::string_view word;
    Comparison comparison;
    Comparison opposite;
};
constexpr auto kComparisons = std::to_array<ComparisonRow>({
    {"<", Comparison::lt, Comparison::ge},
    {"<=", Comparison::le, Comparison::gt},
    {">", Comparison::gt, Comparison::le},
    {">=", Comparison::ge, Comparison::lt},
    {"=", Comparison::eq, Comparison::ne},
    {"!=", Comparison::ne, Comparison::eq},
    {"==", Comparison::eq, Comparison::ne},
});

struct ActionRow {
    std::string_view word;
    ActionKind kind;
    std::string_view shape;
};
constexpr auto kActions = std::to_array<ActionRow>({
    {"RUN", ActionKind::run, "RUN \"COMMAND\""},
    {"SEND", ActionKind::send, "SEND COMMAND [PARAMETER] [AT UPS]"},
    {"OUTLET", ActionKind::outlet, "OUTLET NUMBER on|off [AT UPS]"},
    {"OUTLET.GROUP", ActionKind::outlet_group, "OUTLET.GROUP GROUP on|off [AT UPS]"},
    {"NOTIFY", ActionKind::notify, "NOTIFY \"TEXT\""},
    {"SHUTDOWN", ActionKind::shutdown, "SHUTDOWN"},
    {"FSD", ActionKind::fsd, "FSD"},
});

/// Whether values of the variable are times, so that "10m" makes sense.
RuleUnit unit_of(const RuleTest& test) {
    const auto has = [&](std::string_view part) { return test.name.find(part) != test.name.npos; };
    const bool is_time =
        test.quantity == Quantity::on_battery || has("runtime") || has("timer") || has("delay");
    return is_time ? RuleUnit::time : RuleUnit::plain;
}

bool is_name(std::string_view text, std::string_view more) {
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        const char lower = ascii_lower(c);
        return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
               more.find(c) != more.npos;
    });
}

std::string hint_nearest(std::string_view text, std::span<const std::string_view> candidates) {
    const auto near = nearest(text, candidates);
    return near ? "did you mean " + in_quotes(*near) + "?" : std::string();
}

/// Parses one line. Every `bool` is whether to go on; what is wrong has been reported then.
class RuleParser {
  public:
    RuleParser(const UpsmonConf& conf, std::vector<Problem>& problems)
        : conf_(conf), problems_(problems) {}
    bool parse(const RuleLine& line, Rule& rule);

  private:
    struct Subject {
        Quantifier quantifier = Quantifier::one;
        std::string text;
    };
    bool refuse(const Place& place, std::string text, std::string hint = {}) {
        problems_.push_back({Severity::error, place, std::move(text), std::move(hint)});
        return false;
    }
    bool parse_condition(RuleWords& words, Rule& rule);
    bool parse_test(RuleWords& words, RuleTest& test);
    bool parse_subject(RuleWords& words);
    bool parse_group(RuleWords& words, Quantifier quantifier);
    bool parse_status(RuleWords& words, RuleTest& test);
    bool parse_quantity(RuleWords& words, RuleTest& test);
    bool parse_comparison(RuleWords& words, RuleTest& test);
    bool parse_hysteresis(RuleWords& words, RuleTest& test);
    bool parse_time(RuleWords& words, std::string_view what, seconds& time);
    bool parse_ending(RuleWords& words, Rule& rule);
    bool parse_actions(RuleWords& words, Rule& rule);
    bool parse_action(RuleWords& words, RuleAction& action);
    bool parse_switch(RuleWords& words, RuleAction& action, std::string_view shape);
    bool parse_target(RuleWords& words, RuleAction& action);
    bool take_ups(RuleWords& words, std::string& ups);

    const UpsmonConf& conf_;
    std::vector<Problem>& problems_;
    std::optional<Subject> subject_;  // of the test before
    std::string first_ups_;           // acted on unless AT says otherwise; empty: has to be said
};

bool RuleParser::parse(const RuleLine& line, Rule& rule) {
    constexpr std::string_view kShape = "expected RULE NAME WHEN CONDITION DO ACTION";
    const std::size_t count = line.words.size();
    rule.place = line.places[0];
    if (count >= kMaxWords)
        return refuse(line.places[0], "a rule of " + std::to_string(kMaxWords) + " words or more",
                      "make two rules of it");
    if (count < 2) return refuse(line.places[0], "RULE has no name", std::string(kShape));
    rule.name = line.words[1];
    if (!is_name(rule.name, "-_."))
        return refuse(line.places[1], in_quotes(rule.name) + " is no name of a rule",
                      "letters, digits, - _ and .");
    if (count < 3 || !iequals(line.words[2], "WHEN"))
        return refuse(line.places[std::min<std::size_t>(2, count - 1)], "WHEN is missing",
                      std::string(kShape));
    std::size_t action = 3;
    while (action < count && !iequals(line.words[action], "DO"))
        ++action;
    RuleWords condition(line, 3, action, RuleWords::Operators::apart);
    rule.condition = condition.text();
    if (!parse_condition(condition, rule)) return false;
    if (action == count)
        return refuse(line.places[count - 1], "DO is missing", std::string(kShape));
    RuleWords actions(line, action + 1, count, RuleWords::Operators::whole);
    return parse_actions(actions, rule);
}

bool RuleParser::parse_condition(RuleWords& words, Rule& rule) {
    std::size_t tests = 0;
    do {
        std::vector<RuleTest> all;
        do {
            RuleTest test;
            if (++tests > kMaxRuleTests)
                return refuse(words.place(),
                              "more than " + std::to_string(kMaxRuleTests) + " tests",
                              "make two rules of it");
            if (!parse_test(words, test)) return false;
            all.push_back(std::move(test));
        } while (words.take_if("AND"));
        rule.any_of.push_back(std::move(all));
    } while (words.take_if("OR"));
    const RuleTest& first = rule.any_of[0][0];
    if (first.quantifier == Quantifier::one) first_ups_ = first.subject;
    return parse_ending(words, rule);
}

/// FOR, and a HYSTERESIS behind it, which belongs to the last comparison.
bool RuleParser::parse_ending(RuleWords& words, Rule& rule) {
    if (words.take_if("FOR")) {
        if (!parse_time(words, "FOR", rule.hold)) return false;
        if (!parse_hysteresis(words, rule.any_of.back().back())) return false;
    }
    if (words.at_end()) return true;
    if (words.peeks("AND") || words.peeks("OR"))
        return refuse(words.place(), in_quotes(words.peek()) + " is not understood here",
                      "FOR comes behind all tests");
    static constexpr std::string_view kNext[] = {"AND", "OR", "FOR", "HYSTERESIS", "DO"};
    return refuse(words.place(), in_quotes(words.peek()) + " is not understood here",
                  hint_nearest(words.peek(), kNext));
}

bool RuleParser::parse_test(RuleWords& words, RuleTest& test) {
    bool is_negated = false;
    while (words.take_if("NOT"))
        is_negated = !is_negated;
    if (!parse_subject(words)) return false;
    test.quantifier = subject_->quantifier;
    test.subject = subject_->text;
    const bool is_status = words.take_if("IS");
    if (!(is_status ? parse_status(words, test) : parse_quantity(words, test))) return false;
    if (!is_negated) return true;
    for (const ComparisonRow& row : kComparisons) {
        if (row.comparison != test.comparison) continue;
        test.comparison = row.opposite;
        break;
    }
    if (test.quantifier != Quantifier::one)
        test.quantifier = test.quantifier == Quantifier::any ? Quantifier::all : Quantifier::any;
    return true;
}

bool RuleParser::parse_subject(RuleWords& words) {
    if (words.at_end())
        return refuse(words.place(), "a test is missing", "for instance: su700 charge < 40");
    if (words.take_if("ANY")) return parse_group(words, Quantifier::any);
    if (words.take_if("ALL")) return parse_group(words, Quantifier::all);
    const bool is_quantity =
        words.peeks("IS") || std::ranges::any_of(kQuantities, [&](const QuantityRow& row) {
            return words.peeks(row.word);
        });
    const bool is_ups = !is_quantity && (words.peek().find('@') != std::string_view::npos ||
                                         conf_.find_monitor(words.peek()) != nullptr);
    if (!is_ups) {
        if (subject_) return true;
        return refuse(words.place(), in_quotes(words.peek()) + " is no UPS of a MONITOR line",
                      "a test starts with a UPS, or with ANY or ALL and a group");
    }
    Subject subject;
    if (!take_ups(words, subject.text)) return false;
    subject_ = std::move(subject);
    return true;
}

bool RuleParser::parse_group(RuleWords& words, Quantifier quantifier) {
    if (words.at_end()) return refuse(words.place(), "a group is missing", "or UPS for every UPS");
    const Place place = words.place();
    const std::string group(words.take());
    if (iequals(group, "UPS")) {
        subject_ = Subject{quantifier, {}};
        return true;
    }
    std::vector<std::string_view> groups;
    for (const MonitorLine& monitor : conf_.monitors)
        if (!monitor.address.group.empty()) groups.push_back(monitor.address.group);
    if (std::ranges::find(groups, group) == groups.end())
        return refuse(place, in_quotes(group) + " is no group of a MONITOR line",
                      hint_nearest(group, groups));
    subject_ = Subject{quantifier, group};
    return true;
}

bool RuleParser::take_ups(RuleWords& words, std::string& ups) {
    const Place place = words.place();
    const std::string text(words.take());
    if (const MonitorLine* monitor = conf_.find_monitor(text)) {
        ups = monitor->text;
        return true;
    }
    std::vector<std::string_view> known;
    for (const MonitorLine& monitor : conf_.monitors)
        known.push_back(monitor.text);
    return refuse(place, in_quotes(text) + " is no UPS of a MONITOR line",
                  hint_nearest(text, known));
}

bool RuleParser::parse_status(RuleWords& words, RuleTest& test) {
    test.quantity = Quantity::status;
    test.comparison = words.take_if("NOT") ? Comparison::ne : Comparison::eq;
    const Place place = words.place();
    const std::string_view word = words.take();
    if (!is_name(word, "-_:."))
        return refuse(place, in_quotes(word) + " is no word of ups.status",
                      "for instance OB, LB, ALARM");
    for (const char c : word)
        test.name += ascii_upper(c);
    return true;
}

bool RuleParser::parse_quantity(RuleWords& words, RuleTest& test) {
    const Place place = words.place();
    const std::string_view word = words.take();
    test.name = to_lower(word);
    const auto* row = std::ranges::find_if(
        kQuantities, [&](const QuantityRow& known) { return known.word == test.name; });
    if (row != kQuantities.end()) {
        test.quantity = row->quantity;
        test.name = row->variable;
    } else if (!is_name(word, ".-_") || word.find('.') == word.npos) {
        std::vector<std::string_view> known{"IS"};
        for (const QuantityRow& quantity : kQuantities)
            known.push_back(quantity.word);
        return refuse(place, in_quotes(word) + " can not be tested", hint_nearest(word, known));
    }
    return parse_comparison(words, test) && parse_hysteresis(words, test);
}

bool RuleParser::parse_comparison(RuleWords& words, RuleTest& test) {
    const Place place = words.place();
    const std::string_view word = words.take();
    const auto* row = std::ranges::find_if(
        kComparisons, [&](const ComparisonRow& known) { return known.word == word; });
    if (row == kComparisons.end())
        return refuse(place, in_quotes(word) + " is no comparison", "expected < <= > >= = or !=");
    test.comparison = row->comparison;
    const Place number_place = words.place();
    const std::string_view text = words.take();
    const auto number = parse_rule_number(text, unit_of(test));
    if (!number)
        return refuse(number_place, in_quotes(text) + " is no number to compare with",
                      unit_of(test) == RuleUnit::time ? "seconds, or 10m, or 2h"
                                                      : "for instance 40 or 40%");
    test.number = *number;
    return true;
}

bool RuleParser::parse_hysteresis(RuleWords& words, RuleTest& test) {
    const Place place = words.place();
    if (!words.take_if("HYSTERESIS")) return true;
    const bool has_direction =
        test.comparison != Comparison::eq && test.comparison != Comparison::ne;
    if (test.quantity != Quantity::variable || !has_direction)
        return refuse(place, "HYSTERESIS is for < and > of a reading only");
    const Place number_place = words.place();
    const std::string_view text = words.take();
    const auto number = parse_rule_number(text, unit_of(test));
    if (!number || *number < 0)
        return refuse(number_place, in_quotes(text) + " is no hysteresis", "a number, 0 or more");
    test.hysteresis = *number;
    return true;
}

bool RuleParser::parse_time(RuleWords& words, std::string_view what, seconds& time) {
    const Place place = words.place();
    const std::string_view text = words.take();
    const auto number = parse_rule_number(text, RuleUnit::time);
    if (!number || *number < 0 || *number > kLongestTime)
        return refuse(place, in_quotes(text) + " is no time for " + std::string(what),
                      "seconds, or 10m, or 2h; at most 7 days");
    time = seconds(static_cast<std::int64_t>(*number));
    return true;
}

bool RuleParser::parse_actions(RuleWords& words, Rule& rule) {
    auto* list = &rule.actions;
    seconds after{0};
    do {
        const Place place = words.place();
        if (rule.actions.size() + rule.otherwise.size() >= kMaxRuleActions)
            return refuse(place, "more than " + std::to_string(kMaxRuleActions) + " actions");
        RuleAction action;
        if (!parse_action(words, action)) return false;
        const bool is_else = list == &rule.otherwise;
        if (is_else && (action.kind == ActionKind::shutdown || action.kind == ActionKind::fsd))
            return refuse(place, "ELSE cannot shut down", "make a rule of its own");
        after += action.after;
        action.after = after;
        list->push_back(std::move(action));
        if (!is_else && words.take_if("ELSE")) {
            list = &rule.otherwise;
            after = {};
            continue;
        }
        if (words.at_end()) return true;
        if (words.take_if("THEN")) continue;
        return refuse(words.place(), in_quotes(words.peek()) + " is not understood here",
                      "the next action starts with THEN or ELSE");
    } while (true);
}

bool RuleParser::parse_action(RuleWords& words, RuleAction& action) {
    if (words.take_if("AFTER") && !parse_time(words, "AFTER", action.after)) return false;
    const Place place = words.place();
    const std::string word(words.take());
    const auto* row = std::ranges::find_if(
        kActions, [&](const ActionRow& known) { return iequals(known.word, word); });
    if (row == kActions.end()) {
        std::vector<std::string_view> known;
        for (const ActionRow& action_row : kActions)
            known.push_back(action_row.word);
        std::string hint = hint_nearest(word, known);
        if (hint.empty()) hint = "expected " + join(known, ", ");
        return refuse(place, in_quotes(word) + " is no action", std::move(hint));
    }
    action.kind = row->kind;
    switch (row->kind) {
    case ActionKind::shutdown:
    case ActionKind::fsd:
        return true;
    case ActionKind::outlet:
    case ActionKind::outlet_group:
        return parse_switch(words, action, row->shape);
    case ActionKind::run:
    case ActionKind::notify:
    case ActionKind::send:
        break;
    }
    action.text = words.take();
    if (action.text.empty())
        return refuse(place, std::string(row->word) + " needs more",
                      "expected " + std::string(row->shape));
    if (row->kind != ActionKind::send) return true;
    if (!is_name(action.text, ".-_") || action.text.find('.') == std::string::npos)
        return refuse(place, in_quotes(action.text) + " is no instant command",
                      "for instance beeper.mute");
    const bool has_parameter =
        !words.at_end() && !words.peeks("AT") && !words.peeks("THEN") && !words.peeks("ELSE");
    if (has_parameter) action.parameter = words.take();
    return parse_target(words, action);
}

bool RuleParser::parse_switch(RuleWords& words, RuleAction& action, std::string_view shape) {
    const Place place = words.place();
    action.text = words.take();
    const Place position_place = words.place();
    const std::string position = to_lower(words.take());
    if (action.text.empty() || position.empty())
        return refuse(place, "switching an outlet needs more", "expected " + std::string(shape));
    if (position != "on" && position != "off")
        return refuse(position_place, in_quotes(position) + " is neither on nor off",
                      "expected " + std::string(shape));
    action.parameter = position;
    return parse_target(words, action);
}

bool RuleParser::parse_target(RuleWords& words, RuleAction& action) {
    if (words.take_if("AT")) return take_ups(words, action.ups);
    if (first_ups_.empty()) return refuse(words.place(), "which UPS is meant?", "say AT and a UPS");
    action.ups = first_ups_;
    return true;
}

}  // namespace

void parse_rules(UpsmonConf& conf, const std::vector<RuleLine>& lines,
                 std::vector<Problem>& problems) {
    for (const RuleLine& line : lines) {
        Rule rule;
        if (!RuleParser(conf, problems).parse(line, rule)) continue;
        const auto same = std::ranges::find(conf.rules, rule.name, &Rule::name);
        if (same != conf.rules.end()) {
            problems.push_back({Severity::error, line.places[1],
                                "a second rule " + in_quotes(rule.name),
                                "the first is in line " + std::to_string(same->place.line)});
        } else if (conf.rules.size() == kMaxRules) {
            problems.push_back({Severity::error, rule.place,
                                "more than " + std::to_string(kMaxRules) + " rules", ""});
            return;
        } else {
            conf.rules.push_back(std::move(rule));
        }
    }
}

}  // namespace ups::conf
