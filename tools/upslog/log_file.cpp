// SPDX-License-Identifier: Apache-2.0
#include "tools/upslog/log_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace ups::upslog {
namespace {

constexpr unsigned kMode = 0644;

}  // namespace

LogFile::LogFile(std::string path, const Logger& logger)
    : path_(std::move(path)), logger_(logger.with("file", path_)) {}

Result<void> LogFile::open() {
    if (is_stdout()) {
        // A duplicate, so that dropping it leaves the standard one alone.
        fd_.reset(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
        if (!fd_) return fail_errno("could not use standard output", errno);
        return {};
    }
    const int fd =
        ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, kMode);
    if (fd < 0) return fail_errno("could not open logfile " + path_, errno);
    fd_.reset(fd);
    return {};
}

void LogFile::reopen() {
    if (is_stdout()) return;
    LogFile fresh(path_, logger_);
    if (const auto opened = fresh.open(); !opened) {
        logger_.error("log.reopen", opened.error().text + "; going on with the old file");
        return;
    }
    fd_ = std::move(fresh.fd_);
    torn_ = false;
    logger_.info("log.reopened", "file opened anew");
}

void LogFile::write(std::string_view record) {
    std::string line = torn_ ? "\n" : "";
    line.append(record).append("\n");
    ssize_t done = -1;
    do {
        done = ::write(fd_.get(), line.data(), line.size());
    } while (done < 0 && errno == EINTR);
    if (done == static_cast<ssize_t>(line.size())) return recover();
    if (done > 0) torn_ = true;
    lose(done < 0 ? errno : ENOSPC);
}

void LogFile::lose(int error) {
    if (is_stdout() && error == EPIPE) over_ = true;
    if (++lost_ == 1)
        logger_.error("log.failed",
                      std::string("records are lost until this ends: ") + strerror(error));
}

void LogFile::recover() {
    torn_ = false;
    if (lost_ > 0)
        logger_.warning("log.recovered", "records are written again",
                        {{"lost", std::to_string(lost_)}});
    lost_ = 0;
}

}  // namespace ups::upslog
