// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/power_flag.hpp"

#include "lib/base/file.hpp"

#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

namespace ups::upsmon {
namespace {

std::unexpected<Error> not_ours(const std::string& path) {
    return fail(ErrorCode::invalid,
                path + " is not a flag of upsmon: its content is something else");
}

}  // namespace

PowerFlag look_at_power_flag(const std::string& path) {
    struct stat found{};
    if (::stat(path.c_str(), &found) < 0)
        return errno == ENOENT || errno == ENOTDIR ? PowerFlag::absent : PowerFlag::unreadable;
    if (!S_ISREG(found.st_mode)) return PowerFlag::foreign;
    if (found.st_size != static_cast<off_t>(kPowerFlagText.size())) return PowerFlag::foreign;
    const auto text = read_file(path, kPowerFlagText.size());
    if (!text) return PowerFlag::unreadable;
    return *text == kPowerFlagText ? PowerFlag::set : PowerFlag::foreign;
}

Result<void> set_power_flag(const std::string& path) {
    switch (look_at_power_flag(path)) {
    case PowerFlag::foreign:
        return not_ours(path);
    case PowerFlag::set:
    case PowerFlag::absent:
    case PowerFlag::unreadable:
        break;
    }
    return write_file_atomic(path, kPowerFlagText, 0644);
}

Result<void> clear_power_flag(const std::string& path) {
    switch (look_at_power_flag(path)) {
    case PowerFlag::absent:
        return {};
    case PowerFlag::foreign:
        return not_ours(path);
    case PowerFlag::set:
    case PowerFlag::unreadable:
        break;
    }
    if (::unlink(path.c_str()) < 0) return fail_errno(path, errno);
    return {};
}

}  // namespace ups::upsmon
