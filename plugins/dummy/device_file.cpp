// SPDX-License-Identifier: Apache-2.0
#include "device_file.hpp"

#include "kit/str.hpp"
#include "kit/text.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace ups::dummy {
namespace {

constexpr std::size_t kMaxName = 64;
constexpr std::size_t npos = std::string_view::npos;

bool is_name_char(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
}

bool is_gap(char c) noexcept {
    return c == ' ' || c == '\t';
}

std::string_view without_leading_gap(std::string_view text) noexcept {
    while (!text.empty() && is_gap(text.front()))
        text.remove_prefix(1);
    return text;
}

std::string_view without_trailing_gap(std::string_view text) noexcept {
    while (!text.empty() && is_gap(text.back()))
        text.remove_suffix(1);
    return text;
}

// Does a remark start at this "#"? `Unknown #BC1200` and `####` do occur as values.
bool starts_remark(std::string_view rest) noexcept {
    for (const std::string_view word : {std::string_view("#BAD"), std::string_view("#COMMENT")}) {
        if (!rest.starts_with(word)) continue;
        const std::string_view behind = rest.substr(word.size());
        if (behind.empty() || behind.front() == ':' || is_gap(behind.front())) return true;
    }
    return rest.size() > 1 && is_gap(rest[1]);
}

std::string_view without_remark(std::string_view text) noexcept {
    for (std::size_t at = text.find('#'); at != npos; at = text.find('#', at + 1)) {
        if (at > 0 && !is_gap(text[at - 1])) continue;
        if (starts_remark(text.substr(at))) return without_trailing_gap(text.substr(0, at));
    }
    return text;
}

// The text between quotes at the start of `text`, and what follows; nothing if they never close.
std::optional<std::pair<std::string, std::string_view>> take_quoted(std::string_view text) {
    if (text.empty() || text.front() != '"') return std::nullopt;
    std::string inside;
    for (std::size_t at = 1; at < text.size(); ++at) {
        if (text[at] == '"') return std::pair(std::move(inside), text.substr(at + 1));
        if (text[at] == '\\' && at + 1 < text.size()) ++at;
        inside.push_back(text[at]);
    }
    return std::nullopt;
}

std::string value_of(std::string_view raw) {
    if (auto quoted = take_quoted(without_leading_gap(raw))) {
        const std::string_view behind = without_leading_gap(quoted->second);
        if (behind.empty() || behind.front() == '#') return std::move(quoted->first);
    }
    return std::string(without_remark(raw));
}

class Parser {
  public:
    void line(std::string_view text) {
        ++number_;
        line_ = text;
        const std::string_view rest = without_leading_gap(text);
        if (rest.empty()) return;
        if (rest.starts_with("#RW:") || rest.starts_with("#CMD:")) {
            annotation(rest.substr(1));
        } else if (rest.front() == '#') {
            return;
        } else if (rest.starts_with("RW:") || rest.starts_with("CMD:")) {
            annotation(rest);
        } else {
            entry(rest);
        }
    }
    DeviceFile take() { return std::move(file_); }

  private:
    void problem(std::string_view at, std::string text) {
        // Views of this line only: the distance is the column.
        const auto column = static_cast<int>(at.data() - line_.data()) + 1;
        file_.problems.push_back({number_, column, std::move(text)});
    }

    void entry(std::string_view text) {
        std::size_t end = 0;
        while (end < text.size() && is_name_char(text[end]))
            ++end;
        const std::string_view name = text.substr(0, end);
        const std::string_view rest = text.substr(end);
        const bool gap = rest.empty() || is_gap(rest.front());
        if (name == "TIMER" && gap) return timer(rest);
        if (name == "ALARM" && gap) return alarm(rest);
        const bool colon = rest.starts_with(':');
        if (!colon && (!gap || name.find('.') == npos))
            return problem(rest, "expected ':' after the name of a variable");
        if (!is_variable_name(name)) return problem(text, "not the name of a variable");
        std::string_view raw = rest.empty() ? rest : rest.substr(1);
        if (colon && raw.starts_with(' ')) raw.remove_prefix(1);
        file_.entries.push_back({EntryKind::value, std::string(name), value_of(raw), 0});
    }

    void timer(std::string_view rest) {
        const std::string_view word =
            without_trailing_gap(without_remark(without_leading_gap(rest)));
        const auto seconds = kit::to_decimal(word);
        if (!seconds || *seconds < 0 || *seconds > kMaxTimer)
            return problem(rest, "TIMER needs a number of seconds");
        file_.entries.push_back({EntryKind::timer, {}, {}, *seconds});
    }

    void alarm(std::string_view rest) {
        std::string text = value_of(without_leading_gap(rest));
        file_.entries.push_back({EntryKind::alarm, {}, std::move(text), 0});
    }

    void annotation(std::string_view text) {
        text = without_trailing_gap(without_remark(text));
        if (text.starts_with("CMD:")) {
            const std::string_view name = text.substr(4);
            if (!is_variable_name(name)) return problem(name, "not the name of a command");
            if (std::find(file_.commands.begin(), file_.commands.end(), name) ==
                file_.commands.end())
                file_.commands.emplace_back(name);
            return;
        }
        text.remove_prefix(3);
        const std::size_t colon = text.find(':');
        const std::string_view name = text.substr(0, colon);
        if (colon == npos || !is_variable_name(name))
            return problem(text, "expected RW:<variable>:STRING, ENUM or RANGE");
        rule(name, text.substr(colon + 1));
    }

    void rule(std::string_view name, std::string_view type) {
        Rule made;
        made.variable = name;
        if (type == "STRING") return file_.rules.push_back(std::move(made));
        if (type.starts_with("STRING:")) {
            const auto length = kit::to_integer(type.substr(7));
            if (!length || *length < 1 || *length > 65'535)
                return problem(type, "STRING: needs a length");
            made.max_length = static_cast<std::uint32_t>(*length);
            return file_.rules.push_back(std::move(made));
        }
        if (type.starts_with("ENUM:")) {
            auto value = take_quoted(type.substr(5));
            if (!value) return problem(type, "ENUM: needs a value in quotes");
            made.kind = RuleKind::choice;
            made.first = std::move(value->first);
            return file_.rules.push_back(std::move(made));
        }
        if (type.starts_with("RANGE:")) return range(std::move(made), type.substr(6));
        problem(type, "expected STRING, ENUM or RANGE");
    }

    void range(Rule made, std::string_view bounds) {
        auto min = take_quoted(bounds);
        auto max = min ? take_quoted(without_leading_gap(min->second)) : std::nullopt;
        if (!max || !kit::to_decimal(min->first) || !kit::to_decimal(max->first))
            return problem(bounds, "RANGE: needs two numbers in quotes");
        made.kind = RuleKind::range;
        made.first = std::move(min->first);
        made.second = std::move(max->first);
        file_.rules.push_back(std::move(made));
    }

    DeviceFile file_;
    int number_ = 0;
    std::string_view line_;  // the line being read: of the text given to parse_device_file
};

}  // namespace

bool is_variable_name(std::string_view text) noexcept {
    return !text.empty() && text.size() <= kMaxName &&
           std::all_of(text.begin(), text.end(), is_name_char);
}

DeviceFile parse_device_file(std::string_view text) {
    Parser parser;
    for (const std::string_view line : kit::split_lines(text))
        parser.line(line);
    return parser.take();
}

}  // namespace ups::dummy
