// SPDX-License-Identifier: Apache-2.0
/// What is known of one UPS: its variables and commands, ready to be sent.
///
/// Each variable holds its rendered reply line, rebuilt only when it changes, so that answering a
/// client is a look-up and an append. Lists are rendered once and kept until something in them
/// changes.
#pragma once

#include "lib/vars/change_log.hpp"
#include "lib/vars/name_index.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ups::vars {

/// What a driver may say about one UPS. More is ignored, and reported by the function that refuses
/// it.
inline constexpr std::size_t kMaxVariables = 16384;
inline constexpr std::size_t kMaxCommands = 4096;
inline constexpr std::size_t kMaxEnums = 1024;
inline constexpr std::size_t kMaxRanges = 256;

enum class Outcome : std::uint8_t {
    changed,
    unchanged,
    refused,  ///< a limit, a name that is none, or metadata of a variable that does not exist
};

/// The words of SETFLAGS.
struct VarFlags {
    bool writable = false;
    bool string = false;
    bool number = false;
    friend bool operator==(const VarFlags&, const VarFlags&) = default;
};

/// Bounds as the driver wrote them; both are decimal numbers.
struct Range {
    std::string least;
    std::string most;
    friend bool operator==(const Range&, const Range&) = default;
};

class UpsState {
  public:
    using VarId = std::uint16_t;
    static constexpr VarId kNoVar = NameIndex::kNone;

    /// `ups_name` is the configured spelling.
    explicit UpsState(std::string ups_name);

    // --- What the driver says. Names that do not exist yet are kept in the driver's spelling. ---

    Outcome set(std::string_view name, std::string_view value);
    Outcome remove(std::string_view name);
    Outcome set_flags(std::string_view name, VarFlags flags);
    /// Longest string, for SET and GET TYPE.
    Outcome set_length(std::string_view name, std::uint32_t length);
    Outcome add_enum(std::string_view name, std::string_view value);
    Outcome remove_enum(std::string_view name, std::string_view value);
    /// Bounds must be decimal numbers; else `refused`.
    Outcome add_range(std::string_view name, std::string_view least, std::string_view most);
    Outcome remove_range(std::string_view name, std::string_view least, std::string_view most);
    Outcome add_command(std::string_view name);
    Outcome remove_command(std::string_view name);
    /// Forgets all variables and commands.
    void clear();
    /// Between these two, everything that is said again is marked; what was not is removed at the
    /// end. An end without a beginning does nothing.
    void begin_sweep();
    void end_sweep();

    /// Shows `FSD ` in front of ups.status to readers (not in LIST RW).
    void show_forced_shutdown(bool shown);
    [[nodiscard]] bool shows_forced_shutdown() const noexcept { return forced_shutdown_; }

    // --- What clients ask. ---

    [[nodiscard]] const std::string& ups_name() const noexcept { return ups_name_; }
    [[nodiscard]] std::size_t size() const noexcept { return index_.size(); }
    [[nodiscard]] VarId find(std::string_view name) const;
    /// For callers that keep ids: while this stays the same, ids stand for what they stood for.
    [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }

    /// All of these need a valid `id`. Views last until the variable changes.
    [[nodiscard]] std::string_view name(VarId id) const;
    /// As the driver said it: without FSD.
    [[nodiscard]] std::string_view value(VarId id) const;
    [[nodiscard]] VarFlags flags(VarId id) const { return vars_[id].flags; }
    [[nodiscard]] std::uint32_t length(VarId id) const { return vars_[id].length; }
    [[nodiscard]] std::span<const std::string> enums(VarId id) const;
    [[nodiscard]] std::span<const Range> ranges(VarId id) const;
    /// The command in the driver's spelling.
    [[nodiscard]] std::optional<std::string_view> command(std::string_view name) const;

    /// `VAR su700 ups.status "OB LB"` LF.
    [[nodiscard]] std::string_view line(VarId id) const;
    /// Where `generation()` and `line(id)` look, for fetching it ahead. Says nothing of what is there.
    [[nodiscard]] std::array<const void*, 3> memory_of(VarId id) const noexcept {
        return {&generation_, &vars_[id], vars_[id].text.get()};
    }
    /// The line's end, from the blank in front of the value: ` "OB LB"` LF.
    [[nodiscard]] std::string_view line_value(VarId id) const;
    /// The lines between BEGIN LIST and END LIST, with the configured spelling of the UPS.
    [[nodiscard]] std::string_view list_var() const;
    [[nodiscard]] std::string_view list_rw() const;
    [[nodiscard]] std::string_view list_cmd() const;
    /// Variables and commands in the order of the lists.
    [[nodiscard]] std::span<const VarId> sorted() const;
    [[nodiscard]] std::span<const std::string> commands() const { return commands_; }
    /// Appends ` "value"` LF of LIST RW: without FSD.
    void append_plain_value(std::string& out, VarId id) const;

    // --- Who follows changes. ---

    /// Starts or ends keeping track; costs nothing while off. Calls count.
    void follow_changes(bool on);
    /// Null while nobody follows.
    [[nodiscard]] const ChangeLog* changes() const noexcept { return changes_.get(); }

    /// Bytes on the heap, about, for tests of the memory budget.
    [[nodiscard]] std::size_t memory() const noexcept;

  private:
    struct Metadata {
        std::vector<std::string> enums;
        std::vector<Range> ranges;
    };
    /// `text` is the line, and behind it the value if the line shows it otherwise (escaped, cut,
    /// FSD).
    struct Variable {
        std::unique_ptr<char[]> text;
        std::unique_ptr<Metadata> metadata;
        std::uint32_t length = 0;
        std::uint16_t line_size = 0;
        std::uint16_t value_size = 0;
        std::uint16_t value_at = 0;
        std::uint8_t name_size = 0;
        VarFlags flags;
        bool marked = false;
    };
    struct Block {
        std::string text;
        bool fresh = false;
    };

    [[nodiscard]] auto name_of() const {
        return [this](VarId id) { return name(id); };
    }
    void render(Variable& variable, std::string_view name, std::string_view value);
    void render_verbatim(Variable& variable, std::string_view name, std::string_view value);
    VarId take_id();
    void drop(VarId id);
    void touch(VarId id);
    Metadata* metadata_of(std::string_view name, VarId& id);

    std::string ups_name_;
    std::string prefix_;  // `VAR su700 `
    NameIndex index_;
    std::vector<VarId> free_;
    std::vector<std::string> commands_;  // sorted
    std::vector<std::string> swept_commands_;
    mutable std::vector<VarId> sorted_;
    mutable bool is_sorted_ = true;
    mutable Block list_var_;
    mutable Block list_rw_;
    mutable Block list_cmd_;
    std::unique_ptr<ChangeLog> changes_;
    unsigned followers_ = 0;
    bool sweeping_ = false;
    bool forced_shutdown_ = false;
    // Needed for each request: together, and next to the driver link's behind them.
    std::uint64_t generation_ = 0;  // counts variables that went
    std::vector<Variable> vars_;
};

}  // namespace ups::vars
