// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/commands.hpp"

#include "server/upsd/handlers.hpp"

#include <algorithm>
#include <array>

namespace ups::upsd {
namespace {

constexpr auto kClear = InClear::allowed;
constexpr auto kTls = InClear::refused;
constexpr auto kRefused = Audited::when_refused;
constexpr auto kAlways = Audited::always;

// HELP lists the verbs in this order: first those that clients of all ages know.
constexpr std::array kRows = std::to_array<CommandRow>({
    // clang-format off
    // verb      sub         alias       alias kind    access        least most   needs           clear   audited   handler
    {"HELP",     "",         "",         Alias::none,  Access::any,  0, kAnyMore, Needs::nothing, kClear, kRefused, help},
    {"VER",      "",         "",         Alias::none,  Access::any,  0, 0,        Needs::nothing, kClear, kRefused, ver},
    {"PROTVER",  "",         "NETVER",   Alias::equal, Access::any,  0, 0,        Needs::nothing, kClear, kRefused, protver},
    {"GET",      "VAR",      "",         Alias::none,  Access::read, 2, kAnyMore, Needs::nothing, kTls,   kRefused, get_var},
    {"GET",      "TYPE",     "",         Alias::none,  Access::read, 2, kAnyMore, Needs::data,    kTls,   kRefused, get_type},
    {"GET",      "DESC",     "",         Alias::none,  Access::read, 2, kAnyMore, Needs::data,    kTls,   kRefused, get_desc},
    {"GET",      "CMDDESC",  "",         Alias::none,  Access::read, 2, kAnyMore, Needs::data,    kTls,   kRefused, get_cmddesc},
    {"GET",      "UPSDESC",  "",         Alias::none,  Access::read, 1, kAnyMore, Needs::ups,     kTls,   kRefused, get_upsdesc},
    {"GET",      "NUMLOGINS", "NUMATTACH", Alias::draft, Access::read, 1, kAnyMore, Needs::ups,   kTls,   kRefused, get_numlogins},
    {"GET",      "TRACKING", "",         Alias::none,  Access::read, 0, kAnyMore, Needs::nothing, kTls,   kRefused, get_tracking},
    {"LIST",     "UPS",      "",         Alias::none,  Access::read, 0, kAnyMore, Needs::nothing, kTls,   kRefused, list_ups},
    {"LIST",     "VAR",      "",         Alias::none,  Access::read, 1, kAnyMore, Needs::data,    kTls,   kRefused, list_var},
    {"LIST",     "RW",       "",         Alias::none,  Access::read, 1, kAnyMore, Needs::data,    kTls,   kRefused, list_rw},
    {"LIST",     "CMD",      "",         Alias::none,  Access::read, 1, kAnyMore, Needs::data,    kTls,   kRefused, list_cmd},
    {"LIST",     "ENUM",     "",         Alias::none,  Access::read, 2, kAnyMore, Needs::data,    kTls,   kRefused, list_enum},
    {"LIST",     "RANGE",    "",         Alias::none,  Access::read, 2, kAnyMore, Needs::data,    kTls,   kRefused, list_range},
    {"LIST",     "CLIENT",   "",         Alias::none,  Access::read, 1, kAnyMore, Needs::ups,     kTls,   kRefused, list_client},
    {"SET",      "VAR",      "",         Alias::none,  Access::user, 3, kAnyMore, Needs::data,    kTls,   kAlways,  set_var},
    {"SET",      "TRACKING", "",         Alias::none,  Access::user, 1, kAnyMore, Needs::nothing, kTls,   kRefused, set_tracking},
    {"INSTCMD",  "",         "",         Alias::none,  Access::user, 2, kAnyMore, Needs::data,    kTls,   kAlways,  instcmd},
    {"LOGIN",    "",         "ATTACH",   Alias::draft, Access::user, 1, 1,        Needs::nothing, kTls,   kRefused, attach},
    {"LOGOUT",   "",         "DETACH",   Alias::draft, Access::any,  0, 0,        Needs::nothing, kClear, kRefused, detach},
    {"USERNAME", "",         "",         Alias::none,  Access::any,  1, 1,        Needs::nothing, kTls,   kRefused, username},
    {"PASSWORD", "",         "",         Alias::none,  Access::any,  1, 1,        Needs::nothing, kTls,   kRefused, password},
    {"STARTTLS", "",         "",         Alias::none,  Access::any,  0, kAnyMore, Needs::nothing, kClear, kRefused, starttls},
    {"PRIMARY",  "",         "MASTER",   Alias::equal, Access::user, 1, 1,        Needs::ups,     kTls,   kRefused, primary},
    {"FSD",      "",         "",         Alias::none,  Access::user, 1, 2,        Needs::ups,     kTls,   kAlways,  fsd},
    {"SUBSCRIBE", "",        "",         Alias::none,  Access::read, 1, kAnyMore, Needs::ups,     kTls,   kRefused, subscribe},
    {"UNSUBSCRIBE", "",      "",         Alias::none,  Access::read, 1, 1,        Needs::nothing, kTls,   kRefused, unsubscribe},
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
