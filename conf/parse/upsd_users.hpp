// SPDX-License-Identifier: Apache-2.0
/// upsd.users: who may do what on the server.
///
///     file = *( "[" user "]" *( key [ "=" ] *( value ) ) )     keys in any case
#pragma once

#include "conf/parse/file_source.hpp"
#include "conf/parse/problem.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ups::conf {

enum class UpsmonRole : std::uint8_t { none, secondary, primary };

struct User {
    std::string name;      ///< case counts
    std::string password;  ///< plain text or a crypt(3) hash; secret
    bool has_password = false;
    bool may_set = false;               ///< actions SET
    bool may_fsd = false;               ///< actions FSD, or upsmon primary
    bool all_commands = false;          ///< instcmds ALL
    std::vector<std::string> commands;  ///< instcmds, lower case
    UpsmonRole upsmon = UpsmonRole::none;
    bool all_upses = true;           ///< the rights are for every UPS: there is no `upses`
    std::vector<std::string> upses;  ///< else: only for these, as written; may be empty
    Place place;
};

struct UpsdUsers {
    std::vector<User> users;  ///< in the order of the file, names distinct
    [[nodiscard]] const User* find(std::string_view name) const noexcept;
};

/// Reads `folder`/upsd.users. Fails only if it cannot be read.
[[nodiscard]] Result<Loaded<UpsdUsers>> load_upsd_users(FileSource& files,
                                                        const std::string& folder);
[[nodiscard]] Loaded<UpsdUsers> parse_upsd_users(std::string_view text, const std::string& file);

}  // namespace ups::conf
