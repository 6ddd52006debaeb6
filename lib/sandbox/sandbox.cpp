// SPDX-License-Identifier: Apache-2.0
#include "lib/sandbox/sandbox.hpp"

#include "lib/base/fd.hpp"
#include "lib/base/privileges.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace ups::sandbox {
namespace {

// Landlock, from the kernel's documentation (Documentation/userspace-api/landlock.rst) rather than from
// <linux/landlock.h>: a program built on an old system uses what a newer kernel offers.
constexpr long kCreateRuleset = 444;
constexpr long kAddRule = 445;
constexpr long kRestrictSelf = 446;
constexpr unsigned kVersionFlag = 1;
constexpr unsigned kPathBeneath = 1;

struct RulesetAttributes {
    std::uint64_t files = 0;
    std::uint64_t network = 0;  // from ABI 4
    std::uint64_t scoped = 0;   // from ABI 6
};
struct [[gnu::packed]] PathBeneath {
    std::uint64_t allowed = 0;
    std::int32_t parent = -1;
};

constexpr std::uint64_t bit(unsigned n) {
    return std::uint64_t{1} << n;
}
constexpr std::uint64_t kWriteFile = bit(1), kReadFile = bit(2), kReadDir = bit(3),
                        kRemoveFile = bit(5), kMakeReg = bit(8), kMakeSock = bit(9),
                        kTruncate = bit(14), kIoctlDev = bit(15);
constexpr std::uint64_t kConnectTcp = bit(1);
constexpr std::uint64_t kScopeAbstractSocket = bit(0), kScopeSignal = bit(1);

/// All file rights that a kernel with this ABI knows: what is handled and not allowed is denied.
std::uint64_t known_file_rights(int abi) {
    if (abi >= 5) return bit(16) - 1;
    if (abi >= 3) return bit(15) - 1;
    if (abi == 2) return bit(14) - 1;
    return bit(13) - 1;
}

std::uint64_t rights_for(Access access, bool folder) {
    const std::uint64_t read = kReadFile | (folder ? kReadDir : 0);
    switch (access) {
    case Access::read:
        return read;
    case Access::device:
        return read | kWriteFile | kIoctlDev;
    case Access::read_write:
        return read | kWriteFile | kTruncate | (folder ? kRemoveFile | kMakeReg | kMakeSock : 0);
    }
    return 0;
}

RulesetAttributes handled(Profile profile, int abi) {
    RulesetAttributes attributes{.files = known_file_rights(abi)};
    if (profile == Profile::upsd && abi >= 4) attributes.network = kConnectTcp;
    if (abi >= 6) attributes.scoped = kScopeSignal;
    if (profile != Profile::driver && abi >= 6) attributes.scoped |= kScopeAbstractSocket;
    return attributes;
}

std::size_t attributes_size(int abi) {
    if (abi >= 6) return sizeof(RulesetAttributes);
    return abi >= 4 ? 2 * sizeof(std::uint64_t) : sizeof(std::uint64_t);
}

/// Zero, or an errno. A path that is not there needs no rule.
int allow_path(int ruleset, const FileRule& rule, std::uint64_t known) {
    const Fd fd(::open(rule.path.c_str(), O_PATH | O_CLOEXEC));
    if (!fd) return errno == ENOENT || errno == EACCES || errno == ENOTDIR ? 0 : errno;
    struct stat info{};
    if (::fstat(fd.get(), &info) < 0) return errno;
    const PathBeneath beneath{rights_for(rule.access, S_ISDIR(info.st_mode)) & known, fd.get()};
    return ::syscall(kAddRule, ruleset, kPathBeneath, &beneath, 0) < 0 ? errno : 0;
}

Layer off(const std::string& why) {
    return {false, "landlock off: " + why};
}

std::string reason(int err) {
    if (err == ENOSYS) return "not supported by this kernel";
    if (err == EOPNOTSUPP) return "not enabled in this kernel";
    return std::strerror(err);
}

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

bool is_sanitized_build() noexcept {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
    return true;
#else
    return false;
#endif
#else
    return false;
#endif
}

Layer restrict_files(Profile profile, const std::vector<FileRule>& rules) {
    if (is_sanitized_build()) {
        // The leak check at exit traces the process, which a change of user forbids.
        ::prctl(PR_SET_DUMPABLE, 1);
        return off("this is a sanitizer build");
    }
    if (auto set = set_no_new_privileges(); !set) return off(set.error().text);
    const long abi_found = ::syscall(kCreateRuleset, nullptr, 0, kVersionFlag);
    if (abi_found < 1) return off(reason(abi_found < 0 ? errno : ENOSYS));
    const int abi = static_cast<int>(abi_found);
    const RulesetAttributes attributes = handled(profile, abi);
    const Fd ruleset(
        static_cast<int>(::syscall(kCreateRuleset, &attributes, attributes_size(abi), 0)));
    if (!ruleset) return off(reason(errno));
    for (const FileRule& rule : rules) {
        if (const int err = allow_path(ruleset.get(), rule, attributes.files); err != 0)
            return off(rule.path + ": " + reason(err));
    }
    if (::syscall(kRestrictSelf, ruleset.get(), 0) < 0) return off(reason(errno));
    return {true, "landlock ABI " + std::to_string(abi)};
}

std::string describe(const Layer& calls, const Layer& files) {
    return calls.detail + ", " + files.detail;
}

void add_replaceable(std::vector<FileRule>& rules, const std::string& path) {
    rules.push_back({folder_of(path), Access::read});
    char target[PATH_MAX];
    if (::realpath(path.c_str(), target) == nullptr) return;
    const std::string folder = folder_of(target);
    if (folder != folder_of(path)) rules.push_back({folder, Access::read});
}

}  // namespace ups::sandbox
