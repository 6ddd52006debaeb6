// SPDX-License-Identifier: Apache-2.0
#include "docs/generate/pages.hpp"

#include "conf/schema/row.hpp"
#include "lib/base/text.hpp"

#include <fmt/core.h>

#include <array>
#include <optional>

namespace ups::docs {
namespace {

using conf::File;
using conf::Row;
using conf::Section;
using conf::Type;

template <class Value> struct Named {
    std::string_view name;
    Value value;
};
constexpr Named<File> kFiles[] = {{"ups_conf", File::ups_conf},
                                  {"upsd_conf", File::upsd_conf},
                                  {"upsd_users", File::upsd_users},
                                  {"nut_conf", File::nut_conf},
                                  {"upsmon_conf", File::upsmon_conf},
                                  {"upssched_conf", File::upssched_conf}};
// "driver": the rows of devices that are options of drivers.
struct SectionChoice {
    Section section;
    bool of_drivers;
};
constexpr Named<SectionChoice> kSections[] = {{"global", {Section::global, false}},
                                              {"device", {Section::device, false}},
                                              {"driver", {Section::device, true}},
                                              {"user", {Section::user, false}}};

template <class Value, std::size_t count>
std::optional<Value> find(const Named<Value> (&table)[count], std::string_view name) {
    for (const auto& row : table)
        if (row.name == name) return row.value;
    return std::nullopt;
}

/// ups.conf and upsd.users are written `name = value`, the other files `NAME value`.
bool has_equals(File file) {
    return file == File::ups_conf || file == File::upsd_users;
}

std::string heading(File file, const Row& row) {
    std::string line = ".It Cm " + mdoc(row.name, Place::argument);
    if (row.has(conf::kPrefix)) line += " Ns Ar name";
    if (row.arguments.empty() || row.type == Type::flag) return line + "\n";
    if (file == File::nut_conf)
        line += " Ns No = Ns";
    else if (has_equals(file))
        line += " No =";
    line += " Ar";
    // Word by word, so that a long list of them can be broken.
    for (const std::string_view word : split_blanks(row.arguments))
        line += " " + mdoc(word, Place::argument);
    return line + "\n";
}

std::string limits(const Row& row) {
    if (row.type != Type::integer && row.type != Type::seconds) return {};
    if (row.most == conf::kNoLimit)
        return row.least == 0 ? std::string() : fmt::format("At least {}.\n", row.least);
    return fmt::format("{} to {}.\n", row.least, row.most);
}

std::string facts(const Row& row) {
    std::string text = limits(row);
    if (!row.fallback.empty())
        text += fmt::format("Default: {}.\n", mdoc(row.fallback, Place::line));
    if (!row.family.empty()) text += fmt::format("Drivers: {}.\n", mdoc(row.family, Place::line));
    if (row.has(conf::kRequired)) text += "Required.\n";
    if (row.has(conf::kRepeatable)) text += "May be given several times.\n";
    if (row.has(conf::kRestart)) text += "Read at start only.\n";
    if (row.has(conf::kEnvironment))
        text += "An environment variable of the same name overrides it.\n";
    if (row.has(conf::kOurs)) text += "Not known to the stock programs.\n";
    if (!row.since.empty()) text += fmt::format("In the stock programs since {}.\n", row.since);
    return text;
}

}  // namespace

Result<std::string> directive_items(std::string_view file_name, std::string_view section_name) {
    const auto file = find(kFiles, file_name);
    if (!file) return fail(ErrorCode::not_found, fmt::format("no file {}", file_name));
    const auto choice = find(kSections, section_name);
    if (!choice) return fail(ErrorCode::not_found, fmt::format("no section {}", section_name));
    std::string items;
    for (const Row& row : conf::rows(*file)) {
        if (row.section != choice->section || row.has(conf::kDriver) != choice->of_drivers)
            continue;
        items += heading(*file, row);
        if (!row.help.empty()) items += mdoc(row.help, Place::line) + "\n";
        items += facts(row);
    }
    if (items.empty())
        return fail(ErrorCode::not_found, fmt::format("no rows in {} {}", file_name, section_name));
    return ".Bl -tag -width Ds\n" + items + ".El\n";
}

}  // namespace ups::docs
