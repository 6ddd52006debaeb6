// SPDX-License-Identifier: Apache-2.0
#include "drivers/host/driver_state.hpp"

#include "driverapi/upsdrv.h"
#include "lib/base/words.hpp"
#include "lib/proto/driver_line.hpp"

#include <algorithm>

namespace ups::host {
namespace {

using proto::DriverWord;

void append_head(DriverWord word, std::string_view name, std::string& lines) {
    lines += proto::keyword(word);
    lines += ' ';
    lines += name;
}

void append_value(DriverWord word, std::string_view name, std::string_view value,
                  std::string& lines) {
    append_head(word, name, lines);
    lines += ' ';
    append_quoted(lines, fit_value(name, value));
    lines += '\n';
}

void append_range(DriverWord word, std::string_view name, const Variable::Range& range,
                  std::string& lines) {
    append_head(word, name, lines);
    lines += ' ';
    append_word(lines, range.first);
    lines += ' ';
    append_word(lines, range.second);
    lines += '\n';
}

void append_flags(std::string_view name, std::uint32_t flags, std::string& lines) {
    append_head(DriverWord::setflags, name, lines);
    if ((flags & UPSDRV_VAR_RW) != 0) lines += " RW";
    if ((flags & UPSDRV_VAR_STRING) != 0) lines += " STRING";
    if ((flags & UPSDRV_VAR_NUMBER) != 0) lines += " NUMBER";
    lines += '\n';
}

template <class T> bool has(const std::vector<T>& list, const T& item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

// A line of SETFLAGS without words is ignored by servers, so flags cannot be taken back to none.
bool needs_rebirth(const Variable& before, const Variable& after) {
    return before.flags != 0 && after.flags == 0;
}

}  // namespace

void append_difference(std::string_view name, const Variable* before, const Variable& after,
                       std::string& lines) {
    static const Variable kNothing;
    if (before != nullptr && needs_rebirth(*before, after)) {
        append_head(DriverWord::delinfo, name, lines);
        lines += '\n';
        before = nullptr;
    }
    const Variable& old = before == nullptr ? kNothing : *before;
    if (before == nullptr || old.value != after.value)
        append_value(DriverWord::setinfo, name, after.value, lines);
    for (const auto& value : old.enums)
        if (!has(after.enums, value)) append_value(DriverWord::delenum, name, value, lines);
    for (const auto& value : after.enums)
        if (!has(old.enums, value)) append_value(DriverWord::addenum, name, value, lines);
    for (const auto& range : old.ranges)
        if (!has(after.ranges, range)) append_range(DriverWord::delrange, name, range, lines);
    for (const auto& range : after.ranges)
        if (!has(old.ranges, range)) append_range(DriverWord::addrange, name, range, lines);
    if (old.max_length != after.max_length) {
        append_head(DriverWord::setaux, name, lines);
        lines += ' ' + std::to_string(after.max_length) + '\n';
    }
    if (old.flags != after.flags) append_flags(name, after.flags, lines);
}

void DriverState::apply(const Changes& changes, std::string& lines) {
    for (const Change& change : changes) {
        switch (change.kind) {
        case ChangeKind::set:
            plugin_names_.insert(change.name);
            put(change.name, change.variable, lines);
            break;
        case ChangeKind::remove: {
            plugin_names_.erase(change.name);
            const auto own = own_.find(change.name);
            if (own == own_.end())
                drop(change.name, lines);
            else
                put(own->first, own->second, lines);
            break;
        }
        case ChangeKind::add_command:
            put_command(change.name, lines);
            break;
        case ChangeKind::remove_command:
            if (!own_commands_.contains(change.name)) drop_command(change.name, lines);
            break;
        }
    }
}

void DriverState::set_own(std::string_view name, Variable variable, std::string& lines) {
    const auto [place, added] = own_.insert_or_assign(std::string(name), std::move(variable));
    if (!plugin_names_.contains(name)) put(place->first, place->second, lines);
}

void DriverState::force_own(std::string_view name, Variable variable, std::string& lines) {
    if (const auto found = plugin_names_.find(name); found != plugin_names_.end())
        plugin_names_.erase(found);
    set_own(name, std::move(variable), lines);
}

void DriverState::remove_own(std::string_view name, std::string& lines) {
    const auto found = own_.find(name);
    if (found == own_.end()) return;
    if (!plugin_names_.contains(name)) drop(found->first, lines);
    own_.erase(found);
}

void DriverState::add_own_command(std::string_view name, std::string& lines) {
    put_command(*own_commands_.emplace(name).first, lines);
}

void DriverState::remove_own_command(std::string_view name, std::string& lines) {
    const auto found = own_commands_.find(name);
    if (found == own_commands_.end()) return;
    drop_command(*found, lines);
    own_commands_.erase(found);
}

void DriverState::set_stale(bool stale, std::string& lines) {
    if (stale == stale_) return;
    stale_ = stale;
    dump_valid_ = false;
    lines += proto::keyword(stale ? DriverWord::datastale : DriverWord::dataok);
    lines += '\n';
}

const Variable* DriverState::find(std::string_view name) const {
    const auto found = variables_.find(name);
    return found == variables_.end() ? nullptr : &found->second;
}

std::optional<std::string_view> DriverState::find_command(std::string_view name) const {
    const auto found = commands_.find(name);
    if (found == commands_.end()) return std::nullopt;
    return *found;
}

bool DriverState::is_own_command(std::string_view name) const {
    return own_commands_.contains(name);
}

std::string_view DriverState::dump() const {
    if (dump_valid_) return dump_;
    dump_.clear();
    if (stale_) dump_ += "DATASTALE\n";
    for (const auto& [name, variable] : variables_)
        append_difference(name, nullptr, variable, dump_);
    for (const auto& name : commands_) {
        append_head(DriverWord::addcmd, name, dump_);
        dump_ += '\n';
    }
    if (!stale_) dump_ += "DATAOK\n";
    dump_ += "DUMPDONE\n";
    dump_valid_ = true;
    return dump_;
}

void DriverState::append_variable(std::string_view name, std::string& lines) const {
    const auto found = variables_.find(name);
    if (found != variables_.end()) append_difference(found->first, nullptr, found->second, lines);
}

void DriverState::put(const std::string& name, const Variable& variable, std::string& lines) {
    const auto found = variables_.find(name);
    if (found != variables_.end() && found->second == variable) return;
    dump_valid_ = false;
    if (found == variables_.end()) {
        append_difference(name, nullptr, variable, lines);
        variables_.emplace(name, variable);
        return;
    }
    append_difference(found->first, &found->second, variable, lines);
    found->second = variable;
}

void DriverState::drop(const std::string& name, std::string& lines) {
    const auto found = variables_.find(name);
    if (found == variables_.end()) return;
    append_head(DriverWord::delinfo, found->first, lines);
    lines += '\n';
    variables_.erase(found);
    dump_valid_ = false;
}

void DriverState::put_command(const std::string& name, std::string& lines) {
    if (!commands_.insert(name).second) return;
    append_head(DriverWord::addcmd, name, lines);
    lines += '\n';
    dump_valid_ = false;
}

void DriverState::drop_command(const std::string& name, std::string& lines) {
    const auto found = commands_.find(name);
    if (found == commands_.end()) return;
    append_head(DriverWord::delcmd, *found, lines);
    lines += '\n';
    commands_.erase(found);
    dump_valid_ = false;
}

}  // namespace ups::host
