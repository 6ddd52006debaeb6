// SPDX-License-Identifier: Apache-2.0
#include "lib/base/privileges.hpp"

#include "lib/base/text.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <grp.h>
#include <limits>
#include <linux/capability.h>
#include <optional>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace ups {
namespace {

/// uid and gid 0xFFFFFFFF mean "no change" to the kernel: never a valid id.
constexpr std::int64_t kMaxId = std::numeric_limits<uid_t>::max() - 1;

std::optional<unsigned> parse_id(const std::string& text) {
    const auto number = parse_integer(text);
    if (!number || *number < 0 || *number > kMaxId) return std::nullopt;
    return static_cast<unsigned>(*number);
}

std::vector<gid_t> groups_of(const std::string& user, gid_t primary) {
    int count = 64;
    std::vector<gid_t> groups(static_cast<std::size_t>(count));
    if (::getgrouplist(user.c_str(), primary, groups.data(), &count) < 0) {
        groups.resize(static_cast<std::size_t>(count));
        if (::getgrouplist(user.c_str(), primary, groups.data(), &count) < 0) return {primary};
    }
    groups.resize(static_cast<std::size_t>(count));
    return groups;
}

Result<void> drop_bounding_set(unsigned kept) {
    for (unsigned cap = 0; cap < 64; ++cap) {
        if (cap == kept) continue;
        if (::prctl(PR_CAPBSET_READ, cap) < 0) return {};  // past the kernel's last capability
        if (::prctl(PR_CAPBSET_DROP, cap) < 0 && errno != EINVAL)
            return fail_errno("cannot drop a capability from the bounding set", errno);
    }
    return {};
}

/// Makes `mask` the permitted and effective set; nothing is inheritable or ambient.
Result<void> set_capabilities(std::uint64_t mask) {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, 2> data{};
    for (unsigned word = 0; word < 2; ++word) {
        data[word].permitted = static_cast<std::uint32_t>(mask >> (32 * word));
        data[word].effective = data[word].permitted;
    }
    ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    if (::syscall(SYS_capset, &header, data.data()) < 0) return fail_errno("capset", errno);
    return {};
}

Result<void> change_ids(const Account& account) {
    if (::setgroups(account.groups.size(), account.groups.data()) < 0)
        return fail_errno("setgroups", errno);
    if (::setresgid(account.gid, account.gid, account.gid) < 0)
        return fail_errno("setresgid", errno);
    if (::setresuid(account.uid, account.uid, account.uid) < 0)
        return fail_errno("setresuid", errno);
    return {};
}

Result<void> check_no_way_back(const Account& account) {
    uid_t ruid = 0, euid = 0, suid = 0;
    gid_t rgid = 0, egid = 0, sgid = 0;
    if (::getresuid(&ruid, &euid, &suid) < 0 || ::getresgid(&rgid, &egid, &sgid) < 0)
        return fail_errno("getresuid", errno);
    const bool users_match = ruid == account.uid && euid == account.uid && suid == account.uid;
    const bool groups_match = rgid == account.gid && egid == account.gid && sgid == account.gid;
    if (!users_match || !groups_match)
        return fail(ErrorCode::denied, "the change of user did not take effect");
    if (::setresuid(0, 0, 0) == 0 || ::seteuid(0) == 0 || ::setuid(0) == 0)
        return fail(ErrorCode::denied, "root rights could be regained after giving them up");
    const bool root_group = account.gid == 0 || std::ranges::count(account.groups, gid_t{0}) > 0;
    if (!root_group && ::setresgid(0, 0, 0) == 0)
        return fail(ErrorCode::denied, "the root group could be regained after giving it up");
    if (::setgroups(0, nullptr) == 0)
        return fail(ErrorCode::denied, "the groups could still be changed after the drop");
    return {};
}

Result<void> drop_as_root(const Account& account, KeepRight keep) {
    const bool low_ports = keep == KeepRight::low_ports;
    const std::uint64_t mask = low_ports ? std::uint64_t{1} << CAP_NET_BIND_SERVICE : 0;
    UPS_CHECK(drop_bounding_set(low_ports ? CAP_NET_BIND_SERVICE : 64));
    if (low_ports && ::prctl(PR_SET_KEEPCAPS, 1) < 0) return fail_errno("PR_SET_KEEPCAPS", errno);
    UPS_CHECK(change_ids(account));
    if (low_ports) ::prctl(PR_SET_KEEPCAPS, 0);
    UPS_CHECK(set_capabilities(mask));
    UPS_CHECK(set_no_new_privileges());
    return check_no_way_back(account);
}

}  // namespace

Result<gid_t> find_group(const std::string& group) {
    if (const struct group* entry = ::getgrnam(group.c_str())) return entry->gr_gid;
    if (const auto id = parse_id(group)) return *id;
    return fail(ErrorCode::not_found, "no such group: " + printable(group));
}

Result<Account> find_account(const std::string& user, const std::string& group) {
    const struct passwd* entry = ::getpwnam(user.c_str());
    const auto id = parse_id(user);
    if (entry == nullptr && id) entry = ::getpwuid(*id);
    if (entry == nullptr) return fail(ErrorCode::not_found, "no such user: " + printable(user));
    Account account{entry->pw_name, entry->pw_uid, entry->pw_gid, {}};
    if (!group.empty()) {
        UPS_TRY(account.gid, find_group(group));
    }
    account.groups = groups_of(account.name, account.gid);
    return account;
}

bool is_root() noexcept {
    return ::geteuid() == 0;
}

Result<void> set_no_new_privileges() {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return fail_errno("PR_SET_NO_NEW_PRIVS", errno);
    return {};
}

Result<void> drop_privileges(const Account& account, KeepRight keep) {
    if (account.is_root()) {
        if (!is_root()) return fail(ErrorCode::denied, "only root can run as root");
        return set_no_new_privileges();
    }
    if (is_root()) return drop_as_root(account, keep);
    if (::geteuid() != account.uid || ::getuid() != account.uid)
        return fail(ErrorCode::denied, "only root can become user " + account.name);
    const bool low_ports = keep == KeepRight::low_ports;
    // Rights given by systemd (AmbientCapabilities=) can only shrink; asking for more than there is
    // fails.
    const std::uint64_t mask = low_ports ? std::uint64_t{1} << CAP_NET_BIND_SERVICE : 0;
    if (!low_ports || !set_capabilities(mask)) {
        UPS_CHECK(set_capabilities(0));
    }
    return set_no_new_privileges();
}

}  // namespace ups
