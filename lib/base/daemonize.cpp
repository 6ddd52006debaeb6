// SPDX-License-Identifier: Apache-2.0
#include "lib/base/daemonize.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ups {
namespace {

/// What the child writes: this byte alone for success, anything else is the text of the failure.
constexpr char kReady = '\0';

std::string read_to_end(int fd) {
    std::string text;
    char chunk[512];
    for (;;) {
        const ssize_t got = ::read(fd, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return text;
        text.append(chunk, static_cast<std::size_t>(got));
    }
}

void print_error(std::string_view text) {
    std::fprintf(stderr, "%.*s\n", static_cast<int>(text.size()), text.data());
    std::fflush(stderr);
}

/// The parent's part: waits for the verdict and ends the process.
[[noreturn]] void await_child(Fd channel, pid_t child) {
    const std::string verdict = read_to_end(channel.get());
    if (verdict.size() == 1 && verdict[0] == kReady) ::_exit(EXIT_SUCCESS);
    if (!verdict.empty()) {
        print_error(verdict);
        ::_exit(EXIT_FAILURE);
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFSIGNALED(status))
        print_error("start-up failed: killed by signal " + std::to_string(WTERMSIG(status)));
    ::_exit(EXIT_FAILURE);
}

bool send_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t done = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(done));
    }
    return true;
}

}  // namespace

Result<Background> Background::enter() {
    // Not a pipe: a write to a parent that was killed must not raise SIGPIPE.
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return fail_errno("socketpair", errno);
    Fd from_child(ends[0]);
    Fd to_parent(ends[1]);
    std::fflush(nullptr);  // or both processes would write what is still buffered
    const pid_t child = ::fork();
    if (child < 0) return fail_errno("fork", errno);
    if (child > 0) {
        to_parent.reset();
        await_child(std::move(from_child), child);
    }
    if (::setsid() < 0) return fail_errno("setsid", errno);
    return Background(std::move(to_parent));
}

Result<void> Background::ready() {
    if (!channel_) return {};
    UPS_TRY(const Fd null, open_file("/dev/null", O_RDWR));
    if (::chdir("/") < 0) return fail_errno("chdir", errno);
    std::fflush(nullptr);
    // Last: a failure must still be seen on the terminal.
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (standard == STDERR_FILENO && keep_stderr_) continue;
        if (::dup2(null.get(), standard) < 0) return fail_errno("dup2", errno);
    }
    // A parent that was killed meanwhile is no reason to stop.
    (void)send_all(channel_.get(), std::string_view(&kReady, 1));
    channel_.reset();
    return {};
}

void Background::failed(std::string_view text) {
    if (!channel_ || !send_all(channel_.get(), text)) print_error(text);
    channel_.reset();
}

}  // namespace ups
