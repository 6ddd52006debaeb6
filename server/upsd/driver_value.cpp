// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/driver_value.hpp"

#include "lib/base/text.hpp"

namespace ups::upsd {
namespace {

/// How a value that starts behind the quote at `open` is escaped, up to the end of the line.
Escaping escaping_of(std::string_view line, std::size_t open) {
    bool has_slash = false;
    for (std::size_t at = open + 1; at < line.size(); ++at) {
        const char c = line[at];
        if (c == '#') return Escaping::missing;
        if (c == '"') {
            if (!trim(line.substr(at + 1)).empty()) return Escaping::missing;
            return has_slash ? Escaping::ambiguous : Escaping::proper;
        }
        if (c != '\\') continue;
        has_slash = true;
        if (++at == line.size()) return Escaping::missing;
        // No encoder puts a `\` in front of anything else.
        if (line[at] != '"' && line[at] != '\\' && line[at] != '#') return Escaping::missing;
    }
    return Escaping::missing;
}

}  // namespace

DriverValue driver_value(std::string_view line, const LineWords& words) noexcept {
    // The usual line: one quoted value, and nothing that could be read in two ways.
    const auto is_bare = [&](std::size_t at) { return line[words.offsets[at]] != '"'; };
    if (words.plain && words.words.size() == 3 && is_bare(0) && is_bare(1))
        return {words.words[2], Escaping::proper};
    const std::size_t open = line.find('"');
    const bool bare = words.words.size() >= 3 && words.offsets[2] < open;
    if (open == std::string_view::npos || bare)
        return {words.words.size() >= 3 ? words.words[2] : std::string_view(), Escaping::proper};
    const Escaping escaping = escaping_of(line, open);
    if (escaping != Escaping::missing && words.words.size() >= 3) return {words.words[2], escaping};
    const std::size_t close = line.rfind('"');
    const std::size_t end = close > open ? close : line.size();
    return {line.substr(open + 1, end - open - 1), Escaping::missing};
}

}  // namespace ups::upsd
