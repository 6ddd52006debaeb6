// SPDX-License-Identifier: Apache-2.0
/// `Fd`: the one owner of a file descriptor.
#pragma once

#include "lib/base/result.hpp"

#include <string>
#include <utility>

namespace ups {

/// Owns a descriptor and closes it. Moves, never copies; empty when moved from (`get()` is -1).
class Fd {
  public:
    Fd() noexcept = default;
    explicit Fd(int fd) noexcept : fd_(fd) {}
    Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Fd& operator=(Fd&& other) noexcept {
        if (this != &other) reset(std::exchange(other.fd_, -1));
        return *this;
    }
    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    ~Fd() { reset(); }

    [[nodiscard]] int get() const noexcept { return fd_; }
    [[nodiscard]] explicit operator bool() const noexcept { return fd_ >= 0; }
    /// Gives the descriptor away; the caller closes it.
    [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }
    /// Closes what is held, then holds `fd`.
    void reset(int fd = -1) noexcept;

  private:
    int fd_ = -1;
};

/// Opens `path` with `flags` | O_CLOEXEC. Fails with `not_found`, `denied` or `io`.
[[nodiscard]] Result<Fd> open_file(const std::string& path, int flags, unsigned mode = 0);

/// Puts a descriptor into non-blocking mode.
[[nodiscard]] Result<void> set_nonblocking(int fd);

}  // namespace ups
