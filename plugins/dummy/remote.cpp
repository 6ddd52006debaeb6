// SPDX-License-Identifier: Apache-2.0
#include "remote.hpp"

#include "kit/str.hpp"
#include "kit/text.hpp"

#include <algorithm>
#include <utility>

namespace ups::dummy {
namespace {

constexpr std::string_view kDefaultPort = "3493";

struct ErrorRow {
    std::string_view name;
    std::int32_t status;
};

// Names of RFC 9271 and those that deployed servers send. What is not here is "failed".
constexpr ErrorRow kErrors[] = {
    {"VAR-NOT-SUPPORTED", UPSDRV_E_UNKNOWN},
    {"CMD-NOT-SUPPORTED", UPSDRV_E_UNKNOWN},
    {"UNKNOWN", UPSDRV_E_UNKNOWN},
    {"INVALID-VALUE", UPSDRV_E_INVALID},
    {"INVALID-ARGUMENT", UPSDRV_E_INVALID},
    {"TOO-LONG", UPSDRV_E_INVALID},
    {"READONLY", UPSDRV_E_INVALID},
    {"DATA-STALE", UPSDRV_E_TIMEOUT},
    {"DRIVER-NOT-CONNECTED", UPSDRV_E_TIMEOUT},
    {"UNKNOWN-UPS", UPSDRV_E_UNKNOWN},
};

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20;
}

bool needs_quotes(std::string_view word) {
    return word.empty() || word.find_first_of(" \"\\#=") != std::string_view::npos ||
           std::any_of(word.begin(), word.end(), is_control);
}

// `#` is escaped too: unescaped inside quotes it breaks the line for stock servers. Control bytes would
// break it for all.
void append_quoted(std::string& line, std::string_view word) {
    line += '"';
    for (const char c : word) {
        if (c == '"' || c == '\\' || c == '#') line += '\\';
        line += is_control(c) ? ' ' : c;
    }
    line += '"';
}

}  // namespace

std::optional<RemoteAddress> parse_remote_address(std::string_view port) {
    const std::size_t at = port.find('@');
    if (at == std::string_view::npos || at == 0) return std::nullopt;
    RemoteAddress made;
    made.ups = port.substr(0, at);
    std::string_view rest = port.substr(at + 1);
    const bool bracketed = rest.starts_with('[');
    std::size_t end = bracketed ? rest.find(']') : rest.find(':');
    if (bracketed && end == std::string_view::npos) return std::nullopt;
    made.host = bracketed ? rest.substr(1, end - 1) : rest.substr(0, end);
    if (bracketed) ++end;
    std::string_view service = end < rest.size() ? rest.substr(end) : std::string_view();
    if (service.starts_with(':')) {
        service.remove_prefix(1);
        const auto number = kit::to_integer(service);
        if (!number || *number < 1 || *number > 65'535) return std::nullopt;
    } else if (!service.empty()) {
        return std::nullopt;
    } else {
        service = kDefaultPort;
    }
    if (made.host.empty()) return std::nullopt;
    made.address = bracketed ? '[' + made.host + ']' : made.host;
    made.address += ':';
    made.address += service;
    return made;
}

Answer parse_answer(std::string_view line) {
    auto words = kit::split_quoted(line);
    if (!words || words->empty()) return {};
    struct Row {
        std::string_view word;
        AnswerKind kind;
    };
    static constexpr Row kRows[] = {{"OK", AnswerKind::ok},
                                    {"ERR", AnswerKind::error},
                                    {"BEGIN", AnswerKind::begin},
                                    {"END", AnswerKind::end},
                                    {"EVENT", AnswerKind::event}};
    for (const Row& row : kRows) {
        if (words->front() != row.word) continue;
        if (row.kind != AnswerKind::ok && words->size() < 2) return {};
        words->erase(words->begin());
        return {row.kind, *std::move(words)};
    }
    return {AnswerKind::item, *std::move(words)};
}

std::string request(std::string_view verb, const std::vector<std::string_view>& words) {
    std::string line(verb);
    for (const std::string_view word : words) {
        line += ' ';
        if (needs_quotes(word)) {
            append_quoted(line, word);
        } else {
            line += word;
        }
    }
    line += '\n';
    return line;
}

std::int32_t status_of_error(std::string_view name) noexcept {
    for (const ErrorRow& row : kErrors)
        if (row.name == name) return row.status;
    return UPSDRV_E_FAILED;
}

RemoteType parse_type(const std::vector<std::string>& words, std::size_t first) {
    RemoteType type;
    for (std::size_t i = first; i < words.size(); ++i) {
        const std::string_view word = words[i];
        if (word == "RW") type.flags |= UPSDRV_VAR_RW;
        if (word == "NUMBER") type.flags |= UPSDRV_VAR_NUMBER;
        if (word == "ENUM") type.is_enum = true;
        if (word == "RANGE") type.is_range = true;
        if (!word.starts_with("STRING")) continue;
        type.flags |= UPSDRV_VAR_STRING;
        const auto length = kit::to_integer(word.substr(std::min<std::size_t>(7, word.size())));
        if (length && *length > 0 && *length <= 65'535)
            type.max_length = static_cast<std::uint32_t>(*length);
    }
    return type;
}

}  // namespace ups::dummy
