// SPDX-License-Identifier: Apache-2.0
#include "tools/upsc/report.hpp"

#include "lib/client/tool/json.hpp"

namespace ups::upsc {

using client::json_string;
using client::Reply;

std::string render_column(const Reply& reply, Format format) {
    std::vector<std::string> items;
    for (const auto& row : reply.rows)
        if (!row.empty()) items.push_back(row.front());
    if (format == Format::json) return client::json_list(items);
    std::string text;
    for (const std::string& item : items)
        text += item + "\n";
    return text;
}

std::string render_pairs(const Reply& reply, Format format) {
    std::vector<std::pair<std::string, std::string>> pairs;
    for (const auto& row : reply.rows)
        if (row.size() >= 2) pairs.emplace_back(row[0], row[1]);
    if (format == Format::json) return client::json_object(pairs);
    std::string text;
    for (const auto& [name, value] : pairs)
        text += name + ": " + value + "\n";
    return text;
}

std::string render_value(std::string_view value, Format format) {
    return (format == Format::json ? json_string(value) : std::string(value)) + "\n";
}

std::string render_error(std::string_view text, Action action) {
    if (action == Action::variables) return "{\n  \"error\": " + json_string(text) + "\n}\n";
    return "{\"error\": " + json_string(text) + "}\n";
}

std::string render_change(std::string_view name, std::string_view value, Format format) {
    if (format == Format::text) return std::string(name).append(": ").append(value) + "\n";
    return "{\"name\": " + json_string(name) + ", \"value\": " + json_string(value) + "}\n";
}

std::string render_removal(std::string_view name, Format format) {
    if (format == Format::text) return {};
    return "{\"name\": " + json_string(name) + ", \"value\": null}\n";
}

std::string render_state(std::string_view state, std::string_view reason, Format format) {
    if (format == Format::text) return {};
    std::string text = "{\"state\": " + json_string(state);
    if (!reason.empty()) text += ", \"reason\": " + json_string(reason);
    return text + "}\n";
}

}  // namespace ups::upsc
