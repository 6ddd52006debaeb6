// SPDX-License-Identifier: Apache-2.0
#include "lib/event/byte_io.hpp"

#include <cerrno>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace ups {

IoOutcome PlainIo::read(std::span<char> into) noexcept {
    for (;;) {
        // On a socket recv() costs less than read().
        ssize_t got = ::recv(fd_.get(), into.data(), into.size(), 0);
        if (got < 0 && errno == ENOTSOCK) got = ::read(fd_.get(), into.data(), into.size());
        if (got > 0) return {IoStatus::done, static_cast<std::size_t>(got)};
        if (got == 0) return {IoStatus::closed, 0};
        if (errno == EINTR) continue;
        if (errno == EAGAIN || errno == EWOULDBLOCK) return {IoStatus::want_read, 0};
        error_ = errno;
        return {IoStatus::failed, 0};
    }
}

IoOutcome PlainIo::write(std::string_view bytes) noexcept {
    for (;;) {
        ssize_t put = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (put < 0 && errno == ENOTSOCK) put = ::write(fd_.get(), bytes.data(), bytes.size());
        if (put >= 0) return {IoStatus::done, static_cast<std::size_t>(put)};
        if (errno == EINTR) continue;
        if (errno == EAGAIN || errno == EWOULDBLOCK) return {IoStatus::want_write, 0};
        error_ = errno;
        return {IoStatus::failed, 0};
    }
}

std::string PlainIo::problem() const {
    return error_ == 0 ? std::string() : std::generic_category().message(error_);
}

}  // namespace ups
