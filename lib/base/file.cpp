// SPDX-License-Identifier: Apache-2.0
#include "lib/base/file.hpp"

#include "lib/base/fd.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ups {

Result<std::string> read_file(const std::string& path, std::size_t limit) {
    // O_NONBLOCK: a FIFO in place of a file must not hang the program.
    UPS_TRY(const Fd fd, open_file(path, O_RDONLY | O_NONBLOCK));
    struct stat info{};
    if (::fstat(fd.get(), &info) < 0) return fail_errno(path, errno);
    if (!S_ISREG(info.st_mode)) return fail(ErrorCode::invalid, path + ": not a regular file");
    std::string text;
    char chunk[16384];
    for (;;) {
        const ssize_t got = ::read(fd.get(), chunk, sizeof chunk);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail_errno(path, errno);
        if (got == 0) return text;
        text.append(chunk, static_cast<std::size_t>(got));
        if (text.size() > limit) return fail(ErrorCode::too_long, path + ": file too large");
    }
}

namespace {
Result<void> write_all(int fd, std::string_view text, const std::string& path) {
    while (!text.empty()) {
        const ssize_t done = ::write(fd, text.data(), text.size());
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return fail_errno(path, errno);
        text.remove_prefix(static_cast<std::size_t>(done));
    }
    return {};
}

Result<void> fill_and_sync(const std::string& path, std::string_view text, unsigned mode) {
    UPS_TRY(Fd fd, open_file(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode));
    UPS_CHECK(write_all(fd.get(), text, path));
    if (::fsync(fd.get()) < 0) return fail_errno(path, errno);
    // A failing close can be the first news of a lost write on network file systems.
    if (::close(fd.release()) < 0) return fail_errno(path, errno);
    return {};
}
}  // namespace

Result<void> write_file_atomic(const std::string& path, std::string_view text, unsigned mode) {
    const std::string temporary = path + ".new." + std::to_string(::getpid());
    ::unlink(temporary.c_str());
    if (auto written = fill_and_sync(temporary, text, mode); !written) {
        ::unlink(temporary.c_str());
        return written;
    }
    if (std::rename(temporary.c_str(), path.c_str()) < 0) {
        const int err = errno;
        ::unlink(temporary.c_str());
        return fail_errno(path, err);
    }
    const std::size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    UPS_TRY(const Fd dir, open_file(folder, O_RDONLY | O_DIRECTORY));
    if (::fsync(dir.get()) < 0) return fail_errno(folder, errno);
    return {};
}

std::string join_path(std::string_view folder, std::string_view name) {
    if (name.starts_with('/') || folder.empty()) return std::string(name);
    std::string path(folder);
    if (!path.ends_with('/')) path += '/';
    path += name;
    return path;
}

}  // namespace ups
