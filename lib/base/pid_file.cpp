// SPDX-License-Identifier: Apache-2.0
#include "lib/base/pid_file.hpp"

#include "lib/base/file.hpp"
#include "lib/base/text.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace ups {
namespace {

/// Start times have the resolution of a kernel tick and two clocks are compared: allow this much.
constexpr double kStartSlack = 2.0;
/// The kernel cuts command names at this length.
constexpr std::size_t kCommLimit = 15;

std::string_view base_name(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string proc_path(pid_t pid, std::string_view leaf) {
    return "/proc/" + std::to_string(pid) + "/" + std::string(leaf);
}

std::string read_proc(pid_t pid, std::string_view leaf) {
    return read_file(proc_path(pid, leaf)).value_or(std::string());
}

std::string executable_of(pid_t pid) {
    char target[4096];
    const ssize_t size = ::readlink(proc_path(pid, "exe").c_str(), target, sizeof target);
    if (size <= 0) return {};
    std::string_view name = base_name({target, static_cast<std::size_t>(size)});
    constexpr std::string_view kDeleted =
        " (deleted)";  // replaced by a newer version while running
    if (name.ends_with(kDeleted)) name.remove_suffix(kDeleted.size());
    return std::string(name);
}

std::string command_of(pid_t pid) {
    std::string name = read_proc(pid, "comm");
    if (name.ends_with('\n')) name.pop_back();
    return name;
}

/// Seconds since the epoch at which `pid` started, on the wall clock as it is now.
std::optional<double> start_time(pid_t pid) {
    const std::string stat = read_proc(pid, "stat");
    // proc(5): field 2 is the command in brackets and may hold anything; starttime is field 22.
    const std::size_t bracket = stat.rfind(')');
    if (bracket == std::string::npos) return std::nullopt;
    const auto fields = split_blanks(std::string_view(stat).substr(bracket + 1));
    if (fields.size() < 20) return std::nullopt;
    const auto ticks = parse_integer(fields[19]);
    if (!ticks) return std::nullopt;
    timespec boot{}, wall{};
    ::clock_gettime(CLOCK_BOOTTIME, &boot);
    ::clock_gettime(CLOCK_REALTIME, &wall);
    const auto seconds = [](const timespec& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
    };
    const double since_boot =
        static_cast<double>(*ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK));
    return seconds(wall) - seconds(boot) + since_boot;
}

/// The process that holds a lock on the file, 0 if none, -1 if it is in another pid namespace.
pid_t lock_holder(int fd) {
    struct flock lock{};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    if (::fcntl(fd, F_GETLK, &lock) < 0 || lock.l_type == F_UNLCK) return 0;
    return lock.l_pid > 0 ? lock.l_pid : -1;
}

Result<pid_t> read_pid(int fd, const std::string& path) {
    char text[64];
    const ssize_t size = ::pread(fd, text, sizeof text, 0);
    if (size < 0) return fail_errno(path, errno);
    std::string_view line(text, static_cast<std::size_t>(size));
    line = trim(line.substr(0, line.find('\n')));
    const auto pid = parse_integer(line);
    if (!pid || *pid <= 1 || *pid > 0x7FFFFFFF)
        return fail(ErrorCode::invalid, path + ": holds no process id");
    return static_cast<pid_t>(*pid);
}

std::unexpected<Error> stranger(const std::string& path, pid_t pid, std::string_view why) {
    return fail(ErrorCode::not_found, path + ": process " + std::to_string(pid) + " " +
                                          std::string(why) + "; the file is left over");
}

/// Who owns the open pid file, other than this process.
Result<ProcessHandle> owner_of(int fd, const std::string& path,
                               std::span<const std::string_view> programs) {
    const pid_t holder = lock_holder(fd);
    UPS_TRY(const pid_t pid, holder > 0 ? Result<pid_t>(holder) : read_pid(fd, path));
    auto process = ProcessHandle::open(pid);
    if (!process) return stranger(path, pid, "is not running");
    if (holder > 0) return process;
    if (pid == ::getpid()) return stranger(path, pid, "is this one");
    if (!process->is_running()) return stranger(path, pid, "is not running");
    if (!programs.empty() && !runs_program(pid, programs))
        return stranger(path, pid, "runs another program (" + printable(program_of(pid)) + ")");
    struct stat info{};
    const auto started = start_time(pid);
    if (::fstat(fd, &info) < 0 || !started) return stranger(path, pid, "cannot be identified");
    if (*started > static_cast<double>(info.st_mtim.tv_sec) + 1.0 + kStartSlack)
        return stranger(path, pid, "started after the file was written");
    return process;
}

bool take_lock(int fd) {
    struct flock lock{};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return ::fcntl(fd, F_SETLK, &lock) == 0;
}

/// False if the file was removed or replaced between our open and our lock.
bool is_still_at(const std::string& path, int fd) {
    struct stat ours{}, there{};
    return ::fstat(fd, &ours) == 0 && ::lstat(path.c_str(), &there) == 0 &&
           ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
}

std::unexpected<Error> owned_by(const std::string& path, pid_t pid) {
    return fail(ErrorCode::busy, path + ": already running as process " + std::to_string(pid));
}

}  // namespace

Result<ProcessHandle> ProcessHandle::open(pid_t pid) {
    Fd fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (fd) return ProcessHandle(std::move(fd), pid);
    const int err = errno;
    auto failure = fail_errno("process " + std::to_string(pid), err);
    failure.error().code = err == ESRCH || err == EINVAL ? ErrorCode::not_found : ErrorCode::io;
    return failure;
}

bool ProcessHandle::is_running() const noexcept {
    pollfd watch{fd_.get(), POLLIN, 0};
    return ::poll(&watch, 1, 0) == 0;
}

Result<void> ProcessHandle::signal(int number) const {
    if (::syscall(SYS_pidfd_send_signal, fd_.get(), number, nullptr, 0) == 0) return {};
    const int err = errno;
    auto failure = fail_errno("cannot signal process " + std::to_string(pid_), err);
    if (err == ESRCH) failure.error().code = ErrorCode::not_found;
    if (err == EPERM) failure.error().code = ErrorCode::denied;
    return failure;
}

bool ProcessHandle::wait_end(Duration limit) const {
    const Instant deadline = std::chrono::steady_clock::now() + limit;
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        pollfd watch{fd_.get(), POLLIN, 0};
        const auto wait_ms = std::clamp<std::int64_t>(left.count(), 0, 60'000);
        const int ready = ::poll(&watch, 1, static_cast<int>(wait_ms));
        if (ready > 0) return true;
        if (left.count() <= 0) return false;
    }
}

std::string program_of(pid_t pid) {
    std::string name = executable_of(pid);
    return name.empty() ? command_of(pid) : name;
}

bool runs_program(pid_t pid, std::span<const std::string_view> programs) {
    const std::string executable = executable_of(pid);
    const std::string command = command_of(pid);
    const std::string arguments = read_proc(pid, "cmdline");
    const std::string_view first =
        base_name(std::string_view(arguments).substr(0, arguments.find('\0')));
    return std::ranges::any_of(programs, [&](std::string_view program) {
        return !program.empty() && (executable == program || first == program ||
                                    command == program.substr(0, kCommLimit));
    });
}

Result<ProcessHandle> find_owner(const std::string& path,
                                 std::span<const std::string_view> programs) {
    UPS_TRY(const Fd fd, open_file(path, O_RDONLY | O_NONBLOCK));
    return owner_of(fd.get(), path, programs);
}

Result<PidFile> PidFile::create(const std::string& path,
                                std::span<const std::string_view> programs) {
    constexpr int kTries = 8;
    for (int i = 0; i < kTries; ++i) {
        UPS_TRY(Fd fd, open_file(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0644));
        if (!take_lock(fd.get())) {
            if (errno != EACCES && errno != EAGAIN) return fail_errno(path, errno);
            const pid_t holder = lock_holder(fd.get());
            if (holder == 0) continue;  // it ended between the two calls
            return owned_by(path, holder);
        }
        if (!is_still_at(path, fd.get())) continue;
        if (auto other = owner_of(fd.get(), path, programs)) return owned_by(path, other->pid());
        const std::string text = std::to_string(::getpid()) + "\n";
        if (::ftruncate(fd.get(), 0) < 0 ||
            ::pwrite(fd.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
            const int err = errno;
            ::unlink(path.c_str());  // an empty one would only raise questions
            return fail_errno(path, err);
        }
        return PidFile(path, std::move(fd), ::getpid());
    }
    return fail(ErrorCode::busy, path + ": another process keeps replacing it");
}

PidFile::~PidFile() {
    if (!fd_ || owner_ != ::getpid() || !is_still_at(path_, fd_.get())) return;
    if (::unlink(path_.c_str()) == 0) return;
    // The folder may belong to root only: an empty file is as good as none.
    if (::ftruncate(fd_.get(), 0) < 0) return;
}

}  // namespace ups
