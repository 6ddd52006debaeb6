// SPDX-License-Identifier: Apache-2.0
/// The users of upsd.users as a look-up table, and what each may do. Immutable.
#pragma once

#include "conf/parse/upsd_users.hpp"
#include "server/upsd/access.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace ups::upsd {

/// One user. Stays where it is for as long as its table.
struct User {
    std::string name;
    std::string password;  ///< as stored: plain text or a hash; empty matches nothing. Secret.
    bool slow = false;     ///< the password is a hash: checking it takes time
    bool may_set = false;
    bool may_fsd = false;
    bool may_attach = false;
    bool may_be_primary = false;
    bool all_commands = false;
    std::unordered_set<std::string> commands;  ///< lower case
    bool all_upses = true;
    std::unordered_set<std::string> upses;  ///< lower case

    /// Whether this user, once known to be who it says, may do this. `ups` and `item` as in AccessRequest.
    [[nodiscard]] bool allows(Right right, std::string_view ups, std::string_view item) const;
};

class UserTable {
  public:
    UserTable() = default;
    explicit UserTable(const conf::UpsdUsers& users);

    /// The user of exactly this name, or nullptr. Lives as long as the table.
    [[nodiscard]] const User* find(std::string_view name) const;
    [[nodiscard]] std::size_t size() const noexcept { return users_.size(); }
    /// Some user whose password is a hash: what an unknown user is checked against, so that the time of
    /// an answer does not tell which names exist. Nullptr if all are plain.
    [[nodiscard]] const User* any_slow() const noexcept { return any_slow_; }
    /// What the administrator should know, one sentence each: plain-text passwords (in one sentence),
    /// hashes that are weak or that this system cannot check, users without a password. Never a secret.
    [[nodiscard]] const std::vector<std::string>& warnings() const noexcept { return warnings_; }

  private:
    void check_passwords();

    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>()(text);
        }
    };
    std::unordered_map<std::string, User, Hash, std::equal_to<>> users_;
    const User* any_slow_ = nullptr;
    std::vector<std::string> warnings_;
};

}  // namespace ups::upsd
