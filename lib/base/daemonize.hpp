// SPDX-License-Identifier: Apache-2.0
/// Going into the background such that the caller learns how start-up ended.
///
/// The parent stays until the child says that it serves (exit status 0) or why it cannot (text on
/// stderr, exit status 1). Until then the child keeps the terminal, so its own messages are seen as
/// well.
#pragma once

#include "lib/base/fd.hpp"
#include "lib/base/result.hpp"

#include <string_view>

namespace ups {

/// The child's line to its waiting parent. A child that ends without `ready` or `failed` makes the
/// parent say so and exit with status 1.
class Background {
  public:
    /// Forks; returns in the child only, in a session of its own. The parent waits and exits here
    /// with _exit, so nothing of the caller is destroyed twice. Call before threads, event loops
    /// and pid files exist.
    [[nodiscard]] static Result<Background> enter();
    /// A process that stays in the foreground: `ready` and `failed` have nobody to tell.
    [[nodiscard]] static Background foreground() noexcept { return Background(Fd()); }

    [[nodiscard]] bool is_background() const noexcept { return background_; }
    /// Standard error stays what it is after `ready`, for log lines.
    void keep_stderr() noexcept { keep_stderr_ = true; }
    /// Start-up succeeded: in the background, standard input, output and error become /dev/null,
    /// the working folder becomes "/", and the parent exits with 0. Fails with `io` if /dev/null
    /// cannot be opened; the parent then still waits.
    [[nodiscard]] Result<void> ready();
    /// Start-up failed: the parent prints `text` on stderr and exits with 1. In the foreground
    /// `text` goes to stderr here. The caller then returns 1 from main.
    void failed(std::string_view text);

  private:
    explicit Background(Fd channel) noexcept
        : channel_(std::move(channel)), background_(channel_) {}
    Fd channel_;
    bool background_ = false;
    bool keep_stderr_ = false;
};

}  // namespace ups
