// SPDX-License-Identifier: Apache-2.0
#include "lib/base/fd.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace ups {

void Fd::reset(int fd) noexcept {
    // EINTR after close() on Linux: the descriptor is gone already, so it is never retried.
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
}

Result<Fd> open_file(const std::string& path, int flags, unsigned mode) {
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
    if (fd >= 0) return Fd(fd);
    auto failure = fail_errno(path, errno);
    if (failure.error().sys_errno == ENOENT) failure.error().code = ErrorCode::not_found;
    if (failure.error().sys_errno == EACCES || failure.error().sys_errno == EPERM)
        failure.error().code = ErrorCode::denied;
    return failure;
}

Result<void> set_nonblocking(int fd) {
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
        return fail_errno("cannot make a descriptor non-blocking", errno);
    return {};
}

}  // namespace ups
