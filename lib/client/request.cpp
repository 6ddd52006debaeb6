// SPDX-License-Identifier: Apache-2.0
#include "lib/client/request.hpp"

#include "lib/base/words.hpp"

namespace ups::client {
namespace {

void append_words(std::string& line, Words words) {
    for (const std::string_view word : words) {
        if (!line.empty()) line += ' ';
        append_word(line, word);
    }
}

Request make(std::string_view verb, Words words, Shape shape) {
    Request request{.line = std::string(verb), .shape = shape, .echo = {}};
    append_words(request.line, words);
    request.line += '\n';
    return request;
}

Request make_echoed(std::string_view verb, Words words, Shape shape) {
    Request request = make(verb, words, shape);
    request.echo.assign(words.begin(), words.end());
    return request;
}

}  // namespace

Request get(Words words) {
    return make_echoed("GET", words, Shape::value);
}

Request get_tracking(std::string_view id) {
    return make("GET", {"TRACKING", id}, Shape::text);
}

Request list(Words words) {
    return make_echoed("LIST", words, Shape::list);
}

Request command(Words words) {
    return make({}, words, Shape::ok);
}

Request set_var(std::string_view ups, std::string_view name, std::string_view value) {
    Request request = make("SET", {"VAR", ups, name}, Shape::ok);
    request.line.back() = ' ';
    append_quoted(request.line, value);
    request.line += '\n';
    return request;
}

Request identify(std::string_view verb) {
    return make(verb, {}, Shape::text);
}

Request subscribe(std::string_view ups, const std::vector<std::string>& filters) {
    Request request = make("SUBSCRIBE", {ups}, Shape::subscribe);
    request.line.pop_back();
    for (const std::string& filter : filters) {
        request.line += ' ';
        append_word(request.line, filter);
    }
    request.line += '\n';
    request.echo = {"VAR", std::string(ups)};
    return request;
}

}  // namespace ups::client
