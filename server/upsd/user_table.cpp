// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/user_table.hpp"

#include "lib/base/password.hpp"
#include "lib/base/text.hpp"

#include <algorithm>

namespace ups::upsd {
namespace {

User make_user(const conf::User& from) {
    User user;
    user.name = from.name;
    user.password = from.password;
    user.may_set = from.may_set;
    user.may_be_primary = from.upsmon == conf::UpsmonRole::primary;
    user.may_attach = from.upsmon != conf::UpsmonRole::none;
    user.may_fsd = from.may_fsd || user.may_be_primary;
    user.all_commands = from.all_commands;
    for (const std::string& command : from.commands)
        user.commands.insert(to_lower(command));
    for (const std::string& name : from.upses)
        user.upses.insert(to_lower(name));
    user.all_upses = from.all_upses;
    return user;
}

std::string named(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        if (!text.empty()) text += ", ";
        text += printable(name, 40);
    }
    return text;
}

}  // namespace

bool User::allows(Right right, std::string_view ups, std::string_view item) const {
    // LIST UPS names no UPS: it leaves out those that are not the user's.
    if (!all_upses && !ups.empty() && !upses.contains(to_lower(ups))) return false;
    switch (right) {
    case Right::read:
        return true;
    case Right::attach:
        return may_attach;
    case Right::primary:
        return may_be_primary;
    case Right::fsd:
        return may_fsd;
    case Right::set:
        return may_set;
    case Right::instcmd:
        return all_commands || commands.contains(to_lower(item));
    }
    return false;
}

UserTable::UserTable(const conf::UpsdUsers& users) {
    for (const conf::User& user : users.users)
        users_.emplace(user.name, make_user(user));
    check_passwords();
}

const User* UserTable::find(std::string_view name) const {
    const auto found = users_.find(name);
    return found == users_.end() ? nullptr : &found->second;
}

void UserTable::check_passwords() {
    std::vector<std::string> plain, weak, unsupported, missing;
    for (auto& [name, user] : users_) {
        const PasswordForm form = password_form(user.password);
        if (user.password.empty())
            missing.push_back(name);
        else if (form == PasswordForm::plain)
            plain.push_back(name);
        if (form == PasswordForm::weak_hash) weak.push_back(name);
        if (form == PasswordForm::unsupported) unsupported.push_back(name);
        user.slow = form == PasswordForm::hash || form == PasswordForm::weak_hash;
        if (user.slow) any_slow_ = &user;
    }
    for (auto* names : {&plain, &weak, &unsupported, &missing})
        std::ranges::sort(*names);
    if (!plain.empty())
        warnings_.push_back("plain-text passwords in upsd.users (" + named(plain) +
                            "); upspasswd makes hashes of them");
    if (!weak.empty())
        warnings_.push_back("password hashes of a weak method in upsd.users (" + named(weak) +
                            "); upspasswd makes better ones");
    if (!unsupported.empty())
        warnings_.push_back("password hashes that this system's crypt library does not know in "
                            "upsd.users (" +
                            named(unsupported) +
                            "): these users cannot log in; make new hashes with upspasswd");
    if (!missing.empty())
        warnings_.push_back("users without a password in upsd.users (" + named(missing) +
                            ") cannot log in");
}

}  // namespace ups::upsd
