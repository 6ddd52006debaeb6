// SPDX-License-Identifier: Apache-2.0
#include "drivers/host/plugin_files.hpp"

#include "driverapi/upsdrv.h"
#include "lib/base/fd.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ups::host {

std::int32_t read_plugin_file(const std::string& path, std::uint64_t offset,
                              std::span<char> into) noexcept {
    const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd) return errno == ENOENT ? UPSDRV_E_UNKNOWN : UPSDRV_E_FAILED;
    struct stat status{};
    if (::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) return UPSDRV_E_FAILED;
    if (offset > static_cast<std::uint64_t>(status.st_size)) return 0;
    const ssize_t got = ::pread(fd.get(), into.data(), into.size(), static_cast<off_t>(offset));
    return got < 0 ? UPSDRV_E_FAILED : static_cast<std::int32_t>(got);
}

std::optional<std::uint64_t> stamp_plugin_file(const std::string& path) noexcept {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return std::nullopt;
    // FNV-1a over the numbers that differ when the file does.
    std::uint64_t hash = 14695981039346656037ULL;
    for (const auto part :
         {static_cast<std::uint64_t>(status.st_mtim.tv_sec),
          static_cast<std::uint64_t>(status.st_mtim.tv_nsec),
          static_cast<std::uint64_t>(status.st_size), static_cast<std::uint64_t>(status.st_ino)})
        hash = (hash ^ part) * 1099511628211ULL;
    return hash;
}

}  // namespace ups::host
