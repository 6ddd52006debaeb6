// SPDX-License-Identifier: Apache-2.0
#include "lib/vars/ups_state.hpp"

#include "lib/base/assert.hpp"
#include "lib/base/words.hpp"
#include "lib/vars/value_text.hpp"

#include <algorithm>
#include <cstring>

namespace ups::vars {
namespace {

constexpr std::string_view kStatus = "ups.status";
constexpr std::string_view kForced = "FSD ";
constexpr std::string_view kVar = "VAR ";
// Longest value that is kept: what the tokenizer lets through.
constexpr std::size_t kMaxValue = kMaxWord;

auto command_at(std::vector<std::string>& commands, std::string_view name) {
    return std::ranges::lower_bound(commands, name, ILess{});
}

}  // namespace

UpsState::UpsState(std::string ups_name) : ups_name_(std::move(ups_name)), prefix_(kVar) {
    append_word(prefix_, ups_name_);
    prefix_ += ' ';
}

UpsState::VarId UpsState::find(std::string_view name) const {
    return index_.find(name, name_of());
}

std::string_view UpsState::name(VarId id) const {
    return {vars_[id].text.get() + prefix_.size(), vars_[id].name_size};
}

std::string_view UpsState::value(VarId id) const {
    return {vars_[id].text.get() + vars_[id].value_at, vars_[id].value_size};
}

std::string_view UpsState::line(VarId id) const {
    return {vars_[id].text.get(), vars_[id].line_size};
}

std::string_view UpsState::line_value(VarId id) const {
    return line(id).substr(prefix_.size() + vars_[id].name_size);
}

std::span<const std::string> UpsState::enums(VarId id) const {
    if (!vars_[id].metadata) return {};
    return vars_[id].metadata->enums;
}

std::span<const Range> UpsState::ranges(VarId id) const {
    if (!vars_[id].metadata) return {};
    return vars_[id].metadata->ranges;
}

void UpsState::render(Variable& variable, std::string_view name, std::string_view value) {
    const bool forced = forced_shutdown_ && iequals(name, kStatus);
    const std::size_t value_at = prefix_.size() + name.size() + 2;
    const std::size_t room = kMaxReplyLine - value_at;
    if (!forced && value.size() + 2 <= room && is_verbatim(value))
        return render_verbatim(variable, name, value);
    std::string line = prefix_;
    line += name;
    line += ' ';
    if (forced)
        append_value(line, std::string(kForced).append(value), room);
    else
        append_value(line, value, room);
    line += '\n';
    auto text = std::make_unique_for_overwrite<char[]>(line.size() + value.size());
    std::ranges::copy(line, text.get());
    std::ranges::copy(value, text.get() + line.size());
    variable.value_at = static_cast<std::uint16_t>(line.size());
    variable.value_size = static_cast<std::uint16_t>(value.size());
    variable.line_size = static_cast<std::uint16_t>(line.size());
    variable.name_size = static_cast<std::uint8_t>(name.size());
    variable.text = std::move(text);  // last: `name` and `value` may view the old text
}

/// As `render`, for a value that stands in its line as it is.
void UpsState::render_verbatim(Variable& variable, std::string_view name, std::string_view value) {
    const std::size_t value_at = prefix_.size() + name.size() + 2;
    const std::size_t size = value_at + value.size() + 2;
    if (variable.text && variable.line_size == size && variable.value_at == value_at &&
        variable.value_size == value.size()) {
        std::memmove(variable.text.get() + value_at, value.data(), value.size());
        return;
    }
    auto text = std::make_unique_for_overwrite<char[]>(size);
    char* at = std::ranges::copy(prefix_, text.get()).out;
    at = std::ranges::copy(name, at).out;
    *at++ = ' ';
    *at++ = '"';
    at = std::ranges::copy(value, at).out;
    *at++ = '"';
    *at = '\n';
    variable.value_at = static_cast<std::uint16_t>(value_at);
    variable.value_size = static_cast<std::uint16_t>(value.size());
    variable.line_size = static_cast<std::uint16_t>(size);
    variable.name_size = static_cast<std::uint8_t>(name.size());
    variable.text = std::move(text);  // last: `name` and `value` may view the old text
}

Outcome UpsState::set(std::string_view name, std::string_view value) {
    value = value.substr(0, kMaxValue);
    if (const VarId id = find(name); id != kNoVar) {
        Variable& variable = vars_[id];
        if (sweeping_ && !variable.marked) {
            variable.marked = true;
            variable.metadata.reset();  // said again behind the value
        }
        if (this->value(id) == value) return Outcome::unchanged;
        render(variable, this->name(id), value);
        touch(id);
        return Outcome::changed;
    }
    if (!is_name(name) || size() >= kMaxVariables) return Outcome::refused;
    const VarId id = take_id();
    render(vars_[id], name, value);
    vars_[id].marked = true;
    index_.insert(name, id, name_of());
    if (changes_) changes_->came_back(this->name(id));
    touch(id);
    return Outcome::changed;
}

UpsState::VarId UpsState::take_id() {
    is_sorted_ = false;
    if (!free_.empty()) {
        const VarId id = free_.back();
        free_.pop_back();
        return id;
    }
    vars_.emplace_back();
    return static_cast<VarId>(vars_.size() - 1);
}

void UpsState::drop(VarId id) {
    if (changes_) changes_->removed(id, name(id));
    index_.erase(name(id), id, name_of());
    vars_[id] = Variable{};
    free_.push_back(id);
    ++generation_;
    is_sorted_ = false;
    list_var_.fresh = list_rw_.fresh = false;
}

void UpsState::touch(VarId id) {
    list_var_.fresh = false;
    // A variable that has no flags yet is new: it joins LIST RW with its flags.
    if (vars_[id].flags.writable) list_rw_.fresh = false;
    if (changes_) changes_->changed(id);
}

Outcome UpsState::remove(std::string_view name) {
    const VarId id = find(name);
    if (id == kNoVar) return Outcome::unchanged;
    drop(id);
    return Outcome::changed;
}

Outcome UpsState::set_flags(std::string_view name, VarFlags flags) {
    const VarId id = find(name);
    if (id == kNoVar) return Outcome::refused;
    if (vars_[id].flags == flags) return Outcome::unchanged;
    vars_[id].flags = flags;
    list_rw_.fresh = false;
    return Outcome::changed;
}

Outcome UpsState::set_length(std::string_view name, std::uint32_t length) {
    const VarId id = find(name);
    if (id == kNoVar) return Outcome::refused;
    if (vars_[id].length == length) return Outcome::unchanged;
    vars_[id].length = length;
    return Outcome::changed;
}

UpsState::Metadata* UpsState::metadata_of(std::string_view name, VarId& id) {
    id = find(name);
    if (id == kNoVar) return nullptr;
    if (!vars_[id].metadata) vars_[id].metadata = std::make_unique<Metadata>();
    return vars_[id].metadata.get();
}

Outcome UpsState::add_enum(std::string_view name, std::string_view value) {
    VarId id = kNoVar;
    Metadata* const metadata = metadata_of(name, id);
    if (metadata == nullptr || metadata->enums.size() >= kMaxEnums) return Outcome::refused;
    if (std::ranges::find(metadata->enums, value) != metadata->enums.end())
        return Outcome::unchanged;
    metadata->enums.emplace_back(value);
    return Outcome::changed;
}

Outcome UpsState::remove_enum(std::string_view name, std::string_view value) {
    const VarId id = find(name);
    if (id == kNoVar || !vars_[id].metadata) return Outcome::unchanged;
    return std::erase(vars_[id].metadata->enums, value) > 0 ? Outcome::changed : Outcome::unchanged;
}

Outcome UpsState::add_range(std::string_view name, std::string_view least, std::string_view most) {
    if (!parse_decimal(least) || !parse_decimal(most)) return Outcome::refused;
    VarId id = kNoVar;
    Metadata* const metadata = metadata_of(name, id);
    if (metadata == nullptr || metadata->ranges.size() >= kMaxRanges) return Outcome::refused;
    Range range{std::string(least), std::string(most)};
    if (std::ranges::find(metadata->ranges, range) != metadata->ranges.end())
        return Outcome::unchanged;
    metadata->ranges.push_back(std::move(range));
    return Outcome::changed;
}

Outcome UpsState::remove_range(std::string_view name, std::string_view least,
                               std::string_view most) {
    const VarId id = find(name);
    if (id == kNoVar || !vars_[id].metadata) return Outcome::unchanged;
    const Range range{std::string(least), std::string(most)};
    return std::erase(vars_[id].metadata->ranges, range) > 0 ? Outcome::changed
                                                             : Outcome::unchanged;
}

std::optional<std::string_view> UpsState::command(std::string_view name) const {
    const auto at = std::ranges::lower_bound(commands_, name, ILess{});
    if (at == commands_.end() || !iequals(*at, name)) return std::nullopt;
    return *at;
}

Outcome UpsState::add_command(std::string_view name) {
    if (!is_name(name) || commands_.size() >= kMaxCommands) return Outcome::refused;
    if (sweeping_) {
        const auto swept = command_at(swept_commands_, name);
        if ((swept == swept_commands_.end() || !iequals(*swept, name)) &&
            swept_commands_.size() < kMaxCommands)
            swept_commands_.emplace(swept, name);
    }
    const auto at = command_at(commands_, name);
    if (at != commands_.end() && iequals(*at, name)) return Outcome::unchanged;
    commands_.emplace(at, name);
    list_cmd_.fresh = false;
    return Outcome::changed;
}

Outcome UpsState::remove_command(std::string_view name) {
    const auto gone = [&](const std::string& one) { return iequals(one, name); };
    if (sweeping_) std::erase_if(swept_commands_, gone);
    if (std::erase_if(commands_, gone) == 0) return Outcome::unchanged;
    list_cmd_.fresh = false;
    return Outcome::changed;
}

void UpsState::clear() {
    if (changes_)
        for (const VarId id : sorted())
            changes_->removed(id, name(id));
    index_.clear();
    ++generation_;
    vars_ = std::vector<Variable>();
    free_ = {};
    sorted_ = {};
    commands_ = {};
    swept_commands_ = {};
    is_sorted_ = true;
    sweeping_ = false;
    list_var_ = list_rw_ = list_cmd_ = Block{};
}

void UpsState::begin_sweep() {
    for (Variable& variable : vars_)
        variable.marked = false;
    swept_commands_.clear();
    sweeping_ = true;
}

void UpsState::end_sweep() {
    if (!sweeping_) return;
    sweeping_ = false;
    for (std::size_t id = 0; id < vars_.size(); ++id)
        if (vars_[id].text && !vars_[id].marked) drop(static_cast<VarId>(id));
    if (swept_commands_ != commands_) {
        commands_ = std::move(swept_commands_);
        list_cmd_.fresh = false;
    }
    swept_commands_ = {};
}

void UpsState::show_forced_shutdown(bool shown) {
    if (forced_shutdown_ == shown) return;
    forced_shutdown_ = shown;
    const VarId id = find(kStatus);
    if (id == kNoVar) return;
    render(vars_[id], name(id), value(id));
    touch(id);
}

std::span<const UpsState::VarId> UpsState::sorted() const {
    if (!is_sorted_) {
        sorted_.clear();
        sorted_.reserve(size());
        for (std::size_t id = 0; id < vars_.size(); ++id)
            if (vars_[id].text) sorted_.push_back(static_cast<VarId>(id));
        std::ranges::sort(sorted_,
                          [this](VarId a, VarId b) { return icompare(name(a), name(b)) < 0; });
        is_sorted_ = true;
    }
    return sorted_;
}

std::string_view UpsState::list_var() const {
    if (!list_var_.fresh) {
        list_var_.text.clear();
        for (const VarId id : sorted())
            list_var_.text += line(id);
        list_var_.fresh = true;
    }
    return list_var_.text;
}

std::string_view UpsState::list_rw() const {
    if (!list_rw_.fresh) {
        list_rw_.text.clear();
        for (const VarId id : sorted()) {
            if (!flags(id).writable) continue;
            list_rw_.text += "RW ";
            list_rw_.text.append(std::string_view(prefix_).substr(kVar.size())).append(name(id));
            append_plain_value(list_rw_.text, id);
        }
        list_rw_.fresh = true;
    }
    return list_rw_.text;
}

std::string_view UpsState::list_cmd() const {
    if (!list_cmd_.fresh) {
        list_cmd_.text.clear();
        for (const std::string& one : commands_) {
            list_cmd_.text += "CMD ";
            list_cmd_.text.append(std::string_view(prefix_).substr(kVar.size())).append(one) +=
                '\n';
        }
        list_cmd_.fresh = true;
    }
    return list_cmd_.text;
}

void UpsState::append_plain_value(std::string& out, VarId id) const {
    if (!forced_shutdown_ || !iequals(name(id), kStatus)) {
        out += line_value(id);
        return;
    }
    out += ' ';
    append_value(out, value(id), kMaxReplyLine - prefix_.size() - name(id).size() - 2);
    out += '\n';
}

void UpsState::follow_changes(bool on) {
    if (on) {
        if (followers_++ == 0) changes_ = std::make_unique<ChangeLog>();
        return;
    }
    UPS_ASSERT(followers_ > 0);
    if (--followers_ == 0) changes_.reset();
}

std::size_t UpsState::memory() const noexcept {
    constexpr std::size_t kBlockOverhead = 8;  // of the allocator
    std::size_t bytes = sizeof *this + vars_.capacity() * sizeof(Variable) + index_.memory() +
                        sorted_.capacity() * sizeof(VarId) + free_.capacity() * sizeof(VarId) +
                        commands_.capacity() * sizeof(std::string);
    for (const Block* one : {&list_var_, &list_rw_, &list_cmd_})
        bytes += one->text.capacity();
    if (changes_) bytes += sizeof(ChangeLog) + changes_->memory();
    for (const Variable& variable : vars_) {
        if (!variable.text) continue;
        const bool apart = variable.value_at >= variable.line_size;
        bytes += variable.line_size + (apart ? variable.value_size : 0U) + kBlockOverhead;
        if (!variable.metadata) continue;
        bytes += sizeof(Metadata) + variable.metadata->ranges.capacity() * sizeof(Range) +
                 variable.metadata->enums.capacity() * sizeof(std::string);
    }
    return bytes;
}

}  // namespace ups::vars
