// SPDX-License-Identifier: Apache-2.0
#include "drivers/host/check.hpp"

#include "lib/base/fd.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ups::host {
namespace {

// A step that takes longer hangs: the steps' own clock does not run.
constexpr int kMostPerStepMs = 15'000;

// The child tells its parent one line per event: "B step", then "P", "F text" or "S text".
class PipeReport final : public CheckReport {
  public:
    explicit PipeReport(int fd) : fd_(fd) {}
    void begin(std::string_view step) override { write('B', step); }
    void end(Verdict verdict, std::string_view text) override {
        write(verdict == Verdict::passed ? 'P' : verdict == Verdict::failed ? 'F' : 'S', text);
    }

  private:
    void write(char kind, std::string_view text) const {
        std::string line(1, kind);
        line.append(text);
        std::replace(line.begin(), line.end(), '\n', ' ');
        line += '\n';
        [[maybe_unused]] const auto written = ::write(fd_, line.data(), line.size());
    }
    int fd_;
};

[[noreturn]] void run_child(const CheckInput& input, int report_fd) {
    const int output = ::memfd_create("output", MFD_CLOEXEC);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    PipeReport report(report_fd);
    run_check_steps(input, output, report);
    ::_exit(0);
}

class Parent {
  public:
    Parent(Fd reports, pid_t child) : reports_(std::move(reports)), child_(child) {}

    int watch() {
        bool hangs = false;
        while (read_more(hangs))
            handle_lines();
        if (hangs) ::kill(child_, SIGKILL);
        int status = 0;
        ::waitpid(child_, &status, 0);
        if (hangs)
            fail("it does not return");
        else if (WIFSIGNALED(status))
            fail(fmt::format("crashes ({})", ::strsignal(WTERMSIG(status))));
        else if (WEXITSTATUS(status) != 0)
            fail("ends the process");
        fmt::print("{}\n", failed_ == 0 ? "the plugin keeps the contract"
                                        : fmt::format("{} of {} steps failed", failed_, steps_));
        return failed_ == 0 ? 0 : 1;
    }

  private:
    bool read_more(bool& hangs) {
        pollfd watched{reports_.get(), POLLIN, 0};
        const int ready = ::poll(&watched, 1, kMostPerStepMs);
        if (ready < 0 && errno == EINTR) return true;
        hangs = ready == 0;
        if (ready <= 0) return false;
        std::array<char, 4096> chunk{};
        const ssize_t got = ::read(reports_.get(), chunk.data(), chunk.size());
        if (got <= 0) return false;
        held_.append(chunk.data(), static_cast<std::size_t>(got));
        return true;
    }

    void handle_lines() {
        for (std::size_t end; (end = held_.find('\n')) != std::string::npos;) {
            const std::string line = held_.substr(1, end - 1);
            switch (held_.front()) {
            case 'B':
                step_ = line;
                break;
            case 'P':
                ++steps_;
                fmt::print("ok   {}\n", step_);
                break;
            case 'S':
                ++steps_;
                fmt::print("skip {}: {}\n", step_, line);
                break;
            default:
                fail(line);
                break;
            }
            held_.erase(0, end + 1);
        }
    }

    void fail(std::string_view why) {
        ++steps_;
        ++failed_;
        fmt::print("FAIL {}: {}\n", step_, why);
    }

    Fd reports_;
    pid_t child_;
    std::string held_;
    std::string step_ = "start";
    int steps_ = 0;
    int failed_ = 0;
};

}  // namespace

int check_plugin_file(const CheckInput& input) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return 1;
    Fd reading(ends[0]);
    Fd writing(ends[1]);
    std::fflush(nullptr);
    const pid_t child = ::fork();
    if (child < 0) return 1;
    if (child == 0) {
        reading.reset();
        run_child(input, writing.get());
    }
    writing.reset();
    return Parent(std::move(reading), child).watch();
}

}  // namespace ups::host
