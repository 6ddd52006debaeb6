// SPDX-License-Identifier: Apache-2.0
#include "tools/upssched/protocol.hpp"

#include "lib/base/text.hpp"
#include "lib/base/words.hpp"

#include <array>
#include <utility>

namespace ups::upssched {
namespace {

/// Five words of this length, escaped, are a line.
constexpr std::size_t kMaxSentWord = 400;

constexpr auto kVerbs = std::to_array<std::pair<std::string_view, Verb>>({
    {"START", Verb::start},
    {"START-SHARED", Verb::start_shared},
    {"CANCEL", Verb::cancel},
    {"LIST-TIMERS", Verb::list},
});

std::optional<Verb> find_verb(std::string_view word) {
    for (const auto& [name, verb] : kVerbs)
        if (name == word) return verb;
    return std::nullopt;
}

std::string_view name_of(Verb verb) {
    for (const auto& [name, each] : kVerbs)
        if (each == verb) return name;
    return {};
}

Result<std::chrono::seconds> parse_delay(std::string_view text) {
    const auto number = parse_integer(text);
    if (!number || *number < 0 || *number > kLongestTimer.count())
        return fail(ErrorCode::invalid, "not a number of seconds: " + printable(text));
    return std::chrono::seconds(*number);
}

void append(std::string& line, std::string_view word) {
    line += " \"";
    append_escaped(line, word.substr(0, kMaxSentWord));
    line += '"';
}

}  // namespace

Result<Request> parse_request(std::string_view line) {
    Tokenizer tokenizer(Charset::utf8);
    const LineWords split = tokenizer.split(line);
    const auto words = split.words;
    if (words.empty()) return fail(ErrorCode::unsupported, "an empty line");
    const auto verb = find_verb(words[0]);
    if (!verb) return fail(ErrorCode::unsupported, "no such request: " + printable(words[0]));
    if (split.broken || split.truncated) return fail(ErrorCode::invalid, "a broken line");
    const auto word = [&words](std::size_t at) {
        return at < words.size() ? words[at] : std::string_view();
    };
    Request request{.verb = *verb};
    if (words.size() >= 6)
        request.cause = Cause{std::string(word(3)), std::string(word(4)), std::string(word(5))};
    if (*verb == Verb::list) return request;
    if (word(1).empty()) return fail(ErrorCode::invalid, "a timer without a name");
    request.name = word(1);
    if (*verb == Verb::cancel) {
        request.otherwise = word(2);
    } else {
        UPS_TRY(request.delay, parse_delay(word(2)));
    }
    return request;
}

std::string encode(const Request& request) {
    std::string line(name_of(request.verb));
    append(line, request.name);
    if (request.verb == Verb::start || request.verb == Verb::start_shared)
        append(line, std::to_string(request.delay.count()));
    else
        append(line, request.otherwise);
    if (request.cause) {
        append(line, request.cause->type);
        append(line, request.cause->ups);
        append(line, request.cause->message);
    }
    return line + "\n";
}

}  // namespace ups::upssched
