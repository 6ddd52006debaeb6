// SPDX-License-Identifier: Apache-2.0
#include "scenario.hpp"

#include "kit/str.hpp"
#include "kit/text.hpp"

#include <utility>

namespace ups::sim {
namespace {

constexpr std::string_view kFaultNames[kFaults] = {"comm", "frozen",   "garbage",
                                                   "lost", "overload", "replace"};
constexpr double kMaxVolts = 1000;
constexpr double kMaxHertz = 100;
constexpr double kMaxLoad = 1000;  // %
constexpr double kMaxWatts = 1'000'000;

struct Unit {
    std::string_view name;
    double factor;
};
constexpr Unit kTimes[] = {{"s", 1}, {"ms", 0.001}, {"min", 60}, {"h", 3600}};
constexpr Unit kVolts[] = {{"V", 1}};
constexpr Unit kHertz[] = {{"Hz", 1}};
constexpr Unit kPercent[] = {{"%", 1}};

bool is_digit(char c) noexcept {
    return (c >= '0' && c <= '9') || c == '.' || c == '-';
}

/// Reads one line from left to right. The first thing that does not fit becomes the problem.
class LineParser {
  public:
    explicit LineParser(std::string_view line) : line_(line), rest_(line) { skip(); }

    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
    [[nodiscard]] const std::optional<std::string>& problem() const noexcept { return problem_; }
    [[nodiscard]] int column() const noexcept { return column_; }
    [[nodiscard]] std::string_view rest() const noexcept { return rest_; }

    /// Column of what comes next.
    [[nodiscard]] int place() const noexcept {
        return static_cast<int>(rest_.data() - line_.data()) + 1;
    }
    void complain(std::string text) {
        if (problem_) return;
        column_ = place();
        problem_ = std::move(text);
    }
    [[nodiscard]] std::string_view peek() const noexcept {
        std::size_t end = 0;
        while (end < rest_.size() && !kit::is_blank(rest_[end]))
            ++end;
        return rest_.substr(0, end);
    }
    std::string_view word() {
        const std::string_view found = peek();
        rest_.remove_prefix(found.size());
        skip();
        return found;
    }
    bool accept(std::string_view expected) {
        if (peek() != expected) return false;
        (void)word();
        return true;
    }
    void expect(std::string_view expected) {
        if (!accept(expected)) complain("expected \"" + std::string(expected) + '"');
    }
    /// A number with one of `units`, which may follow a blank; without one, the first is meant.
    template <std::size_t N>
    double quantity(const Unit (&units)[N], double max, std::string_view what) {
        const std::string_view start = rest_;
        std::size_t end = 0;
        while (end < rest_.size() && is_digit(rest_[end]))
            ++end;
        const auto number = kit::to_decimal(rest_.substr(0, end));
        if (!number || *number < 0) {
            complain("expected " + std::string(what));
            return 0;
        }
        rest_.remove_prefix(end);
        if (!rest_.empty() && kit::is_blank(rest_.front())) skip();
        const double value = *number * unit(units);
        if (value > max) {
            rest_ = start;
            complain(std::string(what) + " is too large");
        }
        return value;
    }

  private:
    template <std::size_t N> double unit(const Unit (&units)[N]) {
        for (const Unit& one : units)
            if (accept(one.name)) return one.factor;
        return units[0].factor;
    }
    void skip() {
        while (!rest_.empty() && kit::is_blank(rest_.front()))
            rest_.remove_prefix(1);
    }

    std::string_view line_;
    std::string_view rest_;  // of line_
    std::optional<std::string> problem_;
    int column_ = 0;
};

// "25 %" or "200 W".
std::pair<double, bool> parse_load(LineParser& line) {
    static constexpr Unit kEither[] = {{"", 1}};
    const double number = line.quantity(kEither, kMaxWatts, "a load in % or W");
    if (line.accept("W")) return {number, true};
    (void)line.accept("%");
    if (number > kMaxLoad) line.complain("a load in % is at most 1000");
    return {number, false};
}

double parse_volts(LineParser& line) {
    return line.quantity(kVolts, kMaxVolts, "a voltage");
}
double parse_time(LineParser& line) {
    return line.quantity(kTimes, kMaxTime, "a time");
}

Action parse_mains(LineParser& line) {
    Action action;
    if (line.accept("on")) return action;
    action.kind = ActionKind::mains_off;
    if (line.accept("off")) return action;
    action.kind = ActionKind::mains_volts;
    if (line.at_end() || !is_digit(line.rest().front())) {
        line.complain("expected on, off or a voltage");
        return action;
    }
    action.number = parse_volts(line);
    return action;
}

Action parse_ramp(LineParser& line) {
    Action action;
    if (line.accept("load")) {
        line.expect("to");
        const auto [number, watts] = parse_load(line);
        action.kind = watts ? ActionKind::ramp_load_watts : ActionKind::ramp_load_percent;
        action.number = number;
    } else if (line.accept("mains")) {
        line.expect("to");
        action.kind = ActionKind::ramp_mains;
        action.number = parse_volts(line);
    } else {
        line.complain("expected load or mains");
    }
    line.expect("over");
    action.over = parse_time(line);
    return action;
}

Action parse_fault(LineParser& line) {
    Action action;
    const auto fault = find_fault(line.peek());
    if (!fault) {
        line.complain("expected comm, frozen, garbage, lost, overload or replace");
        return action;
    }
    action.fault = *fault;
    (void)line.word();
    action.kind = line.peek() == "off" ? ActionKind::fault_off : ActionKind::fault_on;
    if (!line.accept("on") && !line.accept("off")) line.complain("expected on or off");
    return action;
}

Action parse_named(LineParser& line, ActionKind kind) {
    Action action;
    action.kind = kind;
    if (line.at_end()) line.complain("expected a name");
    action.name = line.word();
    if (kind == ActionKind::set && line.at_end()) line.complain("expected a value");
    action.has_text = !line.at_end();
    action.text = kit::trim(line.rest());
    while (!line.at_end())
        (void)line.word();
    return action;
}

Action parse_alarm(LineParser& line) {
    Action action;
    action.kind = ActionKind::alarm;
    if (line.at_end()) line.complain("expected off or a text");
    if (kit::trim(line.rest()) != "off") action.text = kit::trim(line.rest());
    while (!line.at_end())
        (void)line.word();
    return action;
}

Action parse_number(LineParser& line, ActionKind kind) {
    Action action;
    action.kind = kind;
    action.number = kind == ActionKind::frequency ? line.quantity(kHertz, kMaxHertz, "a frequency")
                                                  : line.quantity(kPercent, 100, "a percentage");
    return action;
}

Action parse_action(LineParser& line) {
    if (line.accept("mains")) return parse_mains(line);
    if (line.accept("frequency")) return parse_number(line, ActionKind::frequency);
    if (line.accept("battery")) return parse_number(line, ActionKind::charge);
    if (line.accept("health")) return parse_number(line, ActionKind::health);
    if (line.accept("ramp")) return parse_ramp(line);
    if (line.accept("fault")) return parse_fault(line);
    if (line.accept("command")) return parse_named(line, ActionKind::command);
    if (line.accept("set")) return parse_named(line, ActionKind::set);
    if (line.accept("alarm")) return parse_alarm(line);
    Action action;
    if (line.accept("load")) {
        const auto [number, watts] = parse_load(line);
        action.kind = watts ? ActionKind::load_watts : ActionKind::load_percent;
        action.number = number;
        return action;
    }
    line.complain(
        "expected mains, frequency, load, battery, health, ramp, fault, command, set or alarm");
    return action;
}

class FileParser {
  public:
    void line(std::string_view text) {
        ++number_;
        LineParser line(text.substr(0, text.find('#')));
        if (line.at_end()) return;
        if (scenario_.loop_at) {
            line.complain("nothing can follow the loop");
        } else if (line.accept("loop")) {
            loop(line);
        } else {
            event(line);
        }
        if (line.problem()) scenario_.problems.push_back({number_, line.column(), *line.problem()});
    }
    Scenario take() { return std::move(scenario_); }

  private:
    // "at 5 s" or "after 5 s"; problems are left in `line`.
    double when(LineParser& line) {
        const bool relative = line.peek() == "after";
        if (!line.accept("at") && !line.accept("after")) line.complain("expected at or after");
        if (line.problem()) return last_;
        LineParser before = line;
        const double time = parse_time(line);
        const double at = relative ? last_ + time : time;
        if (!line.problem() && (at < last_ || at > kMaxTime))
            before.complain(at < last_ ? "times must not go back" : "a time is too large");
        if (before.problem()) line = before;
        return at;
    }
    void loop(LineParser& line) {
        const double at = when(line);
        if (!line.problem() && at <= 0) line.complain("a loop needs a time above 0");
        if (!line.problem() && !line.at_end()) line.complain("expected the end of the line");
        scenario_.loop_at = at;
    }
    void event(LineParser& line) {
        const double at = when(line);
        if (line.problem()) return;
        const int column = line.place();
        Action action = parse_action(line);
        if (!line.problem() && !line.at_end()) line.complain("expected the end of the line");
        if (scenario_.events.size() == kMaxEvents) line.complain("too many events");
        if (line.problem()) return;
        last_ = at;
        scenario_.events.push_back({at, std::move(action), number_, column});
    }

    Scenario scenario_;
    int number_ = 0;
    double last_ = 0;
};

}  // namespace

std::string_view fault_name(Fault fault) noexcept {
    return kFaultNames[static_cast<std::size_t>(fault)];
}

std::optional<Fault> find_fault(std::string_view name) noexcept {
    for (int i = 0; i < kFaults; ++i)
        if (kFaultNames[i] == name) return static_cast<Fault>(i);
    return std::nullopt;
}

Scenario parse_scenario(std::string_view text) {
    FileParser parser;
    for (const std::string_view line : kit::split_lines(text))
        parser.line(line);
    return parser.take();
}

}  // namespace ups::sim
