// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/child_runner.hpp"

#include "lib/base/fd.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <string_view>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ups::upsmon {
namespace {

using Variables = std::vector<std::pair<std::string, std::string>>;

bool names(std::string_view entry, std::string_view name) {
    return entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=';
}

std::vector<std::string> environment_of(const Spawn& what) {
    std::vector<std::string> all;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const bool replaced = std::ranges::any_of(
            what.environment, [text](const auto& pair) { return names(text, pair.first); });
        const bool unwanted = std::ranges::any_of(
            what.without, [text](const std::string& name) { return names(text, name); });
        if (!replaced && !unwanted) all.emplace_back(text);
    }
    for (const auto& [name, value] : what.environment)
        all.push_back(name + "=" + value);
    return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    all.reserve(texts.size() + 1);
    for (std::string& text : texts)
        all.push_back(text.data());
    all.push_back(nullptr);
    return all;
}

struct SpawnPlan {
    posix_spawn_file_actions_t files{};
    posix_spawnattr_t attributes{};

    SpawnPlan() {
        ::posix_spawn_file_actions_init(&files);
        ::posix_spawnattr_init(&attributes);
        sigset_t none, all;
        ::sigemptyset(&none);
        ::sigfillset(&all);
        ::posix_spawnattr_setsigmask(&attributes, &none);
        ::posix_spawnattr_setsigdefault(&attributes, &all);
        ::posix_spawnattr_setpgroup(&attributes, 0);
        ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                    POSIX_SPAWN_SETPGROUP);
    }
    ~SpawnPlan() {
        ::posix_spawn_file_actions_destroy(&files);
        ::posix_spawnattr_destroy(&attributes);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;
};

/// A descriptor to read `text` from. It lives in memory: a pipe holds less than a mail may have.
Result<Fd> input_of(std::string_view text) {
    if (text.empty()) return open_file("/dev/null", O_RDONLY);
    Fd file(::memfd_create("input", MFD_CLOEXEC));
    if (!file) return fail_errno("memfd", errno);
    text = text.substr(0, ChildRunner::kMaxInput);
    const ssize_t put = ::pwrite(file.get(), text.data(), text.size(), 0);
    if (put != static_cast<ssize_t>(text.size())) return fail_errno("memfd", errno);
    return file;
}

}  // namespace

std::string end_text(int status) {
    if (status == ChildRunner::kNotRun) return "cannot be run";
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return "took too long or was killed";
    if (WIFSIGNALED(status)) return "was ended by signal " + std::to_string(WTERMSIG(status));
    return "ended with status " + std::to_string(WEXITSTATUS(status));
}

Result<pid_t> spawn(const Spawn& what) {
    SpawnPlan plan;
    for (const auto& [ours, theirs] : what.inherit)
        ::posix_spawn_file_actions_adddup2(&plan.files, ours, theirs);
    std::vector<std::string> words = what.words;
    std::vector<std::string> environment = environment_of(what);
    pid_t pid = 0;
    const int problem = ::posix_spawnp(&pid, words.front().c_str(), &plan.files, &plan.attributes,
                                       pointers(words).data(), pointers(environment).data());
    if (problem == ENOENT) return fail(ErrorCode::not_found, words.front() + ": no such program");
    if (problem != 0) return fail_errno(words.front(), problem);
    return pid;
}

struct ChildRunner::Child {
    std::string what;
    FailureReport report;
    Done done;
    ProcessHandle process;
    IoWatch watch;
    Timer limit;
    bool is_killed = false;

    Child(ChildRunner& runner, Waiting& waiting, ProcessHandle handle)
        : what(std::move(waiting.command.what)), report(waiting.command.report),
          done(std::move(waiting.done)), process(std::move(handle)),
          watch(runner.loop_, process.fd(), Interest::read,
                [&runner, this](Interest) { runner.on_end(*this); }),
          limit(runner.loop_, [&runner, this] { runner.kill(*this); }) {
        if (waiting.command.limit) limit.start(*waiting.command.limit);
    }
};

ChildRunner::ChildRunner(Loop& loop, const Logger& logger) : loop_(loop), logger_(logger) {}

ChildRunner::~ChildRunner() = default;

void ChildRunner::run(Command command, Done done) {
    if (running_.size() < kMaxRunning) return start({std::move(command), std::move(done)});
    if (waiting_.size() < kMaxWaiting) {
        waiting_.push_back({std::move(command), std::move(done)});
        return;
    }
    ++dropped_;
    logger_.error("command.dropped", command.what + " is not run: too many still run",
                  {{"dropped", std::to_string(dropped_)}});
}

void ChildRunner::start(Waiting waiting) {
    const Command& command = waiting.command;
    const auto input = input_of(command.input);
    Spawn what{command.words, command.environment};
    if (input) what.inherit.emplace_back(input->get(), STDIN_FILENO);
    const auto pid = input ? spawn(what) : std::unexpected(input.error());
    auto handle = pid ? ProcessHandle::open(*pid) : std::unexpected(pid.error());
    if (!handle) {
        logger_.error("command.failed", command.what + " cannot be run: " + handle.error().text);
        if (waiting.done) waiting.done(kNotRun);
        return;
    }
    running_.push_back(std::make_unique<Child>(*this, waiting, *std::move(handle)));
}

void ChildRunner::kill(Child& child) {
    child.is_killed = true;
    if (child.report == FailureReport::runner)
        logger_.warning("command.killed", child.what + " took too long and was ended");
    ::kill(-child.process.pid(), SIGKILL);
}

void ChildRunner::on_end(Child& child) {
    int status = 0;
    if (::waitpid(child.process.pid(), &status, WNOHANG) == 0) return;
    if (status != 0 && !child.is_killed && child.report == FailureReport::runner)
        logger_.warning("command.failed", child.what + " " + end_text(status));
    Done done = std::move(child.done);
    std::erase_if(running_, [&child](const auto& one) { return one.get() == &child; });
    while (running_.size() < kMaxRunning && !waiting_.empty()) {
        Waiting next = std::move(waiting_.front());
        waiting_.pop_front();
        start(std::move(next));
    }
    const bool idle = is_idle();
    if (done) done(status);
    if (idle && on_idle_) on_idle_();
}

}  // namespace ups::upsmon
