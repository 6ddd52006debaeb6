// SPDX-License-Identifier: Apache-2.0
#include "conf/parse/upsd_users.hpp"

#include "conf/parse/sections.hpp"
#include "conf/parse/values.hpp"
#include "lib/base/file.hpp"
#include "lib/base/text.hpp"

#include <algorithm>
#include <array>

namespace ups::conf {
namespace {

/// What the setter of a key works on; values start behind the optional "=".
struct Statement {
    const Row& row;
    const Line& line;
    std::size_t first;  ///< index of the first value
    std::vector<Problem>& problems;
};

void set_password(User& user, const Statement& s) {
    report_surplus(s.row, s.line, s.first + 1, s.problems);
    if (user.has_password) {
        s.problems.push_back(
            {Severity::warning, s.line.places[0],
             "a second password of user \"" + printable(user.name, 60) + "\" is ignored", ""});
        return;
    }
    user.password = s.line.words[s.first];
    user.has_password = true;
}

void add_actions(User& user, const Statement& s) {
    for (std::size_t i = s.first; i < s.line.words.size(); ++i) {
        const auto action = check_value(s.row, s.line.words[i], s.line.places[i], s.problems);
        if (!action) continue;
        (action->choice == 0 ? user.may_set : user.may_fsd) = true;
    }
}

void add_commands(User& user, const Statement& s) {
    for (const std::string_view command : s.line.words.subspan(s.first)) {
        if (iequals(command, "all"))
            user.all_commands = true;
        else
            user.commands.push_back(to_lower(command));
    }
}

void set_upsmon(User& user, const Statement& s) {
    report_surplus(s.row, s.line, s.first + 1, s.problems);
    const auto role = check_value(s.row, s.line.words[s.first], s.line.places[s.first], s.problems);
    if (!role) return;
    user.upsmon = role->choice % 2 == 0 ? UpsmonRole::primary : UpsmonRole::secondary;
    if (user.upsmon == UpsmonRole::primary) user.may_fsd = true;
}

void add_upses(User& user, const Statement& s) {
    for (const std::string_view name : s.line.words.subspan(s.first))
        user.upses.emplace_back(name);
}

void tell_obsolete(User&, const Statement& s) {
    s.problems.push_back({Severity::warning, s.line.places[0],
                          std::string(s.row.name) + " is obsolete and has no effect",
                          std::string(s.row.help)});
}

struct Setter {
    std::string_view name;
    void (*set)(User&, const Statement&);
};

constexpr auto kSetters = std::to_array<Setter>({
    {"password", set_password},
    {"actions", add_actions},
    {"instcmds", add_commands},
    {"upsmon", set_upsmon},
    {"upses", add_upses},
    {"allowfrom", tell_obsolete},
});

void apply(User& user, const Line& line, std::vector<Problem>& problems) {
    const Row* row = find_row(File::upsd_users, Section::user, line.words[0]);
    if (row == nullptr)
        return report_unknown(File::upsd_users, Section::user, line.words[0], line.places[0],
                              problems);
    const std::size_t first = line.is_assignment() ? 2 : 1;
    if (row->name == "upses") user.all_upses = false;  // even if the rest is wrong: fail closed
    if (line.words.size() <= first && row->type != Type::obsolete)
        return report_no_value(*row, line.places[0], problems);
    for (const Setter& setter : kSetters)
        if (setter.name == row->name) return setter.set(user, {*row, line, first, problems});
}

User& open_user(UpsdUsers& users, std::string_view name, const Place& place) {
    const auto same = std::ranges::find(users.users, name, &User::name);
    if (same != users.users.end()) return *same;
    User& user = users.users.emplace_back();
    user.name = name;
    user.place = place;
    return user;
}

void check_whole(const UpsdUsers& users, std::vector<Problem>& problems) {
    for (const User& user : users.users)
        if (!user.has_password)
            problems.push_back(
                {Severity::warning, user.place,
                 "user \"" + printable(user.name, 60) + "\" has no password and cannot log in",
                 ""});
}

}  // namespace

const User* UpsdUsers::find(std::string_view name) const noexcept {
    const auto found = std::ranges::find(users, name, &User::name);
    return found == users.end() ? nullptr : &*found;
}

Loaded<UpsdUsers> parse_upsd_users(std::string_view text, const std::string& file) {
    Loaded<UpsdUsers> loaded;
    LineReader reader(text, file, loaded.problems);
    User* user = nullptr;
    bool lost = false;  // behind a broken header
    while (const Line* line = reader.next()) {
        const Header header = read_header(*line, loaded.problems);
        if (header.kind != HeaderKind::none) {
            lost = header.kind == HeaderKind::broken;
            user = lost ? nullptr : &open_user(loaded.value, header.name, line->places[0]);
        } else if (user != nullptr) {
            apply(*user, *line, loaded.problems);
        } else if (!lost) {
            loaded.problems.push_back({Severity::error, line->places[0],
                                       "this line belongs to no user", "start with [username]"});
        }
    }
    check_whole(loaded.value, loaded.problems);
    return loaded;
}

Result<Loaded<UpsdUsers>> load_upsd_users(FileSource& files, const std::string& folder) {
    const std::string path = join_path(folder, "upsd.users");
    UPS_TRY(const FileText file, files.read(path));
    Loaded<UpsdUsers> loaded = parse_upsd_users(file.text, path);
    loaded.files.push_back({path, file.mode});
    return loaded;
}

}  // namespace ups::conf
