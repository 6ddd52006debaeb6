// SPDX-License-Identifier: Apache-2.0
#include "tools/upsrw/listing.hpp"

#include "lib/base/text.hpp"

#include <algorithm>

namespace ups::upsrw {
namespace {

using client::Request;

bool is_chosen_range(std::string_view value, std::string_view least, std::string_view most) {
    const auto number = parse_decimal(value);
    const auto low = parse_decimal(least);
    const auto high = parse_decimal(most);
    return number && low && high && *low <= *number && *number <= *high;
}

void render_choices(const Variable& variable, Kind kind, std::string& out) {
    const std::string_view value = variable.value->word();
    for (const auto& row : variable.choices->rows) {
        if (row.size() < (kind == Kind::range ? 2U : 1U)) continue;
        const bool chosen =
            kind == Kind::range ? is_chosen_range(value, row[0], row[1]) : row[0] == value;
        out += "Option: \"" + row[0] + (kind == Kind::range ? "-" + row[1] : "") + "\"";
        out += chosen ? " SELECTED\n" : "\n";
    }
}

}  // namespace

VariableType parse_type(const std::vector<std::string>& words) {
    VariableType type;
    std::string base;  // STRING or NUMBER
    for (const std::string& word : words) {
        if (iequals(word, "ENUM"))
            type.kind = Kind::enumeration;
        else if (iequals(word, "RANGE"))
            type.kind = Kind::range;
        else if (istarts_with(word, "STRING:")) {
            base = "STRING";
            type.longest = word.substr(word.find(':') + 1);
        } else if (iequals(word, "NUMBER"))
            base = "NUMBER";
    }
    if (type.kind == Kind::unknown && !base.empty())
        type.kind = base == "STRING" ? Kind::string : Kind::number;
    switch (type.kind) {
    case Kind::string:
    case Kind::number:
        type.words = base;
        break;
    case Kind::enumeration:
        type.words = base.empty() ? "ENUM" : "ENUM " + base;
        break;
    case Kind::range:
        // A range of anything else makes no sense, and the incumbent prints this.
        type.words = "RANGE NUMBER";
        type.longest.clear();
        break;
    case Kind::unknown:
        type.words = (words.empty() ? "" : words.back()) + " (unrecognized)";
        break;
    }
    return type;
}

std::optional<Request> choices_request(const std::string& ups, const Variable& variable) {
    if (!variable.type || variable.type->rows.empty()) return std::nullopt;
    switch (parse_type(variable.type->rows.front()).kind) {
    case Kind::enumeration:
        return client::list({"ENUM", ups, variable.name});
    case Kind::range:
        return client::list({"RANGE", ups, variable.name});
    case Kind::string:
    case Kind::number:
    case Kind::unknown:
        return std::nullopt;
    }
    return std::nullopt;
}

std::optional<std::string> render(const Variable& variable, std::string& out) {
    out += "[" + variable.name + "]\n";
    if (variable.description)
        out.append(variable.description->word()) += '\n';
    else
        out += "Description unavailable\n";
    if (!variable.type) {
        out += "Unknown type\n\n";
        return std::nullopt;
    }
    const VariableType type = parse_type(variable.type->rows.front());
    if (type.kind != Kind::unknown && !variable.value) return variable.value.error().text;
    if (!variable.choices) return variable.choices.error().text;
    out += "Type: " + type.words + "\n";
    if (!type.longest.empty()) out += "Maximum length: " + type.longest + "\n";
    if (type.kind == Kind::string || type.kind == Kind::number)
        out.append("Value: ").append(variable.value->word()) += '\n';
    else if (type.kind != Kind::unknown)
        render_choices(variable, type.kind, out);
    out += '\n';
    return std::nullopt;
}

}  // namespace ups::upsrw
