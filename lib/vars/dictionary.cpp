// SPDX-License-Identifier: Apache-2.0
#include "lib/vars/dictionary.hpp"

#include "lib/base/text.hpp"
#include "lib/vars/dictionary_rows.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <iterator>

namespace ups::vars {
namespace {

/// Longest name looked up; no row comes near it.
constexpr std::size_t kMaxName = 128;

/// A name in the form rows are found by: lower case, `n` for every index. Never allocates.
class Key {
  public:
    constexpr Key() = default;
    constexpr explicit Key(std::string_view name) {
        for (std::size_t at = 0; at < name.size();) {
            const std::size_t dot = std::min(name.find('.', at), name.size());
            const std::string_view part = name.substr(at, dot - at);
            append(is_index(part) ? "n" : part);
            if (dot < name.size()) append(".");
            at = dot + 1;
        }
    }
    constexpr void append(std::string_view text) {
        for (const char c : text)
            if (size_ < kMaxName) text_[size_++] = ascii_lower(c);
    }
    [[nodiscard]] constexpr std::string_view view() const { return {text_.data(), size_}; }

    static constexpr bool is_index(std::string_view part) {
        return !part.empty() &&
               std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
    }

  private:
    std::array<char, kMaxName> text_{};
    std::size_t size_ = 0;
};

constexpr std::uint64_t hash_of(std::string_view key) {
    std::uint64_t hash = 0xCBF29CE484222325; // FNV-1a
    for (const char c : key)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    return hash ^ (hash >> 32);
}

/// Rows by their names: open addressing, laid out by the compiler, at most a quarter full.
template <std::size_t count> struct Index {
    static constexpr std::size_t kSlots = std::bit_ceil(count * 4);
    std::array<std::uint16_t, kSlots> row_plus_one{};

    template <class Row> constexpr explicit Index(const Row (&rows)[count]) {
        for (std::size_t row = 0; row < count; ++row) {
            std::size_t slot = hash_of(rows[row].name) % kSlots;
            while (row_plus_one[slot] != 0)
                slot = (slot + 1) % kSlots;
            row_plus_one[slot] = static_cast<std::uint16_t>(row + 1);
        }
    }
};

constexpr Index kVariableIndex(rows::kVariables);
constexpr Index kCommandIndex(rows::kCommands);

template <class Row, std::size_t count>
const Row* exact(const Row (&rows)[count], const Index<count>& index, std::string_view name) {
    std::size_t slot = hash_of(name) % index.kSlots;
    for (; index.row_plus_one[slot] != 0; slot = (slot + 1) % index.kSlots) {
        const Row& row = rows[index.row_plus_one[slot] - 1];
        if (row.name == name) return &row;
    }
    return nullptr;
}

/// `name` without what may stand before any name: a relay's mark and the place in a daisy chain.
std::string_view without_prefixes(std::string_view name) {
    constexpr std::string_view kUpstream = "upstream.";
    constexpr std::string_view kDevice = "device.";
    if (istarts_with(name, kUpstream)) name.remove_prefix(kUpstream.size());
    if (istarts_with(name, kDevice)) {
        const std::size_t dot = name.find('.', kDevice.size());
        if (dot != name.npos && Key::is_index(name.substr(kDevice.size(), dot - kDevice.size())))
            name.remove_prefix(dot + 1);
    }
    return name;
}

/// A family whose names may be looked up in another form when they have no row of their own.
struct Fallback {
    std::string_view from;
    std::string_view to;
    bool keep_rest = true;
};
// Groups reuse the names of outlets; what is not indexed speaks for the first or the whole.
constexpr Fallback kFallbacks[] = {
    {"ambient.n.contacts.n.", "ambient.n.contacts.x."},
    {"ambient.contacts.n.", "ambient.n.contacts.x."},
    {"outlet.group.n.", "outlet.n."},
    {"outlet.group.", "outlet.group.n."},
    {"outlet.", "outlet.n."},
    {"ambient.", "ambient.n."},
    {"driver.parameter.", "driver.parameter.*", false},
    {"driver.flag.", "driver.flag.*", false},
    {"", "experimental."},
};

template <class Row, std::size_t count>
const Row* find(const Row (&rows)[count], const Index<count>& index, std::string_view name) {
    if (name.size() > kMaxName) return nullptr;
    const Key key(without_prefixes(name));
    if (const Row* row = exact(rows, index, key.view())) return row;
    for (const Fallback& fallback : kFallbacks) {
        if (!key.view().starts_with(fallback.from)) continue;
        Key other;
        other.append(fallback.to);
        if (fallback.keep_rest) other.append(key.view().substr(fallback.from.size()));
        if (const Row* row = exact(rows, index, other.view())) return row;
    }
    return nullptr;
}

// --- three-phase names: the text of every combination is put together by the compiler ---

constexpr std::size_t kDomainCount = std::size(rows::kDomains);
constexpr std::size_t kContextCount = std::size(rows::kContexts);
constexpr std::size_t kSpecCount = std::size(rows::kSpecs);

constexpr std::uint8_t context_bit(std::string_view context) {
    if (context.empty()) return with_none;
    if (context.size() > 2) return with_voltages;
    return context == "N" ? with_neutral : with_phase;
}

template <class Append>
constexpr void compose(const PhaseDomainRow& domain, std::string_view context,
                       const PhaseSpecRow& spec, Append append) {
    append(domain.text);
    append(" ");
    append(spec.text);
    if (!context.empty()) {
        append(", ");
        append(context == "N" ? "neutral" : context);
    }
    if (!spec.unit.empty()) {
        append(" (");
        append(spec.unit);
        append(")");
    }
}

template <class Visit> constexpr void for_every_phase_name(Visit visit) {
    std::size_t index = 0;
    for (const PhaseDomainRow& domain : rows::kDomains)
        for (const std::string_view context : rows::kContexts)
            for (const PhaseSpecRow& spec : rows::kSpecs) {
                if ((spec.contexts & context_bit(context)) != 0)
                    visit(index, domain, context, spec);
                ++index;
            }
}

consteval std::size_t phase_text_size() {
    std::size_t size = 0;
    for_every_phase_name([&](std::size_t, const auto& domain, auto context, const auto& spec) {
        compose(domain, context, spec, [&](std::string_view part) { size += part.size(); });
    });
    return size;
}

struct PhaseTexts {
    struct Place {
        std::uint32_t at = 0;
        std::uint32_t size = 0; // 0: no such name
    };
    std::array<Place, kDomainCount * kContextCount * kSpecCount> places{};
    std::array<char, phase_text_size()> pool{};
};

consteval PhaseTexts phase_texts() {
    PhaseTexts texts;
    std::uint32_t end = 0;
    for_every_phase_name(
        [&](std::size_t index, const auto& domain, auto context, const auto& spec) {
            const std::uint32_t start = end;
            compose(domain, context, spec, [&](std::string_view part) {
                for (const char c : part)
                    texts.pool[end++] = c;
            });
            texts.places[index] = {start, end - start};
        });
    return texts;
}

constexpr PhaseTexts kPhaseTexts = phase_texts();

std::optional<std::string_view> describe_phase(std::string_view name) {
    for (std::size_t domain = 0; domain < kDomainCount; ++domain) {
        const std::string_view prefix = rows::kDomains[domain].domain;
        if (!istarts_with(name, prefix) || name.size() <= prefix.size() ||
            name[prefix.size()] != '.')
            continue;
        std::string_view rest = name.substr(prefix.size() + 1);
        const std::string_view first = rest.substr(0, rest.find('.'));
        std::size_t context = 0;
        for (std::size_t i = 1; i < kContextCount; ++i)
            if (iequals(first, rows::kContexts[i])) context = i;
        if (context != 0) rest.remove_prefix(std::min(first.size() + 1, rest.size()));
        for (std::size_t spec = 0; spec < kSpecCount; ++spec) {
            if (!iequals(rest, rows::kSpecs[spec].spec)) continue;
            const auto place =
                kPhaseTexts.places[(domain * kContextCount + context) * kSpecCount + spec];
            if (place.size == 0) return std::nullopt;
            return std::string_view(kPhaseTexts.pool.data() + place.at, place.size);
        }
    }
    return std::nullopt;
}

} // namespace

std::span<const VariableRow> variable_rows() noexcept {
    return rows::kVariables;
}
std::span<const CommandRow> command_rows() noexcept {
    return rows::kCommands;
}
std::span<const StatusRow> status_rows() noexcept {
    return rows::kStatus;
}
std::span<const PhaseSpecRow> phase_spec_rows() noexcept {
    return rows::kSpecs;
}
std::span<const PhaseDomainRow> phase_domain_rows() noexcept {
    return rows::kDomains;
}
std::span<const std::string_view> phase_contexts() noexcept {
    return std::span(rows::kContexts).subspan(1);
}

const VariableRow* find_variable(std::string_view name) noexcept {
    return find(rows::kVariables, kVariableIndex, name);
}

const CommandRow* find_command(std::string_view name) noexcept {
    return find(rows::kCommands, kCommandIndex, name);
}

const StatusRow* find_status(std::string_view word) noexcept {
    const auto* const at = std::ranges::find(rows::kStatus, word, &StatusRow::word);
    return at != std::end(rows::kStatus) ? at : nullptr;
}

std::optional<std::string_view> describe_variable(std::string_view name) noexcept {
    if (const VariableRow* row = find_variable(name)) return row->text;
    return describe_phase(without_prefixes(name));
}

std::optional<std::string_view> describe_command(std::string_view name) noexcept {
    if (const CommandRow* row = find_command(name)) return row->text;
    return std::nullopt;
}

} // namespace ups::vars
