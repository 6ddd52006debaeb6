// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/plan/engine.hpp"

#include "lib/base/assert.hpp"
#include "lib/base/text.hpp"
#include "tools/upsmon/decide/words.hpp"
#include "tools/upsmon/plan/text.hpp"

#include <algorithm>
#include <fmt/core.h>

namespace ups::upsmon::plan {
namespace {

using conf::ActionKind;
using conf::Comparison;
using conf::Quantifier;
using conf::Quantity;
using std::chrono::floor;
using std::chrono::seconds;
using Phase = RuleState::Phase;

/// A time on battery that nobody waits for, in seconds: 31 years.
constexpr double kFarthest = 1e9;

/// How a comparison is made: `sticky` with its hysteresis, as for a rule that has fired.
enum class Edge : std::uint8_t { plain, sticky };

/// What the tests of one evaluation look at.
struct Moment {
    const State& state;
    const Readings& readings;
    Instant now;

    /// Whole seconds on battery; 0 on mains.
    [[nodiscard]] std::int64_t on_battery(UpsIndex ups) const {
        const auto& since = state.on_battery_since[ups];
        return since ? floor<seconds>(now - *since).count() : 0;
    }
};

bool compare(Comparison comparison, double value, double limit, double slack) {
    switch (comparison) {
    case Comparison::lt:
        return value < limit + slack;
    case Comparison::le:
        return value <= limit + slack;
    case Comparison::gt:
        return value > limit - slack;
    case Comparison::ge:
        return value >= limit - slack;
    case Comparison::eq:
        return value == limit;
    case Comparison::ne:
        return value != limit;
    }
    return false;
}

bool has_word(std::string_view status, std::string_view wanted) {
    return std::ranges::any_of(split_blanks(status),
                               [&](std::string_view word) { return iequals(word, wanted); });
}

Truth test_one(const conf::RuleTest& test, const Moment& moment, UpsIndex ups, Edge edge) {
    const UpsReading& reading = moment.readings[ups];
    if (!reading.is_fresh) return Truth::unknown;
    const auto of = [](bool value) { return value ? Truth::yes : Truth::no; };
    if (test.quantity != Quantity::variable && trim(reading.status).empty()) return Truth::unknown;
    const double slack = edge == Edge::sticky ? test.hysteresis : 0;
    switch (test.quantity) {
    case Quantity::status:
        return of(has_word(reading.status, test.name) == (test.comparison == Comparison::eq));
    case Quantity::on_battery:
        return of(
            compare(test.comparison, static_cast<double>(moment.on_battery(ups)), test.number, 0));
    case Quantity::variable:
        break;
    }
    const auto value = reading.number(test.name);
    if (!value) return Truth::unknown;
    return of(compare(test.comparison, *value, test.number, slack));
}

Truth test_all(const Test& test, const Moment& moment, Edge edge) {
    const bool is_any = test.rule.quantifier == Quantifier::any;
    Truth result = is_any ? Truth::no : Truth::yes;
    for (const UpsIndex ups : test.upses) {
        const Truth one = test_one(test.rule, moment, ups, edge);
        result = is_any ? std::max(result, one) : std::min(result, one);
    }
    return result;
}

Truth condition(const PlanRule& rule, const Moment& moment, Edge edge) {
    Truth result = Truth::no;
    for (const auto& all : rule.any_of) {
        Truth every = Truth::yes;
        for (const Test& test : all)
            every = std::min(every, test_all(test, moment, edge));
        result = std::max(result, every);
    }
    return result;
}

void earlier(std::optional<Instant>& deadline, Instant when) {
    if (!deadline || when < *deadline) deadline = when;
}

/// Works on one rule: the state it changes, and what comes of it.
class RuleWork {
  public:
    RuleWork(const Plan& plan, std::size_t index, const Moment& moment, RuleState& state,
             Evaluation& result)
        : plan_(plan), rule_(plan.rules[index]), index_(index), moment_(moment), state_(state),
          result_(result) {}
    void run();

  private:
    void hold(Truth truth);
    void fire();
    void clear();
    void take_actions();
    void take_otherwise();
    void take(const std::vector<conf::RuleAction>& actions, Instant start, std::size_t& next);
    void step(Step::Kind kind, std::string_view what, const conf::RuleAction* action = nullptr);
    void add_battery_deadlines();

    const Plan& plan_;
    const PlanRule& rule_;
    std::size_t index_;
    const Moment& moment_;
    RuleState& state_;
    Evaluation& result_;
};

void RuleWork::run() {
    if (state_.phase == Phase::fired) {
        const Truth truth = condition(rule_, moment_, Edge::sticky);
        if (truth == Truth::no)
            clear();
        else if (truth == Truth::yes)
            take_actions();
    } else {
        hold(condition(rule_, moment_, Edge::plain));
    }
    add_battery_deadlines();
}

/// Resting or holding.
void RuleWork::hold(Truth truth) {
    if (truth != Truth::yes) {
        state_.phase = Phase::resting;
        state_.since = {};
        if (truth == Truth::no) take_otherwise();
        return;
    }
    if (state_.phase == Phase::resting) {
        state_.phase = Phase::holding;
        state_.since = moment_.now;
    }
    const Instant due = state_.since + rule_.rule.hold;
    if (moment_.now < due) return earlier(result_.deadline, due);
    fire();
}

void RuleWork::fire() {
    const auto held = floor<seconds>(moment_.now - state_.since);
    state_ = RuleState{.phase = Phase::fired, .since = moment_.now};
    step(Step::Kind::fired, fmt::format("fired held={}s", held.count()));
    take_actions();
}

void RuleWork::clear() {
    const auto lasted = floor<seconds>(moment_.now - state_.since);
    state_ = RuleState{};
    if (!rule_.rule.otherwise.empty()) state_.cleared = moment_.now;
    step(Step::Kind::cleared, fmt::format("cleared after={}s", lasted.count()));
    take_otherwise();
}

void RuleWork::take_actions() {
    take(rule_.rule.actions, state_.since, state_.next);
}

void RuleWork::take_otherwise() {
    if (!state_.cleared) return;
    take(rule_.rule.otherwise, *state_.cleared, state_.next_otherwise);
    if (state_.next_otherwise < rule_.rule.otherwise.size()) return;
    state_.cleared.reset();
    state_.next_otherwise = 0;
}

/// Takes the actions from `next` on that are due by now, counted from `start`.
void RuleWork::take(const std::vector<conf::RuleAction>& actions, Instant start,
                    std::size_t& next) {
    for (; next < actions.size(); ++next) {
        const conf::RuleAction& action = actions[next];
        const Instant due = start + action.after;
        if (moment_.now < due) return earlier(result_.deadline, due);
        if (action.kind == ActionKind::shutdown) state_.asks_shutdown = true;
        step(Step::Kind::act, "acts: " + action_text(action), &action);
    }
}

void RuleWork::step(Step::Kind kind, std::string_view what, const conf::RuleAction* action) {
    Step& made = result_.steps.emplace_back();
    made.kind = kind;
    made.rule = index_;
    if (action != nullptr) made.action = *action;
    made.log = fmt::format("rule={} {}: WHEN {}: {}", rule_.rule.name, what, rule_.rule.condition,
                           inputs_of(plan_, rule_, moment_.state, moment_.readings, moment_.now));
}

/// Time alone changes the outcome of on-battery tests: at the limit and one second behind it.
void RuleWork::add_battery_deadlines() {
    for (const auto& all : rule_.any_of)
        for (const Test& test : all) {
            if (test.rule.quantity != Quantity::on_battery) continue;
            for (const UpsIndex ups : test.upses) {
                const auto& since = moment_.state.on_battery_since[ups];
                if (!since || test.rule.number < 0 || test.rule.number > kFarthest) continue;
                const auto limit = static_cast<std::int64_t>(test.rule.number);
                for (const std::int64_t second : {limit, limit + 1})
                    if (*since + seconds(second) > moment_.now)
                        earlier(result_.deadline, *since + seconds(second));
            }
        }
}

void follow_battery(State& state, const Readings& readings, Instant now) {
    for (UpsIndex ups = 0; ups < readings.size(); ++ups) {
        const UpsReading& reading = readings[ups];
        if (!reading.is_fresh || trim(reading.status).empty()) continue;
        auto& since = state.on_battery_since[ups];
        if (parse_status(reading.status).mains != Word::ob)
            since.reset();
        else if (!since)
            since = now;
    }
}

/// The value a test looks at, "?" if it is not known.
std::string input_of(const conf::RuleTest& test, const Moment& moment, UpsIndex ups) {
    const UpsReading& reading = moment.readings[ups];
    const bool knows_status = reading.is_fresh && !trim(reading.status).empty();
    switch (test.quantity) {
    case Quantity::status:
        return knows_status ? fmt::format("ups.status=\"{}\"", printable(reading.status))
                            : "ups.status=?";
    case Quantity::on_battery:
        return knows_status ? fmt::format("on-battery={}s", moment.on_battery(ups))
                            : "on-battery=?";
    case Quantity::variable:
        break;
    }
    const auto value = reading.is_fresh ? reading.number(test.name) : std::nullopt;
    return value ? fmt::format("{}={}", test.name, *value) : fmt::format("{}=?", test.name);
}

}  // namespace

State initial(const Plan& plan) {
    State state;
    state.rules.resize(plan.rules.size());
    state.on_battery_since.resize(plan.upses.size());
    return state;
}

State carry_over(const Plan& old_plan, const State& before, const Plan& plan) {
    State state = initial(plan);
    for (std::size_t i = 0; i < plan.rules.size(); ++i)
        for (std::size_t k = 0; k < old_plan.rules.size(); ++k) {
            const conf::Rule& now = plan.rules[i].rule;
            const conf::Rule& was = old_plan.rules[k].rule;
            // Positions in the action lists are part of the state.
            const bool is_same = now.name == was.name && now.any_of == was.any_of &&
                                 now.actions == was.actions && now.otherwise == was.otherwise;
            if (is_same) state.rules[i] = before.rules[k];
        }
    for (UpsIndex i = 0; i < plan.upses.size(); ++i)
        for (UpsIndex k = 0; k < old_plan.upses.size(); ++k)
            if (plan.upses[i] == old_plan.upses[k])
                state.on_battery_since[i] = before.on_battery_since[k];
    return state;
}

Evaluation evaluate(const Plan& plan, State state, const Readings& readings, Instant now) {
    UPS_ASSERT(state.rules.size() == plan.rules.size());
    UPS_ASSERT(readings.size() == plan.upses.size());
    follow_battery(state, readings, now);
    Evaluation result;
    result.state = std::move(state);
    const Moment moment{result.state, readings, now};
    for (std::size_t i = 0; i < plan.rules.size(); ++i)
        RuleWork(plan, i, moment, result.state.rules[i], result).run();
    return result;
}

bool asks_shutdown(const State& state) {
    return std::ranges::any_of(state.rules, &RuleState::asks_shutdown);
}

Truth truth_of(const PlanRule& rule, const State& state, const Readings& readings, Instant now) {
    return condition(rule, {state, readings, now}, Edge::plain);
}

std::string inputs_of(const Plan& plan, const PlanRule& rule, const State& state,
                      const Readings& readings, Instant now) {
    const Moment moment{state, readings, now};
    std::string text;
    std::vector<std::string> seen;
    for (const auto& all : rule.any_of)
        for (const Test& test : all)
            for (const UpsIndex ups : test.upses) {
                std::string input = plan.upses[ups] + " " + input_of(test.rule, moment, ups);
                if (std::ranges::find(seen, input) != seen.end()) continue;
                text += (text.empty() ? "" : ", ") + input;
                seen.push_back(std::move(input));
            }
    return text;
}

}  // namespace ups::upsmon::plan
