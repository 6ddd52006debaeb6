// SPDX-License-Identifier: Apache-2.0
#include "conf/parse/file_source.hpp"

#include "lib/base/file.hpp"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <memory>
#include <string_view>
#include <sys/stat.h>

namespace ups::conf {
namespace {
struct DirClose {
    void operator()(DIR* dir) const noexcept { ::closedir(dir); }
};
}  // namespace

Result<FileText> DiskFiles::read(const std::string& path) {
    FileText file;
    UPS_TRY(file.text, read_file(path));
    struct stat info{};
    if (::stat(path.c_str(), &info) < 0) return fail_errno(path, errno);
    file.mode = info.st_mode & 07777U;
    return file;
}

Result<std::vector<std::string>> DiskFiles::list(const std::string& folder) {
    const std::unique_ptr<DIR, DirClose> dir(::opendir(folder.c_str()));
    if (!dir) {
        const int err = errno;
        auto failure = fail_errno(folder, err);
        if (err == ENOENT) failure.error().code = ErrorCode::not_found;
        return failure;
    }
    std::vector<std::string> names;
    while (const dirent* entry = ::readdir(dir.get())) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") names.emplace_back(name);
    }
    std::ranges::sort(names);
    return names;
}

Result<FileText> MemoryFiles::read(const std::string& path) {
    const auto found = files_.find(path);
    if (found == files_.end()) return fail(ErrorCode::not_found, path + ": no such file");
    return found->second;
}

Result<std::vector<std::string>> MemoryFiles::list(const std::string& folder) {
    const std::string prefix = folder.ends_with('/') ? folder : folder + '/';
    std::vector<std::string> names;
    for (const auto& [path, text] : files_)
        if (path.starts_with(prefix) && path.find('/', prefix.size()) == std::string::npos)
            names.push_back(path.substr(prefix.size()));
    if (names.empty()) return fail(ErrorCode::not_found, folder + ": no such folder");
    return names;
}

}  // namespace ups::conf
