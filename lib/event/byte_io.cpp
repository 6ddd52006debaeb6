// SPDX-License-Identifier: Apache-2.0
#include "lib/event/byte_io.hpp"

#include <cerrno>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>

namespace ups {
namespace {

// As recv() and send(), without what the C library does around both once a program has had a second thread:
// making them points where a thread can be cancelled, by four locked operations.

ssize_t receive(int fd, std::span<char> into) noexcept {
    return ::syscall(SYS_recvfrom, fd, into.data(), into.size(), 0, nullptr, nullptr);
}

ssize_t transmit(int fd, std::string_view bytes) noexcept {
    return ::syscall(SYS_sendto, fd, bytes.data(), bytes.size(), MSG_NOSIGNAL, nullptr, 0);
}

}  // namespace

IoOutcome PlainIo::read(std::span<char> into) noexcept {
    for (;;) {
        // On a socket this costs less than read().
        ssize_t got = receive(fd_.get(), into);
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
        ssize_t put = transmit(fd_.get(), bytes);
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
