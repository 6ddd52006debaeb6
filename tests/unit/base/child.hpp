// SPDX-License-Identifier: Apache-2.0
/// Running a piece of a test in a process of its own: for calls that change the process for good.
#pragma once

#include "lib/base/fd.hpp"

#include <array>
#include <cerrno>
#include <functional>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace ups::test {

struct ChildResult {
    int status = -1;  ///< exit status; 128 + signal number if a signal ended it
    std::string text; ///< what the child returned
};

/// Runs `work` in a child; what it returns comes back as `text`, with exit status 0.
inline ChildResult in_child(const std::function<std::string()>& work) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) < 0) return {};
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        const std::string text = work();
        const ssize_t done = ::write(ends[1], text.data(), text.size());
        ::_exit(done == static_cast<ssize_t>(text.size()) ? 0 : 99);
    }
    ::close(ends[1]);
    ChildResult result;
    std::array<char, 4096> chunk{};
    for (;;) {
        const ssize_t got = ::read(ends[0], chunk.data(), chunk.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        result.text.append(chunk.data(), static_cast<std::size_t>(got));
    }
    ::close(ends[0]);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    result.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return result;
}

/// A scratch folder, removed with its files at the end of the test.
class ScratchFolder {
  public:
    ScratchFolder() {
        std::string pattern = "/tmp/rt-unit-XXXXXX";
        if (::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
    }
    ~ScratchFolder() {
        const std::string command = "rm -rf '" + path_ + "'";
        if (!path_.empty() && std::system(command.c_str()) != 0) path_.clear();
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

  private:
    std::string path_;
};

} // namespace ups::test
