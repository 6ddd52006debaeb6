// SPDX-License-Identifier: Apache-2.0
#include "tools/upsdrvctl/child.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace ups::upsdrvctl {
namespace {

/// In the child: nothing of ours is left but standard input, output and error.
[[noreturn]] void become(std::vector<char*>& words) noexcept {
    for (int number = 1; number < NSIG; ++number)
        std::signal(number, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::execv(words[0], words.data());
    const char* problem = std::strerror(errno);
    std::fprintf(stderr, "Can't exec %s: %s\n", words[0], problem);
    ::_exit(127);
}

Ending ending_of(int status) {
    if (WIFSIGNALED(status)) return {.status = 0, .signal = WTERMSIG(status)};
    return {.status = WEXITSTATUS(status), .signal = 0};
}

}  // namespace

std::string Ending::to_text() const {
    if (signal != 0) return "killed by signal " + std::to_string(signal);
    return "exit status=" + std::to_string(status);
}

Result<std::unique_ptr<Child>> Child::start(Loop& loop, const std::vector<std::string>& call,
                                            Ended on_end) {
    std::vector<std::string> copy = call;
    std::vector<char*> words;
    words.reserve(copy.size() + 1);
    for (std::string& word : copy)
        words.push_back(word.data());
    words.push_back(nullptr);
    std::fflush(nullptr);  // else the child would own a copy of what is not written yet
    const pid_t pid = ::fork();
    if (pid < 0) return fail_errno("fork", errno);
    if (pid == 0) become(words);
    auto process = ProcessHandle::open(pid);
    if (!process) {
        ::kill(pid, SIGTERM);  // ours, and not waited for yet: the number is still its own
        return std::unexpected(std::move(process).error());
    }
    return std::unique_ptr<Child>(new Child(loop, std::move(*process), std::move(on_end)));
}

Child::Child(Loop& loop, ProcessHandle process, Ended on_end)
    : process_(std::move(process)), on_end_(std::move(on_end)),
      watch_(loop, process_.fd(), Interest::read, [this](Interest) { reap(); }) {}

void Child::reap() {
    int status = 0;
    if (::waitpid(pid(), &status, WNOHANG) == 0) return;
    watch_.want(Interest::none);
    auto on_end = std::move(on_end_);
    on_end(ending_of(status));
}

}  // namespace ups::upsdrvctl
