// SPDX-License-Identifier: Apache-2.0
/// The commands of the network protocol as rows: dispatch, checks and HELP read the same table.
///
/// A command is a verb, or a verb and a sub-command (`GET VAR`). Checks run in the order of the
/// columns: clear text, credentials, number of arguments, UPS, its data, right to read.
#pragma once

#include "lib/vars/name_index.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ups::upsd {

struct Call;

enum class Access : std::uint8_t {
    any,
    read, ///< anybody, unless reads are authenticated
    user, ///< needs USERNAME and PASSWORD; rights are the handler's question
};

/// What another spelling of the command is.
enum class Alias : std::uint8_t {
    none,
    equal, ///< both are in use
    draft, ///< only the specification knows it: shows that the client speaks `Dialect::draft`
};

/// What the first argument must be.
enum class Needs : std::uint8_t {
    nothing,
    ups,  ///< a configured UPS, else UNKNOWN-UPS
    data, ///< one with good data, else DRIVER-NOT-CONNECTED or DATA-STALE
};

enum class InClear : std::uint8_t {
    refused, ///< TLS-NOT-ENABLED from remote hosts, unless configured otherwise
    allowed,
};

enum class Audited : std::uint8_t { when_refused, always };

struct CommandRow {
    std::string_view verb;
    std::string_view sub;   ///< empty: the verb alone
    std::string_view alias; ///< of `sub` if there is one, else of `verb`
    Alias alias_kind;
    Access access;
    std::uint8_t least; ///< arguments behind the command
    std::uint8_t most;  ///< `kAnyMore`: surplus ones are ignored
    Needs needs;
    InClear in_clear;
    Audited audited;
    void (*handler)(Call& call);
};

inline constexpr std::uint8_t kAnyMore = 0xFF;

[[nodiscard]] std::span<const CommandRow> command_rows() noexcept;

/// Finds rows by words.
class CommandTable {
  public:
    CommandTable();

    struct Verb {
        std::string_view name;
        const CommandRow* alone = nullptr; ///< null: it needs a sub-command
        Access access = Access::any;       ///< of all its rows
        InClear in_clear = InClear::refused;
        std::vector<std::pair<std::string_view, const CommandRow*>> subs;
        vars::NameIndex sub_index;
    };
    /// Case-insensitive; null if there is no such verb.
    [[nodiscard]] const Verb* find(std::string_view word) const;
    /// The row of `verb` for a sub-command; null if there is none.
    [[nodiscard]] static const CommandRow* find_sub(const Verb& verb, std::string_view word);
    /// The answer to HELP, without LF.
    [[nodiscard]] const std::string& help() const noexcept { return help_; }

  private:
    void add_verb(std::string_view name, const CommandRow& row);

    std::vector<Verb> verbs_;
    vars::NameIndex index_;
    std::string help_;
};

} // namespace ups::upsd
