// SPDX-License-Identifier: Apache-2.0
#include "tools/upssched/script.hpp"

#include "lib/base/text.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ups::upssched {
namespace {

std::string shell_quoted(std::string_view word) {
    std::string text = "'";
    for (const char c : word)
        text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return text + "'";
}

void set_variable(std::vector<std::string>& environment, std::string_view name,
                  std::string_view value) {
    const std::string start = std::string(name) + "=";
    std::erase_if(environment, [&](const std::string& each) { return each.starts_with(start); });
    environment.push_back(start + std::string(value));
}

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> all;
    for (std::string& word : words)
        all.push_back(word.data());
    all.push_back(nullptr);
    return all;
}

/// What a child is started with. C handles that live for one call of posix_spawn.
class SpawnPlan {
  public:
    explicit SpawnPlan(Output output) {
        posix_spawn_file_actions_init(&files_);
        posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        if (output == Output::none)
            for (const int fd : {STDOUT_FILENO, STDERR_FILENO})
                posix_spawn_file_actions_addopen(&files_, fd, "/dev/null", O_WRONLY, 0);
        posix_spawnattr_init(&attributes_);
        // Signals as a shell expects them, whatever the caller ignores or blocks.
        sigset_t all{};
        sigset_t none{};
        sigfillset(&all);
        sigemptyset(&none);
        posix_spawnattr_setsigdefault(&attributes_, &all);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    }
    ~SpawnPlan() {
        posix_spawn_file_actions_destroy(&files_);
        posix_spawnattr_destroy(&attributes_);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;

    [[nodiscard]] const posix_spawn_file_actions_t* files() const noexcept { return &files_; }
    [[nodiscard]] const posix_spawnattr_t* attributes() const noexcept { return &attributes_; }

  private:
    posix_spawn_file_actions_t files_{};
    posix_spawnattr_t attributes_{};
};

}  // namespace

std::string Script::shell_line() const {
    std::string line = words.empty() ? "" : words.front();
    for (std::size_t i = 1; i < words.size(); ++i)
        line += " " + shell_quoted(words[i]);
    return line + " \"$1\"";
}

std::vector<std::string> Script::environment_for(const Job& job) const {
    std::vector<std::string> all = environment;
    if (job.cause) {
        set_variable(all, "UPSNAME", job.cause->ups);
        set_variable(all, "NOTIFYTYPE", job.cause->type);
        set_variable(all, "NOTIFYMSG", job.cause->message);
    }
    return all;
}

Result<pid_t> start_script(const Script& script, const Job& job, Output output) {
    std::vector<std::string> words{"sh", "-c", script.shell_line(), "upssched", job.argument};
    std::vector<std::string> environment = script.environment_for(job);
    const SpawnPlan plan(output);
    pid_t pid = 0;
    const int problem = posix_spawn(&pid, "/bin/sh", plan.files(), plan.attributes(),
                                    pointers(words).data(), pointers(environment).data());
    if (problem != 0) return fail_errno("cannot start CMDSCRIPT", problem);
    return pid;
}

void ScriptRunner::run(Job job) {
    if (running_.size() < kMaxRunning) return start(job);
    if (waiting_.size() >= kMaxWaiting)
        return logger_.error("script.dropped", "too many runs of CMDSCRIPT wait already",
                             {{"argument", job.argument}});
    if (waiting_.empty())
        logger_.warning("script.waits", "as many runs of CMDSCRIPT as there may be have not ended",
                        {{"argument", job.argument}, {"running", std::to_string(running_.size())}});
    waiting_.push_back(std::move(job));
}

void ScriptRunner::start(const Job& job) {
    logger_.info("execute", "Executing command: " + printable(job.argument));
    const auto pid = start_script(script_, job, output_);
    if (!pid) return logger_.error("script.failed", pid.error().text, {{"argument", job.argument}});
    running_.push_back({*pid, job.argument});
}

void ScriptRunner::start_waiting() {
    while (!waiting_.empty() && running_.size() < kMaxRunning) {
        const Job job = std::move(waiting_.front());
        waiting_.pop_front();
        start(job);
    }
}

void ScriptRunner::reap() {
    std::erase_if(running_, [this](const Run& run) {
        int status = 0;
        const pid_t ended = ::waitpid(run.pid, &status, WNOHANG);
        if (ended == run.pid) report(run, status);
        return ended != 0;
    });
    start_waiting();
}

void ScriptRunner::wait_all() {
    while (!running_.empty()) {
        int status = 0;
        const Run run = running_.front();
        if (::waitpid(run.pid, &status, 0) < 0 && errno == EINTR) continue;
        report(run, status);
        running_.erase(running_.begin());
        start_waiting();
    }
}

void ScriptRunner::report(const Run& run, int status) const {
    if (WIFSIGNALED(status))
        logger_.warning("script.ended",
                        std::string("CMDSCRIPT was ended by a signal: ") +
                            strsignal(WTERMSIG(status)),
                        {{"argument", run.argument}});
    else if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
        logger_.warning(
            "script.ended", "CMDSCRIPT failed",
            {{"argument", run.argument}, {"status", std::to_string(WEXITSTATUS(status))}});
}

}  // namespace ups::upssched
