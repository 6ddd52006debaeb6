// SPDX-License-Identifier: Apache-2.0
/// Runs of CMDSCRIPT. The script's text goes through the shell as with the incumbent; the name of the timer
/// is handed over as a word of its own, so that nothing in it is ever interpreted.
#pragma once

#include "lib/base/log.hpp"
#include "lib/base/result.hpp"
#include "tools/upssched/timer_table.hpp"

#include <deque>
#include <string>
#include <sys/types.h>
#include <vector>

namespace ups::upssched {

/// What CMDSCRIPT is, and the environment it gets beside UPSNAME, NOTIFYTYPE and NOTIFYMSG.
struct Script {
    std::vector<std::string> words;  ///< the first may hold shell syntax; the others are plain
    std::vector<std::string> environment;  ///< "NAME=value"

    /// The line for `sh -c`, whose $1 is the argument.
    [[nodiscard]] std::string shell_line() const;
    /// The environment of a run.
    [[nodiscard]] std::vector<std::string> environment_for(const Job& job) const;
};

enum class Output : std::uint8_t { inherited, none };

/// Starts a run with an input that is at its end. Fails with `io`.
[[nodiscard]] Result<pid_t> start_script(const Script& script, const Job& job, Output output);

/// Runs side by side, at most `kMaxRunning`; more wait their turn, at most `kMaxWaiting`.
class ScriptRunner {
  public:
    static constexpr std::size_t kMaxRunning = 16;
    static constexpr std::size_t kMaxWaiting = 1024;

    /// `script` outlives the runner.
    ScriptRunner(const Script& script, Output output, const Logger& logger)
        : script_(script), output_(output), logger_(logger) {}

    /// Starts it now or later; with too many waiting, it is dropped and reported.
    void run(Job job);
    /// Takes note of runs that have ended and starts what waits. To be called at SIGCHLD.
    void reap();
    /// Waits until all runs have ended.
    void wait_all();
    [[nodiscard]] bool is_idle() const noexcept { return running_.empty() && waiting_.empty(); }
    [[nodiscard]] std::size_t running() const noexcept { return running_.size(); }

  private:
    struct Run {
        pid_t pid;
        std::string argument;
    };
    void start(const Job& job);
    void start_waiting();
    void report(const Run& run, int status) const;

    const Script& script_;
    Output output_;
    Logger logger_;
    std::vector<Run> running_;
    std::deque<Job> waiting_;
};

}  // namespace ups::upssched
