// SPDX-License-Identifier: Apache-2.0
#include "docs/generate/pages.hpp"

#include "lib/base/text.hpp"

#include <fmt/core.h>

namespace ups::docs {
namespace {

Result<std::string> expand(std::string_view request, const std::string& plugin_file) {
    const auto words = split_blanks(request);
    if (words.size() == 3 && words[0] == "rows") return directive_items(words[1], words[2]);
    if (words.size() == 1 && words[0] == "options") return option_items(plugin_file);
    if (words.size() == 1 && words[0] == "notify_types") return notify_items();
    return std::string();  // an ordinary comment
}

}  // namespace

std::string mdoc(std::string_view text, Place place) {
    std::string out;
    // A leading dot starts a macro; an argument may be the name of one. `\&` is a character of no width.
    if (place == Place::argument || text.starts_with('.') || text.starts_with('\'')) out += "\\&";
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '\\')
            out += "\\e";
        else if (c == '"' && place == Place::argument)
            out += "\\(dq";
        else if (c == '-')
            out += "\\-";
        else if (c == ' ' && place == Place::argument)
            out += "\\ ";
        else if (c == ' ' && at > 0 && text[at - 1] == '.')
            out += '\n';  // a sentence starts a line
        else
            out += c;
    }
    return out;
}

Result<std::string> manual_page(std::string_view page_template, const std::string& plugin_file) {
    constexpr std::string_view kComment = ".\\\" ";
    std::string page;
    std::size_t number = 0;
    while (!page_template.empty()) {
        ++number;
        const std::size_t end = std::min(page_template.find('\n'), page_template.size() - 1);
        const std::string_view line = page_template.substr(0, end + 1);
        page_template.remove_prefix(end + 1);
        if (!line.starts_with(kComment)) {
            page += line;
            continue;
        }
        auto items = expand(trim(line.substr(kComment.size())), plugin_file);
        if (!items) return std::unexpected(items.error().within(fmt::format("line {}", number)));
        page += items->empty() ? line : std::string_view(*items);
    }
    return page;
}

}  // namespace ups::docs
