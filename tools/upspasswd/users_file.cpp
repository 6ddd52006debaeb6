// SPDX-License-Identifier: Apache-2.0
#include "tools/upspasswd/users_file.hpp"

#include "conf/parse/sections.hpp"
#include "conf/parse/upsd_users.hpp"
#include "lib/base/file.hpp"
#include "lib/base/text.hpp"

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace ups::upspasswd {
namespace {

constexpr unsigned kNewMode = 0640;

/// Where things of one user stand in the text.
struct Found {
    std::optional<conf::Place> header;
    std::optional<conf::Place> password;  ///< of the value
};

Found find_user(std::string_view text, const std::string& user) {
    std::vector<conf::Problem> ignored;
    conf::LineReader reader(text, "upsd.users", ignored);
    Found found;
    bool ours = false;
    while (const conf::Line* line = reader.next()) {
        const conf::Header header = conf::read_header(*line, ignored);
        if (header.kind != conf::HeaderKind::none) {
            ours = header.kind == conf::HeaderKind::good && header.name == user;
            if (ours && !found.header) found.header = line->places[line->places.size() - 1];
            continue;
        }
        if (!ours || found.password || !iequals(line->words[0], "password")) continue;
        const std::size_t value = line->is_assignment() ? 2 : 1;
        if (value < line->words.size()) found.password = line->places[value];
    }
    return found;
}

/// The byte offset of a place (lines and columns from 1).
std::size_t offset_of(std::string_view text, const conf::Place& place) {
    std::size_t at = 0;
    for (std::uint32_t line = 1; line < place.line; ++line)
        at = text.find('\n', at) + 1;
    return at + place.column - 1;
}

/// Where the word that starts at `at` ends, quotes and escapes included. See lib/base/words.hpp.
std::size_t word_end(std::string_view text, std::size_t at) {
    const bool quoted = text[at] == '"';
    for (std::size_t i = at + (quoted ? 1 : 0); i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\\')
            ++i;
        else if (quoted && c == '"')
            return i + 1;
        else if (!quoted && (is_blank(c) || c == '=' || c == '#'))
            return i;
    }
    return text.size();
}

std::string with_new_section(std::string_view text, const std::string& user,
                             const std::string& hash) {
    std::string result(text);
    if (!result.empty() && !result.ends_with('\n')) result += '\n';
    if (!result.empty()) result += '\n';
    return result + "[" + user + "]\n    password = " + hash + "\n";
}

bool is_section_name(const std::string& user) {
    return !user.empty() && std::ranges::none_of(user, [](char c) {
        return is_blank(c) || c == '[' || c == ']' || c == '"' || c == '\\' || c == '#' ||
               c == '=' || (c >= 0 && c < ' ');
    });
}

std::string real_path(const std::string& path) {
    char target[PATH_MAX];
    return ::realpath(path.c_str(), target) == nullptr ? path : std::string(target);
}

}  // namespace

Result<std::string> set_password(std::string_view text, const std::string& user,
                                 const std::string& hash, IfAbsent if_absent) {
    if (!is_section_name(user))
        return fail(ErrorCode::invalid, "not a user name: " + printable(user));
    const Found found = find_user(text, user);
    std::string result(text);
    if (found.password) {
        const std::size_t at = offset_of(text, *found.password);
        result.replace(at, word_end(text, at) - at, hash);
    } else if (found.header) {
        std::size_t below = text.find('\n', offset_of(text, *found.header));
        if (below == std::string_view::npos) {
            below = text.size();
            result += '\n';
        }
        result.insert(below + 1, "    password = " + hash + "\n");
    } else if (if_absent == IfAbsent::create) {
        result = with_new_section(text, user, hash);
    } else {
        return fail(ErrorCode::not_found, "there is no user " + printable(user));
    }
    const auto stored = stored_password(result, user);
    if (!stored || *stored != hash)
        return fail(ErrorCode::invalid,
                    "the file is too broken to change it; check it with \"upsd -t\"");
    return result;
}

Result<std::string> stored_password(std::string_view text, const std::string& user) {
    const auto loaded = conf::parse_upsd_users(text, "upsd.users");
    const conf::User* found = loaded.value.find(user);
    if (found == nullptr) return fail(ErrorCode::not_found, "there is no user " + printable(user));
    return found->password;
}

Result<void> replace_file(const std::string& path, std::string_view text) {
    const std::string target = real_path(path);
    struct stat info {};
    const bool existed = ::stat(target.c_str(), &info) == 0;
    const unsigned mode = existed ? info.st_mode & kNewMode : kNewMode;
    UPS_CHECK(write_file_atomic(target, text, mode));
    // The file is a new one: it must stay readable for the server's account.
    if (existed && ::geteuid() == 0 && ::lchown(target.c_str(), info.st_uid, info.st_gid) < 0)
        return fail_errno(target, errno);
    return {};
}

std::string_view trouble_with(std::string_view password) {
    if (std::ranges::any_of(password, [](char c) { return c < ' ' || c > '~'; }))
        return "characters other than plain ASCII reach the server only with UTF8 switched on in "
               "upsd.conf";
    if (password.starts_with('"') || password.find_first_of(" #=\\") != std::string_view::npos)
        return "clients of other makers send passwords without quotes: a blank, #, =, \\ or a "
               "leading \" "
               "will not work with them";
    return {};
}

}  // namespace ups::upspasswd
