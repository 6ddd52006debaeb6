// SPDX-License-Identifier: Apache-2.0
#include "conf/parse/sections.hpp"

#include <string>

namespace ups::conf {
namespace {
bool is_plain(std::string_view name) {
    for (const char c : name)
        if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7F) return false;
    return true;
}
}  // namespace

Header read_header(const Line& line, std::vector<Problem>& problems) {
    const std::string_view word = line.words[0];
    if (!word.starts_with('[')) return {};
    const auto broken = [&](std::string text, std::string hint) {
        problems.push_back({Severity::error, line.places[0], std::move(text), std::move(hint)});
        return Header{HeaderKind::broken, {}};
    };
    if (word.size() < 2 || !word.ends_with(']'))
        return broken("section header without ]", "names have no blanks and no =");
    const std::string_view name = word.substr(1, word.size() - 2);
    if (name.empty()) return broken("section without a name", "");
    if (!is_plain(name)) return broken("section name with blanks", "");
    if (line.words.size() > 1)
        problems.push_back({Severity::warning, line.places[1],
                            "what follows the section header on its line is ignored",
                            "begin a new line"});
    return {HeaderKind::good, name};
}

}  // namespace ups::conf
