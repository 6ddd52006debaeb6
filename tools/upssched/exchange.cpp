// SPDX-License-Identifier: Apache-2.0
#include "tools/upssched/exchange.hpp"

#include "lib/event/listener.hpp"

#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <sys/socket.h>

namespace ups::upssched {
namespace {

Result<void> wait_for(int fd, short what, const Clock& clock, Instant end) {
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - clock.now()).count();
        pollfd watched{fd, what, 0};
        const int ready =
            ::poll(&watched, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000)));
        if (ready > 0) return {};
        if (ready < 0 && errno != EINTR) return fail_errno("poll", errno);
        if (clock.now() >= end) return fail(ErrorCode::timeout, "the timer daemon does not answer");
    }
}

Result<void> send_all(int fd, std::string_view bytes, const Clock& clock, Instant end) {
    while (!bytes.empty()) {
        const ssize_t done = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (done >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(done));
        } else if (errno == EPIPE || errno == ECONNRESET) {
            return fail(ErrorCode::closed, "the timer daemon went away");
        } else if (errno == EAGAIN) {
            UPS_CHECK(wait_for(fd, POLLOUT, clock, end));
        } else if (errno != EINTR) {
            return fail_errno("send", errno);
        }
    }
    return {};
}

/// Whether the last line of `text`, which must be whole, ends a reply.
bool is_complete(std::string_view text) {
    if (!text.ends_with('\n')) return false;
    text.remove_suffix(1);
    const std::size_t start = text.rfind('\n');
    const std::string_view last = start == std::string_view::npos ? text : text.substr(start + 1);
    return !last.starts_with("TIMER ");
}

}  // namespace

Result<std::string> exchange(const std::string& path, std::string_view line, const Clock& clock,
                             Duration limit) {
    const Instant end = clock.now() + limit;
    UPS_TRY(const Fd fd, connect_unix(path));
    UPS_CHECK(send_all(fd.get(), line, clock, end));
    std::string reply;
    while (!is_complete(reply)) {
        char chunk[4096];
        const ssize_t got = ::recv(fd.get(), chunk, sizeof chunk, 0);
        if (got > 0) {
            reply.append(chunk, static_cast<std::size_t>(got));
            if (reply.size() > kMaxReply)
                return fail(ErrorCode::too_long, "the timer daemon talks without end");
        } else if (got == 0 || errno == ECONNRESET) {
            return fail(ErrorCode::closed, "the timer daemon went away");
        } else if (errno == EAGAIN) {
            UPS_CHECK(wait_for(fd.get(), POLLIN, clock, end));
        } else if (errno != EINTR) {
            return fail_errno("recv", errno);
        }
    }
    reply.pop_back();
    return reply;
}

}  // namespace ups::upssched
