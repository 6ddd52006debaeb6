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
    // On a socket this costs less than read().
    const ssize_t got = receive(fd_.get(), into);
    if (got > 0) [[likely]]
        return {IoStatus::done, static_cast<std::size_t>(got)};
    return got == 0 ? IoOutcome(IoStatus::closed, 0) : read_again(into);
}

/// After a failure that `errno` tells.
IoOutcome PlainIo::read_again(std::span<char> into) noexcept {
    while (errno == EINTR || errno == ENOTSOCK) {
        const ssize_t got =
            errno == EINTR ? receive(fd_.get(), into) : ::read(fd_.get(), into.data(), into.size());
        if (got > 0) return {IoStatus::done, static_cast<std::size_t>(got)};
        if (got == 0) return {IoStatus::closed, 0};
    }
    return failed(IoStatus::want_read);
}

IoOutcome PlainIo::write(std::string_view bytes) noexcept {
    const ssize_t put = transmit(fd_.get(), bytes);
    if (put >= 0) [[likely]]
        return {IoStatus::done, static_cast<std::size_t>(put)};
    return write_again(bytes);
}

/// After a failure that `errno` tells.
IoOutcome PlainIo::write_again(std::string_view bytes) noexcept {
    while (errno == EINTR || errno == ENOTSOCK) {
        const ssize_t put = errno == EINTR ? transmit(fd_.get(), bytes)
                                           : ::write(fd_.get(), bytes.data(), bytes.size());
        if (put >= 0) return {IoStatus::done, static_cast<std::size_t>(put)};
    }
    return failed(IoStatus::want_write);
}

IoOutcome PlainIo::failed(IoStatus if_not_now) noexcept {
    if (errno == EAGAIN || errno == EWOULDBLOCK) return {if_not_now, 0};
    error_ = errno;
    return {IoStatus::failed, 0};
}

std::string PlainIo::problem() const {
    return error_ == 0 ? std::string() : std::generic_category().message(error_);
}

}  // namespace ups
