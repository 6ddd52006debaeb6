// SPDX-License-Identifier: Apache-2.0
/// Giving up rights for good.
///
/// Order for a daemon: resolve the account while its files can still be read, open what needs
/// rights, `drop_privileges`, start threads, then read the first foreign byte. All calls act on the
/// calling thread's process before any other thread exists: Linux keeps capabilities per thread.
#pragma once

#include "lib/base/result.hpp"

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

namespace ups {

/// An account, resolved: nothing of it needs to be looked up again after the drop.
struct Account {
    std::string name;
    uid_t uid = 0;
    gid_t gid = 0;
    std::vector<gid_t> groups;  ///< supplementary groups, `gid` included
    [[nodiscard]] bool is_root() const noexcept { return uid == 0; }
};

/// The account called `user`; its primary group is replaced by `group` unless that is empty. Both
/// may be decimal ids. Fails with `not_found`.
[[nodiscard]] Result<Account> find_account(const std::string& user, const std::string& group = {});

/// The id of a group by name or number. Fails with `not_found`.
[[nodiscard]] Result<gid_t> find_group(const std::string& group);

/// True if the effective user is root.
[[nodiscard]] bool is_root() noexcept;

/// What survives the drop.
enum class KeepRight : std::uint8_t {
    nothing,
    low_ports,  ///< CAP_NET_BIND_SERVICE: binding to ports below 1024 later on
};

/// Becomes `account` with no way back: groups, gid and uid (real, effective, saved), the capability
/// bounding set, all capabilities but `keep`, no_new_privs. Then tries to get root back and treats
/// success as a failure. Called by a process that is not root it changes no ids: it succeeds if the
/// process already is `account` and sets no_new_privs and empties the capabilities, else fails with
/// `denied`. With `account.is_root()` the ids and capabilities stay and only no_new_privs is set.
/// After any failure the process must exit.
[[nodiscard]] Result<void> drop_privileges(const Account& account,
                                           KeepRight keep = KeepRight::nothing);

/// Forbids this process and its children to gain rights by execve (setuid programs, file
/// capabilities).
[[nodiscard]] Result<void> set_no_new_privileges();

}  // namespace ups
