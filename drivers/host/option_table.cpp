// SPDX-License-Identifier: Apache-2.0
#include "drivers/host/option_table.hpp"

#include "driverapi/kit/options.hpp"
#include "driverapi/kit/str.hpp"
#include "lib/base/text.hpp"

#include <algorithm>
#include <array>

namespace ups::host {
namespace {

constexpr std::array<std::string_view, 8> kTypes = {"flag",    "string", "integer", "decimal",
                                                    "seconds", "choice", "boolean", "prefix"};

// Keys of a section that configure the host, whatever the plugin.
constexpr std::array<upsdrv_option, 2> kHostRows = {
    kit::reloadable(kit::seconds("pollfreq", "30", 1, 86400,
                                 "how often everything is read, slow variables included")),
    kit::reloadable(kit::seconds("polltimeout", "5", 0.1, 60,
                                 "longest time one reading may take before data counts as stale")),
};

std::string text_of(double number) {
    std::string text = kit::number(number, 6);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text;
}

std::optional<std::string> range_problem(const upsdrv_option& row, double number) {
    if (row.min == 0 && row.max == 0) return std::nullopt;  // no limits given
    if (number >= row.min && number <= row.max) return std::nullopt;
    return "must be between " + text_of(row.min) + " and " + text_of(row.max);
}

bool is_choice(const upsdrv_option& row, std::string_view value) {
    const auto choices = split_at(row.choices, '|');
    return std::find(choices.begin(), choices.end(), value) != choices.end();
}

const char* name_or_empty(const char* text) {
    return text == nullptr ? "" : text;
}

}  // namespace

std::span<const upsdrv_option> option_rows(const upsdrv_plugin& plugin) noexcept {
    return {plugin.options, plugin.option_count};
}

std::span<const upsdrv_option> host_rows() noexcept {
    return kHostRows;
}

std::string_view option_type_name(std::uint32_t type) noexcept {
    return type < kTypes.size() ? kTypes[type] : "unknown";
}

std::vector<std::string> row_problems(const upsdrv_option& row) {
    std::vector<std::string> problems;
    if (row.struct_size != sizeof(upsdrv_option)) return {"struct_size is wrong"};
    const std::string name = name_or_empty(row.name);
    if (name.empty()) problems.emplace_back("it has no name");
    if (row.type >= kTypes.size()) problems.push_back(name + " has an unknown type");
    if (row.help == nullptr || *row.help == '\0') problems.push_back(name + " has no help text");
    if (row.type == UPSDRV_OPT_CHOICE && *name_or_empty(row.choices) == '\0')
        problems.push_back(name + " has no choices");
    if (row.min > row.max) problems.push_back(name + ": min is above max");
    if (!problems.empty()) return problems;
    const bool bare = row.type == UPSDRV_OPT_FLAG || row.type == UPSDRV_OPT_PREFIX;
    if (row.fallback != nullptr && bare) problems.push_back(name + " cannot have a fallback");
    if (row.fallback != nullptr && !bare)
        if (const auto wrong = value_problem(row, row.fallback))
            problems.push_back(name + ": the fallback \"" + row.fallback + "\" " + *wrong);
    const bool required = (row.flags & UPSDRV_OPT_REQUIRED) != 0;
    if (required && row.fallback != nullptr)
        problems.push_back(name + " is required and has a fallback");
    return problems;
}

const upsdrv_option* find_row(std::span<const upsdrv_option> rows, std::string_view name) noexcept {
    for (const auto& row : rows) {
        const std::string_view known = row.name;
        const bool is_prefix = row.type == UPSDRV_OPT_PREFIX;
        if (is_prefix ? name.size() > known.size() && name.starts_with(known) : name == known)
            return &row;
    }
    return nullptr;
}

std::optional<std::string> value_problem(const upsdrv_option& row,
                                         std::optional<std::string_view> value) {
    if (row.type == UPSDRV_OPT_FLAG)
        return std::nullopt;  // a value of a flag is ignored, as stock does
    if (!value) return "needs a value";
    switch (row.type) {
    case UPSDRV_OPT_INTEGER: {
        const auto number = parse_integer(*value);
        if (!number) return "must be a whole number";
        return range_problem(row, static_cast<double>(*number));
    }
    case UPSDRV_OPT_DECIMAL:
    case UPSDRV_OPT_SECONDS: {
        const auto number = parse_decimal(*value);
        if (!number) return "must be a number";
        return range_problem(row, *number);
    }
    case UPSDRV_OPT_CHOICE:
        if (is_choice(row, *value)) return std::nullopt;
        return "must be one of " + std::string(row.choices);
    case UPSDRV_OPT_BOOLEAN:
        if (parse_boolean(*value)) return std::nullopt;
        return "must be yes or no";
    default:
        return std::nullopt;
    }
}

Result<CheckedOptions> check_options(const upsdrv_plugin& plugin, const PluginOptions& given) {
    CheckedOptions checked;
    const auto rows = option_rows(plugin);
    for (const PluginOption& option : given) {
        const upsdrv_option* row = find_row(rows, option.name);
        const bool is_hosts = row == nullptr;
        if (is_hosts) row = find_row(host_rows(), option.name);
        if (row == nullptr) {
            std::vector<std::string_view> known;
            for (const auto& one : rows)
                known.emplace_back(one.name);
            for (const auto& one : host_rows())
                known.emplace_back(one.name);
            const auto near = nearest(option.name, known);
            return fail(ErrorCode::invalid,
                        "option \"" + printable(option.name) + "\" is not known to driver " +
                            plugin.name +
                            (near ? " (did you mean \"" + std::string(*near) + "\"?)" : ""));
        }
        if (const auto wrong = value_problem(*row, option.value))
            return fail(ErrorCode::invalid, "option \"" + option.name + "\" " + *wrong);
        (is_hosts ? checked.host : checked.plugin).push_back(option);
    }
    for (const auto& row : rows) {
        const bool required = (row.flags & UPSDRV_OPT_REQUIRED) != 0;
        const bool present = std::any_of(given.begin(), given.end(), [&](const auto& option) {
            return option.name == row.name;
        });
        if (required && !present)
            return fail(ErrorCode::invalid, std::string("option \"") + row.name + "\" is missing");
    }
    return checked;
}

}  // namespace ups::host
