// SPDX-License-Identifier: Apache-2.0
/// Runs commands beside the loop: never waits for one, never lets more than a few run, and ends those
/// that take too long.
#pragma once

#include "lib/base/log.hpp"
#include "lib/base/pid_file.hpp"
#include "lib/event/loop.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ups::upsmon {

/// Who tells that a command failed.
enum class FailureReport : std::uint8_t { runner, caller };

struct Command {
    std::string what;                ///< for the log: "NOTIFYCMD", "wall"
    std::vector<std::string> words;  ///< the program is looked up in PATH
    std::vector<std::pair<std::string, std::string>> environment;  ///< in addition to our own
    std::string input;              ///< for its standard input, which is /dev/null if this is empty
    std::optional<Duration> limit;  ///< then it and all it started are killed; none: never
    FailureReport report = FailureReport::runner;
};

class ChildRunner {
  public:
    static constexpr std::size_t kMaxRunning = 16;
    static constexpr std::size_t kMaxWaiting = 64;
    /// Bytes of input; the rest is cut.
    static constexpr std::size_t kMaxInput = std::size_t{64} * 1024;

    /// `status` is that of waitpid; `kNotRun`: it could not be started.
    static constexpr int kNotRun = -1;
    using Done = std::move_only_function<void(int status)>;

    ChildRunner(Loop& loop, const Logger& logger);
    /// Children that run are left alone.
    ~ChildRunner();
    ChildRunner(const ChildRunner&) = delete;
    ChildRunner& operator=(const ChildRunner&) = delete;

    /// Starts it, or lets it wait for its turn; when too many wait, it is dropped with a line in the
    /// log. How it ended is logged unless that was well, or left to the caller. `done` is called at
    /// its end; not if it was dropped.
    void run(Command command, Done done = {});
    [[nodiscard]] bool is_idle() const noexcept { return running_.empty() && waiting_.empty(); }
    /// Called whenever the last one has ended.
    void on_idle(std::move_only_function<void()> task) { on_idle_ = std::move(task); }

  private:
    struct Child;
    struct Waiting {
        Command command;
        Done done;
    };
    void start(Waiting waiting);
    void on_end(Child& child);
    void kill(Child& child);

    Loop& loop_;
    Logger logger_;
    std::vector<std::unique_ptr<Child>> running_;
    std::deque<Waiting> waiting_;
    std::move_only_function<void()> on_idle_;
    std::size_t dropped_ = 0;
};

/// How a process ended, for people: "ended with status 1".
[[nodiscard]] std::string end_text(int status);

/// Starts a process in a group of its own with default signal handling. `inherit`: our descriptor, and
/// the number it gets it as. Fails with `io` or `not_found`.
struct Spawn {
    std::vector<std::string> words;
    std::vector<std::pair<std::string, std::string>> environment;
    std::vector<std::string> without{};  ///< variables of ours that it does not get
    std::vector<std::pair<int, int>> inherit{};
};
[[nodiscard]] Result<pid_t> spawn(const Spawn& what);

}  // namespace ups::upsmon
