// SPDX-License-Identifier: Apache-2.0
/// A program that we started.
#pragma once

#include "lib/base/pid_file.hpp"
#include "lib/base/result.hpp"
#include "lib/event/loop.hpp"

#include <functional>
#include <memory>
#include <string>
#include <sys/types.h>
#include <vector>

namespace ups::upsdrvctl {

/// How a program ended.
struct Ending {
    int status = 0;  ///< exit status, when not killed
    int signal = 0;  ///< the signal that ended it; 0: it exited
    [[nodiscard]] bool is_clean() const noexcept { return signal == 0 && status == 0; }
    /// "exit status=1", "killed by signal 9"
    [[nodiscard]] std::string to_text() const;
};

/// A running child. Dropping the handle leaves the program running and forgets it.
class Child {
  public:
    using Ended = std::move_only_function<void(Ending)>;
    /// Starts `call[0]` with the words of `call`, with our output, default signals and no other
    /// descriptors. `on_end` is called once, last; it may destroy the child. Fails with `io`; a program
    /// that cannot be executed ends with status 127.
    [[nodiscard]] static Result<std::unique_ptr<Child>>
    start(Loop& loop, const std::vector<std::string>& call, Ended on_end);

    [[nodiscard]] pid_t pid() const noexcept { return process_.pid(); }
    /// Sends a signal; nothing happens if the program has ended.
    void signal(int number) const { (void)process_.signal(number); }

  private:
    Child(Loop& loop, ProcessHandle process, Ended on_end);
    void reap();

    ProcessHandle process_;
    Ended on_end_;
    IoWatch watch_;
};

}  // namespace ups::upsdrvctl
