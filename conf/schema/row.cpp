// SPDX-License-Identifier: Apache-2.0
#include "conf/schema/row.hpp"

#include "conf/schema/rows.hpp"
#include "lib/base/text.hpp"

#include <string_view>
#include <vector>

namespace ups::conf {
namespace {

bool matches(const Row& row, std::string_view name, bool any_case) {
    if (row.has(kPrefix))
        return name.size() > row.name.size() && name.starts_with(row.name);
    return any_case ? iequals(row.name, name) : row.name == name;
}

const Row* find_in(std::span<const Row> table, File file, Section section, std::string_view name) {
    for (const Row& row : table)
        if (row.section == section &&
            matches(row, name, row.has(kAnyCase) || file == File::upsd_users))
            return &row;
    return nullptr;
}

void add_names(std::span<const Row> table, Section section, std::vector<std::string_view>& names) {
    for (const Row& row : table)
        if (row.section == section && !row.has(kPrefix)) names.push_back(row.name);
}

}  // namespace

std::span<const Row> rows(File file) {
    switch (file) {
    case File::ups_conf: return ups_conf_rows();
    case File::upsd_conf: return upsd_conf_rows();
    case File::upsd_users: return upsd_users_rows();
    case File::nut_conf: return nut_conf_rows();
    case File::upsmon_conf: return upsmon_conf_rows();
    case File::upssched_conf: return upssched_conf_rows();
    }
    return {};
}

std::string_view file_name(File file) noexcept {
    switch (file) {
    case File::ups_conf: return "ups.conf";
    case File::upsd_conf: return "upsd.conf";
    case File::upsd_users: return "upsd.users";
    case File::nut_conf: return "nut.conf";
    case File::upsmon_conf: return "upsmon.conf";
    case File::upssched_conf: return "upssched.conf";
    }
    return "?";
}

const Row* find_row(File file, Section section, std::string_view name) {
    const Row* row = find_in(rows(file), file, section, name);
    if (row == nullptr && section == Section::device)
        row = find_in(driver_option_rows(), file, section, name);
    return row;
}

std::optional<std::string_view> nearest_row(File file, Section section, std::string_view name) {
    std::vector<std::string_view> names;
    names.reserve(rows(file).size() + driver_option_rows().size());
    add_names(rows(file), section, names);
    if (section == Section::device) add_names(driver_option_rows(), section, names);
    return nearest(name, names);
}

}  // namespace ups::conf
