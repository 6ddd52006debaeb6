// SPDX-License-Identifier: Apache-2.0
#include "conf/parse/notify_text.hpp"

#include "conf/parse/statement.hpp"
#include "lib/base/text.hpp"

#include <array>

namespace ups::conf {
namespace {

struct PlaceholderRow {
    std::string_view name;
    std::string_view NotifyFields::* field;
};

constexpr auto kPlaceholders = std::to_array<PlaceholderRow>({
    {"ups", &NotifyFields::ups},
    {"type", &NotifyFields::type},
    {"detail", &NotifyFields::detail},
    {"host", &NotifyFields::host},
    {"time", &NotifyFields::time},
    {"status", &NotifyFields::status},
    {"charge", &NotifyFields::charge},
    {"runtime", &NotifyFields::runtime},
});

/// The name in braces at the start of `rest`, or nothing.
std::optional<std::string_view> braced_name(std::string_view rest) {
    const std::size_t end = rest.find('}');
    if (rest.empty() || rest.front() != '{' || end == std::string_view::npos) return std::nullopt;
    return rest.substr(1, end - 1);
}

const PlaceholderRow* find_placeholder(std::string_view name) {
    for (const PlaceholderRow& row : kPlaceholders)
        if (row.name == name) return &row;
    return nullptr;
}

void check_placeholders(std::string_view text, const Place& place, std::vector<Problem>& problems) {
    std::vector<std::string_view> names;
    for (const PlaceholderRow& row : kPlaceholders)
        names.push_back(row.name);
    for (; !text.empty(); text.remove_prefix(1)) {
        const auto name = braced_name(text);
        if (!name || find_placeholder(*name) != nullptr) continue;
        if (const auto near = nearest(*name, names))
            problems.push_back({Severity::warning, place,
                                "no placeholder " + in_quotes("{" + std::string(*name) + "}"),
                                "did you mean {" + std::string(*near) + "}?"});
    }
}

}  // namespace

bool check_notify_text(std::string_view text, const NotifyTypeRow& type, const Place& place,
                       std::vector<Problem>& problems) {
    const auto refuse = [&](std::string what, std::string hint) {
        problems.push_back({Severity::error, place, std::move(what), std::move(hint)});
        return false;
    };
    unsigned details = 0;
    for (std::size_t at = text.find('%'); at != text.npos; at = text.find('%', at + 2)) {
        const std::string_view conversion = text.substr(at, 2);
        if (conversion == "%%") continue;
        if (conversion != "%s")
            return refuse(in_quotes(conversion) + " in the text of " + std::string(type.name),
                          "%s is the UPS, %% a percent sign");
        ++details;
    }
    if (details > type.details)
        return refuse("the text of " + std::string(type.name) + " has " + std::to_string(details) +
                          " %s",
                      "at most " + std::to_string(type.details));
    check_placeholders(text, place, problems);
    return true;
}

std::string fill_notify_text(std::string_view text, const NotifyFields& fields) {
    std::string out;
    unsigned details = 0;
    while (!text.empty()) {
        std::size_t taken = 1;
        if (text.starts_with("%s")) {
            taken = 2;
            if (details < 2) out += details == 0 ? fields.ups : fields.detail;
            ++details;
        } else if (text.starts_with("%%")) {
            taken = 2;
            out += '%';
        } else if (const auto name = braced_name(text);
                   name && find_placeholder(*name) != nullptr) {
            taken = name->size() + 2;
            out += fields.*(find_placeholder(*name)->field);
        } else {
            out += text.front();
        }
        text.remove_prefix(taken);
    }
    return out;
}

}  // namespace ups::conf
