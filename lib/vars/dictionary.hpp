// SPDX-License-Identifier: Apache-2.0
/// What the names on the wire mean: one row per variable, instant command and status word. The
/// answers to `GET DESC` and `GET CMDDESC`, the demo and docs/variables.md come from these rows.
///
///     name     = [ "upstream." ] [ "device." index "." ] rest     any case
///     rest     = a row, with an index where the row says `n` or `x`
///              / DOMAIN [ "." CONTEXT ] "." SPEC                   three-phase names
///
/// Everything returned views constant data of the program and stays valid for ever.
#pragma once

#include "lib/vars/descriptions.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace ups::vars {

enum class Kind : std::uint8_t {
    number, ///< plain decimal, in `unit`
    text,   ///< short text
    opaque, ///< maker's text that a program must not interpret
    words,  ///< one word of `words`
};

/// Whether devices let it be set. What one device allows is in its `LIST RW`.
enum class Access : std::uint8_t { never, some, often };

/// Closed interval; none if `low > high`.
struct Bounds {
    std::int32_t low = 1;
    std::int32_t high = 0;
    [[nodiscard]] constexpr bool given() const noexcept { return low <= high; }
};

/// A variable, or a family of them: a part `n` or `x` of the name stands for an index from 1, a
/// last part `*` for any text.
struct VariableRow {
    std::string_view name;
    Kind kind = Kind::opaque;
    Access access = Access::never;
    std::string_view text;  ///< one short line for people
    std::string_view unit;  ///< "V", "s", …; empty: none
    std::string_view words; ///< of `Kind::words`: comma-separated
    Bounds bounds;
};

struct CommandRow {
    std::string_view name;
    std::string_view text;
    std::string_view parameter; ///< what the optional parameter is ("seconds"); empty: takes none
};

/// A word of `ups.status`.
struct StatusRow {
    enum class Source : std::uint8_t { driver, host, server };
    std::string_view word;
    std::string_view text;
    Source source;     ///< who puts it there: the plugin, the driver host, or `upsd`
    bool for_shutdown; ///< decisions to shut down look at it
};

/// Three-phase names: which contexts a SPEC takes, as bits.
enum PhaseContext : std::uint8_t {
    with_none = 1,     ///< DOMAIN.SPEC
    with_phase = 2,    ///< L1 L2 L3
    with_neutral = 4,  ///< N
    with_voltages = 8, ///< L1-N … and L1-L2 …
};
struct PhaseSpecRow {
    std::string_view spec;
    std::string_view text; ///< continues the name of a domain: "Input" + " current"
    std::string_view unit;
    Kind kind;
    std::uint8_t contexts; ///< of `PhaseContext`
};
struct PhaseDomainRow {
    std::string_view domain;
    std::string_view text;
};

[[nodiscard]] std::span<const VariableRow> variable_rows() noexcept;
[[nodiscard]] std::span<const CommandRow> command_rows() noexcept;
[[nodiscard]] std::span<const StatusRow> status_rows() noexcept;
[[nodiscard]] std::span<const PhaseSpecRow> phase_spec_rows() noexcept;
[[nodiscard]] std::span<const PhaseDomainRow> phase_domain_rows() noexcept;
/// L1, L2, L3, N, L1-N, … in the order of the table of texts.
[[nodiscard]] std::span<const std::string_view> phase_contexts() noexcept;

/// The row for a name as a driver spells it. Nothing for a name that no row describes, and for the
/// composed three-phase names that have no row of their own.
[[nodiscard]] const VariableRow* find_variable(std::string_view name) noexcept;
[[nodiscard]] const CommandRow* find_command(std::string_view name) noexcept;
/// Words are compared exactly, as on the wire.
[[nodiscard]] const StatusRow* find_status(std::string_view word) noexcept;

/// Text for people about a variable (`GET DESC`), three-phase names included.
[[nodiscard]] std::optional<std::string_view> describe_variable(std::string_view name) noexcept;
/// Text for people about an instant command (`GET CMDDESC`).
[[nodiscard]] std::optional<std::string_view> describe_command(std::string_view name) noexcept;

/// The same for those who take an interface. The texts live as long as the program.
class Dictionary final : public Descriptions {
  public:
    [[nodiscard]] std::optional<std::string_view>
    variable(std::string_view name) const noexcept override {
        return describe_variable(name);
    }
    [[nodiscard]] std::optional<std::string_view>
    command(std::string_view name) const noexcept override {
        return describe_command(name);
    }
};

} // namespace ups::vars
