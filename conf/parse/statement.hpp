// SPDX-License-Identifier: Apache-2.0
/// One directive with its values, and the setters that most directives need. For the files that are
/// lines of `DIRECTIVE value`: upsd.conf, upsmon.conf, upssched.conf.
#pragma once

#include "conf/parse/values.hpp"

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ups::conf {

/// What the setter of a directive works on.
struct Statement {
    const Row& row;
    const Line& line;
    std::vector<Problem>& problems;

    /// How many words follow the directive.
    [[nodiscard]] std::size_t values() const noexcept { return line.words.size() - 1; }
    [[nodiscard]] std::string_view word(std::size_t index) const { return line.words[index]; }
    [[nodiscard]] const Place& place(std::size_t index) const { return line.places[index]; }
    void report(Severity severity, std::size_t index, std::string text,
                std::string hint = {}) const {
        problems.push_back({severity, line.places[index], std::move(text), std::move(hint)});
    }
    /// As `report`, an error.
    void error(std::size_t index, std::string text, std::string hint = {}) const {
        report(Severity::error, index, std::move(text), std::move(hint));
    }
};

/// The one value of a statement, checked; extra words are reported.
[[nodiscard]] std::optional<Value> single_value(const Statement& s);

/// `text` in double quotes, safe for a message.
[[nodiscard]] std::string in_quotes(std::string_view text);

template <auto Member, class Conf> void set_bool(Conf& conf, const Statement& s) {
    if (const auto value = single_value(s)) conf.*Member = value->boolean;
}
template <auto Member, class Conf> void set_seconds(Conf& conf, const Statement& s) {
    if (const auto value = single_value(s)) conf.*Member = std::chrono::seconds(value->number);
}
template <auto Member, class Conf> void set_number(Conf& conf, const Statement& s) {
    if (const auto value = single_value(s)) conf.*Member = static_cast<unsigned>(value->number);
}
template <auto Member, class Conf> void set_text(Conf& conf, const Statement& s) {
    if (const auto value = single_value(s)) conf.*Member = std::string(value->text);
}
template <class Conf> void tell_obsolete(Conf&, const Statement& s) {
    s.report(Severity::warning, 0, std::string(s.row.name) + " is obsolete and has no effect",
             std::string(s.row.help));
}

/// The effect of one row.
template <class Conf> struct Setter {
    std::string_view name;
    void (*set)(Conf&, const Statement&);
};

/// Lets the setter of the line's directive work on `conf`; reports a directive that is not known.
template <class Conf>
void apply_line(Conf& conf, File file, std::span<const Setter<Conf>> setters, const Line& line,
                std::vector<Problem>& problems) {
    const Row* row = find_row(file, Section::global, line.words[0]);
    if (row == nullptr)
        return report_unknown(file, Section::global, line.words[0], line.places[0], problems);
    for (const Setter<Conf>& setter : setters)
        if (setter.name == row->name) return setter.set(conf, {*row, line, problems});
}

}  // namespace ups::conf
