// SPDX-License-Identifier: Apache-2.0
#include "conf/parse/values.hpp"

#include "conf/parse/statement.hpp"
#include "lib/base/text.hpp"

namespace ups::conf {
namespace {

/// The text of a value for a message: never that of a secret.
std::string shown(const Row& row, std::string_view text) {
    return row.has(kSecret) ? "the value" : in_quotes(text);
}

std::string range_of(const Row& row) {
    const std::string unit = row.type == Type::seconds ? " seconds" : "";
    if (row.most == kNoLimit) return "at least " + std::to_string(row.least) + unit;
    return std::to_string(row.least) + " to " + std::to_string(row.most) + unit;
}

std::optional<std::int64_t> parse_octal(std::string_view text) {
    if (text.empty() || text.size() > 4) return std::nullopt;
    std::int64_t mode = 0;
    for (const char c : text) {
        if (c < '0' || c > '7') return std::nullopt;
        mode = mode * 8 + (c - '0');
    }
    return mode;
}

/// Fills `value` or returns what was expected instead.
std::optional<std::string> fill_number(const Row& row, Value& value) {
    const auto number = parse_integer(value.text);
    if (!number || *number < row.least || *number > row.most)
        return "a whole number, " + range_of(row);
    value.number = *number;
    return std::nullopt;
}

std::optional<std::string> fill_choice(const Row& row, Value& value) {
    const auto choices = split_blanks(row.choices);
    for (std::size_t i = 0; i < choices.size(); ++i) {
        if (!iequals(choices[i], value.text)) continue;
        value.choice = i;
        return std::nullopt;
    }
    return "one of " + join(choices, ", ");
}

std::optional<std::string> fill(const Row& row, Value& value) {
    switch (row.type) {
    case Type::flag:
    case Type::boolean: {
        const auto boolean = parse_boolean(value.text);
        if (!boolean) return "yes or no";
        value.boolean = *boolean;
        return std::nullopt;
    }
    case Type::integer:
    case Type::seconds:
        return fill_number(row, value);
    case Type::mode: {
        const auto mode = parse_octal(value.text);
        if (!mode) return "permission bits in octal, such as 0660";
        value.number = *mode;
        return std::nullopt;
    }
    case Type::decimal:
        if (!parse_decimal(value.text)) return "a number";
        return std::nullopt;
    case Type::choice:
        return fill_choice(row, value);
    case Type::path:
        if (value.text.empty()) return "a path";
        return std::nullopt;
    case Type::text:
    case Type::words:
    case Type::listen:
    case Type::obsolete:
        return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace

std::string in_quotes(std::string_view text) {
    return '"' + printable(text, 60) + '"';
}

std::optional<Value> check_value(const Row& row, std::string_view text, const Place& place,
                                 std::vector<Problem>& problems, Severity severity) {
    Value value;
    value.text = text;
    value.place = place;
    const auto expected = fill(row, value);
    if (!expected) return value;
    problems.push_back({severity, place, std::string(row.name) + " cannot be " + shown(row, text),
                        "expected " + *expected});
    return std::nullopt;
}

void report_no_value(const Row& row, const Place& place, std::vector<Problem>& problems) {
    std::string hint;
    if (!row.arguments.empty()) hint = "expected " + std::string(row.arguments);
    problems.push_back(
        {Severity::error, place, std::string(row.name) + " has no value", std::move(hint)});
}

void report_unknown(File file, Section section, std::string_view name, const Place& place,
                    std::vector<Problem>& problems) {
    std::string hint;
    if (const auto near = nearest_row(file, section, name))
        hint = "did you mean " + in_quotes(*near) + "?";
    problems.push_back(
        {Severity::warning, place, "unknown directive " + in_quotes(name), std::move(hint)});
}

void report_surplus(const Row& row, const Line& line, std::size_t first,
                    std::vector<Problem>& problems) {
    if (line.words.size() <= first) return;
    const std::string what = row.has(kSecret) ? "text" : in_quotes(line.words[first]);
    problems.push_back({Severity::warning, line.places[first],
                        what + " after the value of " + std::string(row.name) + " is ignored",
                        "put a value with blanks or = in double quotes"});
}

std::optional<Value> single_value(const Statement& s) {
    if (s.values() == 0) {
        report_no_value(s.row, s.line.places[0], s.problems);
        return std::nullopt;
    }
    report_surplus(s.row, s.line, 2, s.problems);
    return check_value(s.row, s.line.words[1], s.line.places[1], s.problems);
}

}  // namespace ups::conf
