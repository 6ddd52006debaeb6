// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/plan/readings.hpp"

#include "lib/base/text.hpp"

namespace ups::upsmon::plan {

void UpsReading::set(std::string_view variable, std::string_view text) {
    if (iequals(variable, "ups.status")) {
        status = text;
        return;
    }
    const auto number = parse_decimal(trim(text));
    if (number)
        numbers.insert_or_assign(to_lower(variable), *number);
    else
        remove(variable);
}

void UpsReading::remove(std::string_view variable) {
    if (iequals(variable, "ups.status")) status.clear();
    if (const auto found = numbers.find(to_lower(variable)); found != numbers.end())
        numbers.erase(found);
}

std::optional<double> UpsReading::number(std::string_view variable) const {
    const auto found = numbers.find(variable);
    if (found == numbers.end()) return std::nullopt;
    return found->second;
}

}  // namespace ups::upsmon::plan
