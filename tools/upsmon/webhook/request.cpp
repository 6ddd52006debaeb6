// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/webhook/request.hpp"

#include "lib/base/text.hpp"

#include <algorithm>

namespace ups::upsmon {
namespace {

bool is_line(std::string_view text) {
    return !text.empty() && std::ranges::none_of(text, [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    });
}

bool is_usable(const PostRequest& request) {
    return is_line(request.url) && std::ranges::all_of(request.headers, is_line);
}

}  // namespace

std::optional<std::string> to_input(const PostRequest& request) {
    if (!is_usable(request)) return std::nullopt;
    std::string input = request.url + "\n";
    for (const std::string& header : request.headers)
        input += header + "\n";
    return input + "\n" + request.body;
}

std::optional<PostRequest> from_input(std::string_view input) {
    PostRequest request;
    for (bool is_first = true;; is_first = false) {
        const std::size_t end = input.find('\n');
        if (end == input.npos) return std::nullopt;
        const std::string_view line = input.substr(0, end);
        input.remove_prefix(end + 1);
        if (line.empty() && !is_first) break;
        if (is_first)
            request.url = line;
        else
            request.headers.emplace_back(line);
    }
    request.body = input;
    if (!is_usable(request)) return std::nullopt;
    return request;
}

std::optional<PostStatus> post_status(int exit) {
    for (const PostStatus status :
         {PostStatus::delivered, PostStatus::unusable, PostStatus::refused, PostStatus::busy,
          PostStatus::unreachable, PostStatus::untrusted, PostStatus::slow})
        if (exit == static_cast<int>(status)) return status;
    return std::nullopt;
}

std::string_view post_status_text(PostStatus status) {
    switch (status) {
    case PostStatus::delivered:
        return "is delivered";
    case PostStatus::unusable:
        return "cannot be posted: the address is not usable";
    case PostStatus::refused:
        return "was refused by the server";
    case PostStatus::busy:
        return "was put off by the server";
    case PostStatus::unreachable:
        return "could not reach the server";
    case PostStatus::untrusted:
        return "was not sent: the certificate of the server is not trusted";
    case PostStatus::slow:
        return "took too long";
    }
    return "?";
}

PostStatus status_of_answer(long code) {
    if (code >= 200 && code < 300) return PostStatus::delivered;
    // RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4: to be repeated later.
    if (code == 408 || code == 425 || code == 429 || code >= 500) return PostStatus::busy;
    return PostStatus::refused;
}

bool is_passing(PostStatus status) {
    switch (status) {
    case PostStatus::delivered:
    case PostStatus::unusable:
    case PostStatus::refused:
        return false;
    case PostStatus::busy:
    case PostStatus::unreachable:
    case PostStatus::untrusted:
    case PostStatus::slow:
        return true;
    }
    return false;
}

std::string place_of(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme == url.npos) return "?";
    std::string_view rest = url.substr(scheme + 3);
    rest = rest.substr(0, rest.find_first_of("/?#"));
    if (const std::size_t at = rest.rfind('@'); at != rest.npos) rest.remove_prefix(at + 1);
    return printable(url.substr(0, scheme + 3)) + printable(rest);
}

}  // namespace ups::upsmon
