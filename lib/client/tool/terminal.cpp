// SPDX-License-Identifier: Apache-2.0
#include "lib/client/tool/terminal.hpp"

#include "lib/base/fd.hpp"

#include <cstdio>
#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

namespace ups::client {
namespace {

constexpr std::size_t kMaxLine = 4096;

/// Byte by byte, so that nothing behind the line is taken from the next reader of the descriptor.
std::optional<std::string> read_line(int fd) {
    std::string line;
    char c = 0;
    for (;;) {
        const ssize_t got = read(fd, &c, 1);
        if (got <= 0 && line.empty()) return std::nullopt;
        if (got <= 0 || c == '\n') return line;
        if (line.size() < kMaxLine) line += c;
    }
}

void print(int fd, const std::string& text) {
    [[maybe_unused]] const ssize_t put = write(fd, text.data(), text.size());
}

/// Echo is off while this lives. Signals of the keyboard are too, so that it always comes back.
class Silence {
  public:
    explicit Silence(int fd) : fd_(fd), active_(tcgetattr(fd, &before_) == 0) {
        if (!active_) return;
        termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG);
        tcsetattr(fd_, TCSAFLUSH, &quiet);
    }
    ~Silence() {
        if (active_) tcsetattr(fd_, TCSAFLUSH, &before_);
    }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;
    [[nodiscard]] bool active() const { return active_; }

  private:
    int fd_;
    termios before_{};
    bool active_;
};

}  // namespace

int print(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    return std::fflush(stdout) == 0 ? 0 : 1;
}

int complain(std::string_view text, std::string_view detail) {
    const std::string line = std::string(text).append(detail) + "\n";
    std::fputs(line.c_str(), stderr);
    return 1;
}

std::optional<std::string> ask_line(const std::string& prompt) {
    std::fflush(stdout);
    print(STDOUT_FILENO, prompt);
    return read_line(STDIN_FILENO);
}

std::string ask_secret(const std::string& prompt) {
    std::fflush(stdout);
    const Fd terminal(open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
    const int in = terminal ? terminal.get() : STDIN_FILENO;
    const int out = terminal ? terminal.get() : STDERR_FILENO;
    const Silence silence(in);
    print(out, prompt);
    std::string secret = read_line(in).value_or("");
    if (silence.active()) print(out, "\n");
    return secret;
}

std::optional<std::string> read_secret(const std::string& path) {
    if (path == "-") return read_line(STDIN_FILENO).value_or("");
    const Fd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return std::nullopt;
    std::string line = read_line(file.get()).value_or("");
    if (line.ends_with('\r')) line.pop_back();
    return line;
}

}  // namespace ups::client
