// SPDX-License-Identifier: Apache-2.0
/// What upsmon and the program that posts for it say to each other. The program is apart so that the HTTP
/// library is in no process that decides anything; it gets its secrets on standard input, where no other
/// process sees them.
///
///     input = url LF *( header LF ) LF body        header = name ": " text
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ups::upsmon {

struct PostRequest {
    std::string url;
    std::vector<std::string> headers;
    std::string body;

    bool operator==(const PostRequest&) const = default;
};

/// As input for the program, and back; nothing for what cannot be one: no URL, or control bytes outside the
/// body.
[[nodiscard]] std::optional<std::string> to_input(const PostRequest& request);
[[nodiscard]] std::optional<PostRequest> from_input(std::string_view input);

/// How a post went: the exit status of the program.
enum class PostStatus : std::uint8_t {
    delivered = 0,
    unusable = 64,     ///< no request, or an address that cannot be one
    refused = 69,      ///< the server understood and does not want it
    busy = 75,         ///< the server cannot now
    unreachable = 76,  ///< no connection, or it broke
    untrusted = 77,    ///< the server does not prove its name
    slow = 78,         ///< the time was up
};
/// The status of an exit, or nothing if it is none of these.
[[nodiscard]] std::optional<PostStatus> post_status(int exit);
/// What the status says, for people.
[[nodiscard]] std::string_view post_status_text(PostStatus status);
/// What an answer of HTTP means.
[[nodiscard]] PostStatus status_of_answer(long code);
/// Whether it is worth another try.
[[nodiscard]] bool is_passing(PostStatus status);

/// What of a URL may be logged: scheme, host and port. The rest may be a secret.
[[nodiscard]] std::string place_of(std::string_view url);

}  // namespace ups::upsmon
