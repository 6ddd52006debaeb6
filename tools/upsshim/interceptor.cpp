// SPDX-License-Identifier: Apache-2.0
#include "tools/upsshim/interceptor.hpp"

#include "lib/base/text.hpp"

#include <algorithm>
#include <array>

namespace ups::upsshim {
namespace {

/// As much of a server's line as tells what it is.
constexpr std::size_t kLineStart = 8;

constexpr auto kGreetings =
    std::to_array<std::string_view>({"HELP", "VER", "PROTVER", "NETVER", "LOGOUT", "DETACH"});

bool is_greeting(std::string_view verb) {
    return std::ranges::any_of(kGreetings,
                               [verb](std::string_view each) { return iequals(each, verb); });
}

}  // namespace

Verdict Interceptor::feed_client(std::string_view bytes, std::string& to_server,
                                 std::string& to_client) {
    if (closing_) return Verdict::go_on;
    request_ += bytes;
    std::string_view rest = request_;
    while (const auto size = scanner_.scan(rest)) {
        const Verdict verdict = take_line(rest.substr(0, *size), to_server, to_client);
        if (verdict != Verdict::go_on) return verdict;
        if (closing_) {
            request_.clear();
            return Verdict::go_on;
        }
        rest.remove_prefix(*size);
    }
    if (rest.size() > kMaxLine) return Verdict::overrun;
    request_.erase(0, request_.size() - rest.size());
    return Verdict::go_on;
}

Verdict Interceptor::take_line(std::string_view line, std::string& to_server,
                               std::string& to_client) {
    const auto words = tokenizer_.split(line).words;
    const std::string_view verb = words.empty() ? std::string_view() : words.front();
    if (iequals(verb, "STARTTLS")) {
        if (side_ == Side::client) return answer("ERR FEATURE-NOT-CONFIGURED\n", false, to_client);
        if (tls_) return answer("ERR ALREADY-SSL-MODE\n", false, to_client);
        closing_ = true;
        return answer("OK STARTTLS\n", true, to_client);
    }
    if (side_ == Side::server && !tls_ && plain_ == Plain::greetings && !is_greeting(verb))
        return answer("ERR TLS-NOT-ENABLED\n", false, to_client);
    to_server += line;
    // An empty line gets an answer from some servers only; what it makes wrong, `give_up_waiting` mends.
    if (!words.empty() && ++unanswered_ > kMaxUnanswered) return Verdict::overrun;
    return Verdict::go_on;
}

Verdict Interceptor::answer(std::string text, bool starts_tls, std::string& to_client) {
    if (due_.size() >= kMaxOwn) return Verdict::overrun;
    due_.push_back({unanswered_, std::move(text), starts_tls});
    unanswered_ = 0;
    return emit_due(to_client);
}

Verdict Interceptor::emit_due(std::string& to_client) {
    while (!due_.empty() && due_.front().after == 0) {
        const Due due = std::move(due_.front());
        due_.pop_front();
        to_client += due.text;
        if (due.starts_tls) return Verdict::start_tls;
    }
    return Verdict::go_on;
}

Verdict Interceptor::feed_server(std::string_view bytes, std::string& to_client) {
    while (!bytes.empty()) {
        const std::size_t end = bytes.find('\n');
        const std::string_view part =
            bytes.substr(0, end == std::string_view::npos ? end : end + 1);
        bytes.remove_prefix(part.size());
        if (line_start_.size() < kLineStart)
            line_start_ += part.substr(0, kLineStart - line_start_.size());
        to_client += part;
        if (end == std::string_view::npos) return Verdict::go_on;
        const bool over = ends_reply(line_start_);
        line_start_.clear();
        if (!over) continue;
        std::size_t& left = due_.empty() ? unanswered_ : due_.front().after;
        if (left > 0) --left;
        // Own answers stand between replies, never inside one.
        if (emit_due(to_client) == Verdict::start_tls) return Verdict::start_tls;
    }
    return Verdict::go_on;
}

bool Interceptor::ends_reply(std::string_view line_start) {
    if (line_start.starts_with("EVENT ")) return false;
    if (line_start.starts_with("BEGIN ")) in_list_ = true;
    if (line_start.starts_with("END ")) in_list_ = false;
    return !in_list_;
}

Verdict Interceptor::give_up_waiting(std::string& to_client) {
    if (!due_.empty()) due_.front().after = 0;
    return emit_due(to_client);
}

void Interceptor::tls_started() {
    *this = Interceptor(side_, plain_);
    tls_ = true;
}

}  // namespace ups::upsshim
