// SPDX-License-Identifier: Apache-2.0
#include "lib/client/conversation.hpp"

#include "lib/base/text.hpp"

#include <algorithm>
#include <utility>

namespace ups::client {
namespace {

using WordSpan = std::span<const std::string_view>;

bool starts_with(WordSpan words, const std::vector<std::string>& echo) {
    return words.size() >= echo.size() &&
           std::ranges::equal(echo, words.first(echo.size()), iequals);
}

/// Whether `words` are BEGIN or END (`edge`), the kind of list and its echoed question.
bool is_frame(WordSpan words, std::string_view edge, Shape shape,
              const std::vector<std::string>& echo) {
    const bool subscribes = shape == Shape::subscribe;
    if (words.size() < 2 || words[0] != edge || words[1] != (subscribes ? "SUBSCRIBE" : "LIST"))
        return false;
    // The rows of a snapshot say VAR and the UPS, its frame only the UPS.
    return starts_with(words.subspan(2),
                       subscribes ? std::vector(echo.begin() + 1, echo.end()) : echo);
}

Failure protocol_failure() {
    return other_failure(FailureKind::protocol, "Protocol error");
}

Failure garbled_failure() {
    return other_failure(FailureKind::garbled, "Protocol error");
}

struct EventRow {
    std::string_view word;
    EventKind kind;
    std::size_t words;  // at least, EVENT included
};
constexpr EventRow kEvents[] = {
    {"VAR", EventKind::var, 5},     {"DELVAR", EventKind::delvar, 4},
    {"STALE", EventKind::stale, 3}, {"FRESH", EventKind::fresh, 3},
    {"GONE", EventKind::gone, 3},
};

}  // namespace

Conversation::~Conversation() {
    *alive_ = false;
}

bool Conversation::ask(const Request& request, ReplyHandler& handler, std::string& out) {
    if (waiting_.size() >= kMaxWaiting) return false;
    out += request.line;
    waiting_.push_back({request.shape, request.echo, std::move(handler)});
    return true;
}

std::optional<Failure> Conversation::feed(std::string_view bytes) {
    const auto alive = alive_;
    std::string joined;
    if (!partial_.empty()) {
        joined = std::exchange(partial_, {});
        joined += bytes;
        bytes = joined;
    }
    for (std::size_t end = bytes.find('\n'); end != std::string_view::npos;
         end = bytes.find('\n')) {
        auto failure = feed_line(bytes.substr(0, end));
        if (!*alive) return std::nullopt;
        if (failure) return failure;
        bytes.remove_prefix(end + 1);
    }
    if (bytes.size() > kMaxLine) return other_failure(FailureKind::overload, "Reply line too long");
    partial_ = bytes;
    return std::nullopt;
}

std::optional<Failure> Conversation::feed_line(std::string_view line) {
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    const LineWords words = tokenizer_.split(line);
    switch (list_) {
    case List::asked:
        return list_line(words);
    case List::pushed:
        return push_line(words);
    case List::none:
        break;
    }
    if (!words.words.empty() && words.words[0] == "EVENT") {
        take_event(words);
        return std::nullopt;
    }
    if (begins_push(words)) return std::nullopt;
    if (waiting_.empty()) return protocol_failure();
    return first_line(words, line);
}

bool Conversation::begins_push(const LineWords& line) {
    const WordSpan words = line.words;
    if (words.size() < 3 || words[0] != "BEGIN" || words[1] != "SUBSCRIBE") return false;
    // The answer to a SUBSCRIBE looks the same; who asked for it gets it.
    if (!waiting_.empty() && waiting_.front().shape == Shape::subscribe) return false;
    begin_list(List::pushed);
    push_echo_ = {"VAR", std::string(words[2])};
    return true;
}

std::optional<Failure> Conversation::push_line(const LineWords& line) {
    if (line.words.empty() || line.words[0] != "END") return take_row(line, push_echo_);
    if (!is_frame(line.words, "END", Shape::subscribe, push_echo_)) return protocol_failure();
    list_ = List::none;
    const Reply rows = std::exchange(reply_, {});
    if (on_event_)
        on_event_(Event{.kind = EventKind::snapshot,
                        .ups = line.words[2],
                        .name = {},
                        .value = {},
                        .rows = &rows});
    return std::nullopt;
}

void Conversation::begin_list(List kind) {
    list_ = kind;
    reply_ = {};
    reply_bytes_ = 0;
    row_failure_.reset();
}

std::optional<Failure> Conversation::first_line(const LineWords& line, std::string_view raw) {
    const WordSpan words = line.words;
    const Waiting& front = waiting_.front();
    if (words.empty()) return protocol_failure();
    if (words[0] == "ERR") {
        finish(std::unexpected(server_failure(words.size() > 1 ? words[1] : "", raw)));
        return std::nullopt;
    }
    begin_list(List::none);
    switch (front.shape) {
    case Shape::text:
        reply_.rows.push_back({std::string(raw)});
        break;
    case Shape::ok:
        if (words[0] != "OK") return protocol_failure();
        reply_.rows.emplace_back(words.begin() + 1, words.end());
        break;
    case Shape::value:
        if (!starts_with(words, front.echo)) return protocol_failure();
        if (line.broken)
            row_failure_ = garbled_failure();
        else if (words.size() == front.echo.size())
            return protocol_failure();
        reply_.rows.emplace_back(words.begin() + static_cast<std::ptrdiff_t>(front.echo.size()),
                                 words.end());
        break;
    case Shape::list:
    case Shape::subscribe:
        if (!is_frame(words, "BEGIN", front.shape, front.echo)) return protocol_failure();
        list_ = List::asked;
        return std::nullopt;
    }
    if (row_failure_)
        finish(std::unexpected(*row_failure_));
    else
        finish(std::move(reply_));
    return std::nullopt;
}

std::optional<Failure> Conversation::list_line(const LineWords& line) {
    const Waiting& front = waiting_.front();
    if (!line.words.empty() && line.words[0] == "END") {
        if (!is_frame(line.words, "END", front.shape, front.echo)) return protocol_failure();
        list_ = List::none;
        if (row_failure_)
            finish(std::unexpected(*std::exchange(row_failure_, std::nullopt)));
        else
            finish(std::move(reply_));
        return std::nullopt;
    }
    return take_row(line, front.echo);
}

std::optional<Failure> Conversation::take_row(const LineWords& line,
                                              const std::vector<std::string>& echo) {
    if (!starts_with(line.words, echo)) return protocol_failure();
    if (line.broken) row_failure_ = garbled_failure();
    std::vector<std::string> row;
    for (const std::string_view word : line.words.subspan(echo.size())) {
        reply_bytes_ += sizeof(std::string) + word.size();
        row.emplace_back(word);
    }
    if (reply_bytes_ > kMaxReply) return other_failure(FailureKind::overload, "Reply too long");
    reply_.rows.push_back(std::move(row));
    return std::nullopt;
}

void Conversation::take_event(const LineWords& line) {
    const WordSpan words = line.words;
    if (!on_event_ || line.broken || words.size() < 3) return;
    for (const EventRow& row : kEvents) {
        if (words[1] != row.word || words.size() < row.words) continue;
        on_event_(Event{.kind = row.kind,
                        .ups = words[2],
                        .name = words.size() > 3 ? words[3] : std::string_view(),
                        .value = words.size() > 4 ? words[4] : std::string_view()});
        return;
    }
}

void Conversation::finish(Answer<Reply> answer) {
    auto handler = std::move(waiting_.front().handler);
    waiting_.pop_front();
    if (handler) handler(std::move(answer));
}

void Conversation::fail_all(const Failure& failure) {
    const auto alive = alive_;
    list_ = List::none;
    partial_.clear();
    // Who asks again from a handler is not failed by this call.
    auto everyone = std::exchange(waiting_, {});
    for (Waiting& waiting : everyone) {
        if (waiting.handler) waiting.handler(std::unexpected(failure));
        if (!*alive) return;
    }
}

}  // namespace ups::client
