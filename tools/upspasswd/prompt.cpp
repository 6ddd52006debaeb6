// SPDX-License-Identifier: Apache-2.0
#include "tools/upspasswd/prompt.hpp"

#include "lib/base/fd.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

namespace ups::upspasswd {
namespace {

constexpr std::size_t kMaxLine = 1024;

volatile std::sig_atomic_t g_interrupted = 0;

/// While it lives, signals that would end the program only interrupt the reading.
class SignalGuard {
  public:
    SignalGuard() {
        struct sigaction action {};
        action.sa_handler = [](int) { g_interrupted = 1; };  // no SA_RESTART
        for (std::size_t i = 0; i < kSignals.size(); ++i)
            ::sigaction(kSignals[i], &action, &before_[i]);
    }
    ~SignalGuard() {
        for (std::size_t i = 0; i < kSignals.size(); ++i)
            ::sigaction(kSignals[i], &before_[i], nullptr);
    }
    SignalGuard(const SignalGuard&) = delete;
    SignalGuard& operator=(const SignalGuard&) = delete;

  private:
    static constexpr std::array<int, 4> kSignals{SIGINT, SIGTERM, SIGHUP, SIGTSTP};
    std::array<struct sigaction, 4> before_{};
};

/// While it lives, the terminal shows nothing of what is typed.
class EchoGuard {
  public:
    explicit EchoGuard(int fd) : fd_(fd), known_(::tcgetattr(fd, &before_) == 0) {
        if (!known_) return;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        silent.c_lflag |= ECHONL | ICANON;
        ::tcsetattr(fd, TCSAFLUSH, &silent);
    }
    ~EchoGuard() {
        if (known_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
    }
    EchoGuard(const EchoGuard&) = delete;
    EchoGuard& operator=(const EchoGuard&) = delete;

  private:
    int fd_;
    termios before_{};
    bool known_;
};

Result<Secret> read_line(int fd) {
    std::string line;
    line.reserve(kMaxLine);  // so that no copy of a part stays behind in freed memory
    for (;;) {
        char c = 0;
        const ssize_t got = ::read(fd, &c, 1);
        if (got < 0 && errno == EINTR && g_interrupted == 0) continue;
        if (got < 0 || (got == 0 && line.empty())) {
            wipe(line);
            return fail(ErrorCode::closed, "no password was given");
        }
        if (got == 0 || c == '\n') break;
        if (line.size() + 1 >= kMaxLine) {
            wipe(line);
            return fail(ErrorCode::too_long, "the password is too long");
        }
        line += c;
    }
    if (line.ends_with('\r')) line.pop_back();
    return Secret(std::move(line));
}

}  // namespace

Result<Secret> ask(const std::string& question) {
    UPS_TRY(const Fd terminal, open_file("/dev/tty", O_RDWR | O_NOCTTY));
    const SignalGuard signals;
    const EchoGuard echo(terminal.get());
    if (::write(terminal.get(), question.data(), question.size()) < 0)
        return fail_errno("/dev/tty", errno);
    return read_line(terminal.get());
}

Result<Secret> read_secret_line() {
    return read_line(STDIN_FILENO);
}

}  // namespace ups::upspasswd
