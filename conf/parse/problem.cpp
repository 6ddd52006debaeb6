// SPDX-License-Identifier: Apache-2.0
#include "conf/parse/problem.hpp"

#include <string_view>

namespace ups::conf {
namespace {
std::string_view name_of(Severity severity) noexcept {
    switch (severity) {
    case Severity::note:
        return "note";
    case Severity::warning:
        return "warning";
    case Severity::error:
        return "error";
    }
    return "?";
}
}  // namespace

std::string to_text(const Place& place) {
    std::string text = place.file;
    if (place.line == 0) return text;
    text += ':' + std::to_string(place.line);
    if (place.column != 0) text += ':' + std::to_string(place.column);
    return text;
}

std::string to_text(const Problem& problem) {
    std::string text = to_text(problem.place);
    text += ": ";
    text += name_of(problem.severity);
    text += ": " + problem.text;
    if (!problem.hint.empty()) text += " (" + problem.hint + ")";
    return text;
}

}  // namespace ups::conf
