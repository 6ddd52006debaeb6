// SPDX-License-Identifier: Apache-2.0
/// What moves bytes on a connection: a plain socket here, TLS in `lib/tls`. Never blocks.
#pragma once

#include "lib/base/fd.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace ups {

enum class IoStatus : std::uint8_t {
    done,        ///< `bytes` were moved
    want_read,   ///< nothing moved; try the same again when readable
    want_write,  ///< nothing moved; try the same again when writable
    closed,      ///< the peer ended the stream in order
    failed,      ///< the stream is broken; `problem()` says why
};

/// Fits into two registers.
struct IoOutcome {
    constexpr IoOutcome() noexcept = default;
    constexpr IoOutcome(IoStatus how, std::size_t moved) noexcept : status(how), bytes(moved) {}

    IoStatus status = IoStatus::failed;
    bool more = false;  ///< of what was read: `ByteIo::has_buffered_input()`
    std::size_t bytes = 0;
};

/// Owns its descriptor.
class ByteIo {
  public:
    virtual ~ByteIo() = default;
    [[nodiscard]] virtual int fd() const noexcept = 0;
    [[nodiscard]] virtual IoOutcome read(std::span<char> into) noexcept = 0;
    [[nodiscard]] virtual IoOutcome write(std::string_view bytes) noexcept = 0;
    /// Bytes already decrypted that no readiness event will announce (TLS); false for plain
    /// sockets.
    [[nodiscard]] virtual bool has_buffered_input() const noexcept { return false; }
    /// Says good-bye in the protocol's way, best effort (TLS close_notify).
    virtual void finish() noexcept {}
    /// Why the last call failed, for a log line.
    [[nodiscard]] virtual std::string problem() const { return {}; }
    /// Gives the descriptor away (STARTTLS); the object is then unusable.
    [[nodiscard]] virtual Fd take_fd() noexcept = 0;
};

/// A stream socket, pipe or pty as it is.
class PlainIo final : public ByteIo {
  public:
    /// `fd` must be non-blocking.
    explicit PlainIo(Fd fd) noexcept : fd_(std::move(fd)) {}
    [[nodiscard]] int fd() const noexcept override { return fd_.get(); }
    [[nodiscard]] IoOutcome read(std::span<char> into) noexcept override;
    [[nodiscard]] IoOutcome write(std::string_view bytes) noexcept override;
    [[nodiscard]] std::string problem() const override;
    [[nodiscard]] Fd take_fd() noexcept override { return std::move(fd_); }

  private:
    IoOutcome read_again(std::span<char> into) noexcept;
    IoOutcome write_again(std::string_view bytes) noexcept;
    IoOutcome failed(IoStatus if_not_now) noexcept;

    Fd fd_;
    int error_ = 0;
};

}  // namespace ups
