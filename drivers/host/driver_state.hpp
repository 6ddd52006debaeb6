// SPDX-License-Identifier: Apache-2.0
/// The state that the driver socket shows: what the plugin published, on top of what the host says itself.
///
/// Lines are those of `lib/proto/driver_line.hpp`, each at most `kMaxDriverLine` bytes, always escaped.
#pragma once

#include "drivers/host/change.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ups::host {

class DriverState {
  public:
    /// Takes what the plugin changed and appends the lines that tell it to `lines`. Nothing is appended
    /// for what was so already.
    void apply(const Changes& changes, std::string& lines);

    /// Publishes a variable of the host's own. The plugin's value of the same name, if any, wins
    /// (dumps that are replayed bring their own `driver.*`).
    void set_own(std::string_view name, Variable variable, std::string& lines);
    /// As `set_own`, but wins over the plugin: a client changed a setting of the host.
    void force_own(std::string_view name, Variable variable, std::string& lines);
    void remove_own(std::string_view name, std::string& lines);
    void add_own_command(std::string_view name, std::string& lines);
    void remove_own_command(std::string_view name, std::string& lines);

    /// DATAOK or DATASTALE, on change only.
    void set_stale(bool stale, std::string& lines);
    [[nodiscard]] bool is_stale() const noexcept { return stale_; }

    [[nodiscard]] const Variable* find(std::string_view name) const;
    /// The command as it was added, or nothing.
    [[nodiscard]] std::optional<std::string_view> find_command(std::string_view name) const;
    [[nodiscard]] bool is_own_command(std::string_view name) const;
    [[nodiscard]] const Variables& variables() const noexcept { return variables_; }
    [[nodiscard]] const Commands& commands() const noexcept { return commands_; }

    /// The answer to DUMPALL; a view that is valid until the state changes.
    [[nodiscard]] std::string_view dump() const;
    /// The lines of one variable in a dump; nothing if there is no such variable.
    void append_variable(std::string_view name, std::string& lines) const;

  private:
    void put(const std::string& name, const Variable& variable, std::string& lines);
    void drop(const std::string& name, std::string& lines);
    void put_command(const std::string& name, std::string& lines);
    void drop_command(const std::string& name, std::string& lines);

    Variables variables_;  // as shown
    Variables own_;
    Commands plugin_names_;  // variables that the plugin published
    Commands commands_;
    Commands own_commands_;
    bool stale_ = true;
    mutable std::string dump_;
    mutable bool dump_valid_ = false;
};

/// Appends the difference between two states of a variable as lines. `before` null: it is new.
void append_difference(std::string_view name, const Variable* before, const Variable& after,
                       std::string& lines);

}  // namespace ups::host
