// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/commands.hpp"

#include "server/upsd/handlers.hpp"

#include <algorithm>
#include <array>

namespace ups::upsd {
namespace {

using enum Access;
using enum Alias;
constexpr std::uint8_t kMore = kAnyMore;
constexpr Needs kNone = Needs::nothing;
constexpr Needs kUps = Needs::ups;
constexpr Needs kData = Needs::data;
constexpr InClear kClear = InClear::allowed;
constexpr InClear kTls = InClear::refused;
constexpr Audited kQuiet = Audited::when_refused;
constexpr Audited kAlways = Audited::always;

// HELP lists the verbs in this order: first those that clients of all ages know.
constexpr std::array kRows = std::to_array<CommandRow>({
    // clang-format off
    // verb, sub, alias, alias kind, access, least and most arguments, needs, clear, audited, handler
    {"HELP",        "",          "",          none,  any,  0, 0,     kNone, kClear, kQuiet, help},
    {"VER",         "",          "",          none,  any,  0, 0,     kNone, kClear, kQuiet, ver},
    {"PROTVER",     "",          "NETVER",    equal, any,  0, 0,     kNone, kClear, kQuiet, protver},
    {"GET",         "VAR",       "",          none,  read, 2, kMore, kNone, kTls,   kQuiet, get_var},
    {"GET",         "TYPE",      "",          none,  read, 2, kMore, kData, kTls,   kQuiet, get_type},
    {"GET",         "DESC",      "",          none,  read, 2, kMore, kData, kTls,   kQuiet, get_desc},
    {"GET",         "CMDDESC",   "",          none,  read, 2, kMore, kData, kTls,   kQuiet, get_cmddesc},
    {"GET",         "UPSDESC",   "",          none,  read, 1, kMore, kUps,  kTls,   kQuiet, get_upsdesc},
    {"GET",         "NUMLOGINS", "NUMATTACH", draft, read, 1, kMore, kUps,  kTls,   kQuiet, get_numlogins},
    {"GET",         "TRACKING",  "",          none,  read, 0, kMore, kNone, kTls,   kQuiet, get_tracking},
    {"LIST",        "UPS",       "",          none,  read, 0, kMore, kNone, kTls,   kQuiet, list_ups},
    {"LIST",        "VAR",       "",          none,  read, 1, kMore, kData, kTls,   kQuiet, list_var},
    {"LIST",        "RW",        "",          none,  read, 1, kMore, kData, kTls,   kQuiet, list_rw},
    {"LIST",        "CMD",       "",          none,  read, 1, kMore, kData, kTls,   kQuiet, list_cmd},
    {"LIST",        "ENUM",      "",          none,  read, 2, kMore, kData, kTls,   kQuiet, list_enum},
    {"LIST",        "RANGE",     "",          none,  read, 2, kMore, kData, kTls,   kQuiet, list_range},
    {"LIST",        "CLIENT",    "",          none,  read, 1, kMore, kUps,  kTls,   kQuiet, list_client},
    {"SET",         "VAR",       "",          none,  user, 3, kMore, kData, kTls,   kAlways, set_var},
    {"SET",         "TRACKING",  "",          none,  user, 1, kMore, kNone, kTls,   kQuiet, set_tracking},
    {"INSTCMD",     "",          "",          none,  user, 2, kMore, kData, kTls,   kAlways, instcmd},
    {"LOGIN",       "",          "ATTACH",    draft, user, 1, 1,     kNone, kTls,   kQuiet, attach},
    {"LOGOUT",      "",          "DETACH",    draft, any,  0, 0,     kNone, kClear, kQuiet, detach},
    {"USERNAME",    "",          "",          none,  any,  1, 1,     kNone, kTls,   kQuiet, username},
    {"PASSWORD",    "",          "",          none,  any,  1, 1,     kNone, kTls,   kQuiet, password},
    {"STARTTLS",    "",          "",          none,  any,  0, kMore, kNone, kClear, kQuiet, starttls},
    {"PRIMARY",     "",          "MASTER",    equal, user, 1, 1,     kUps,  kTls,   kQuiet, primary},
    {"FSD",         "",          "",          none,  user, 1, 2,     kUps,  kTls,   kAlways, fsd},
    {"SUBSCRIBE",   "",          "",          none,  read, 1, kMore, kUps,  kTls,   kQuiet, subscribe},
    {"UNSUBSCRIBE", "",          "",          none,  read, 1, 1,     kNone, kTls,   kQuiet, unsubscribe},
    // clang-format on
});

} // namespace

std::span<const CommandRow> command_rows() noexcept {
    return kRows;
}

CommandTable::CommandTable() : help_("Commands:") {
    for (const CommandRow& row : kRows) {
        if (row.sub.empty()) {
            add_verb(row.verb, row);
            if (!row.alias.empty()) add_verb(row.alias, row);
            continue;
        }
        if (find(row.verb) == nullptr) {
            add_verb(row.verb, row);
            verbs_.back().alone = nullptr;
        }
        Verb& verb = verbs_[verbs_.size() - 1];
        const auto name_of = [&verb](std::uint16_t at) { return verb.subs[at].first; };
        for (const std::string_view name : {row.sub, row.alias}) {
            if (name.empty()) continue;
            verb.subs.emplace_back(name, &row);
            verb.sub_index.insert(name, static_cast<std::uint16_t>(verb.subs.size() - 1), name_of);
        }
    }
}

void CommandTable::add_verb(std::string_view name, const CommandRow& row) {
    verbs_.push_back(Verb{.name = name,
                          .alone = &row,
                          .access = row.access,
                          .in_clear = row.in_clear,
                          .subs = {},
                          .sub_index = {}});
    index_.insert(name, static_cast<std::uint16_t>(verbs_.size() - 1),
                  [this](std::uint16_t at) { return verbs_[at].name; });
    help_.append(" ").append(name);
}

const CommandTable::Verb* CommandTable::find(std::string_view word) const {
    const std::uint16_t number =
        index_.find(word, [this](std::uint16_t at) { return verbs_[at].name; });
    return number == vars::NameIndex::kNone ? nullptr : &verbs_[number];
}

const CommandRow* CommandTable::find_sub(const Verb& verb, std::string_view word) {
    const std::uint16_t number =
        verb.sub_index.find(word, [&verb](std::uint16_t at) { return verb.subs[at].first; });
    return number == vars::NameIndex::kNone ? nullptr : verb.subs[number].second;
}

} // namespace ups::upsd
