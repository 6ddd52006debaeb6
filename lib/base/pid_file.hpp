// SPDX-License-Identifier: Apache-2.0
/// Pid files that never lead to a stranger.
///
///     file = 1*DIGIT LF          the pid, as the incumbent writes it
///
/// The owner also holds a POSIX record lock on the file for as long as it runs; the kernel tells
/// anyone who asks which process that is. A file without the lock (a stock program wrote it) is
/// believed only if the process runs one of the expected programs and started before the file was
/// written.
#pragma once

#include "lib/base/clock.hpp"
#include "lib/base/fd.hpp"
#include "lib/base/result.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace ups {

/// A process held by a pidfd: the pid cannot be recycled under it.
class ProcessHandle {
  public:
    /// Fails with `not_found` if there is no such process.
    [[nodiscard]] static Result<ProcessHandle> open(pid_t pid);

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }
    /// True while the process has not ended (a zombie has).
    [[nodiscard]] bool is_running() const noexcept;
    /// Sends a signal. Fails with `not_found` if the process has ended, `denied` without the right
    /// to.
    [[nodiscard]] Result<void> signal(int number) const;
    /// Waits at most `limit` for the process to end; true if it did. Blocks: for tools, not for
    /// daemons.
    [[nodiscard]] bool wait_end(Duration limit) const;
    /// For an event loop: becomes readable when the process ends.
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

  private:
    ProcessHandle(Fd fd, pid_t pid) noexcept : fd_(std::move(fd)), pid_(pid) {}
    Fd fd_;
    pid_t pid_ = 0;
};

/// The file name of the program that `pid` runs: of its executable where that may be read, else its
/// command name (at most 15 bytes). Empty if there is no such process.
[[nodiscard]] std::string program_of(pid_t pid);

/// True if `pid` runs one of `programs`, by file name of executable, argv[0] or command name.
[[nodiscard]] bool runs_program(pid_t pid, std::span<const std::string_view> programs);

/// The running process that owns the pid file at `path`. Without a lock on the file the process
/// must run one of `programs` (file names; an empty list accepts any) and be older than the file.
/// Fails with `not_found` (no file, or its process is gone or is somebody else: the text says
/// which), `invalid` (the file holds no pid), `denied` or `io`.
[[nodiscard]] Result<ProcessHandle> find_owner(const std::string& path,
                                               std::span<const std::string_view> programs);

/// A pid file that belongs to this process; removed when dropped. A process must not call
/// `find_owner` on a path it owns: closing another descriptor of the file would release the lock.
class PidFile {
  public:
    /// Writes our pid. Fails with `busy` if a running process owns the file (the text names its
    /// pid). `programs` as for `find_owner`. Call it in the final process, after any fork.
    [[nodiscard]] static Result<PidFile> create(const std::string& path,
                                                std::span<const std::string_view> programs);
    PidFile(PidFile&&) noexcept = default;
    PidFile& operator=(PidFile&&) = delete;
    PidFile(const PidFile&) = delete;
    PidFile& operator=(const PidFile&) = delete;
    /// Removes the file, or empties it where the folder does not let us. A forked child that drops
    /// its copy changes nothing.
    ~PidFile();

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

  private:
    PidFile(std::string path, Fd fd, pid_t owner) noexcept
        : path_(std::move(path)), fd_(std::move(fd)), owner_(owner) {}
    std::string path_;
    Fd fd_;
    pid_t owner_ = 0;
};

}  // namespace ups
