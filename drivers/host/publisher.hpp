// SPDX-License-Identifier: Apache-2.0
/// Collects what a plugin publishes during one callback and tells, at its end, what became different.
///
/// Lives on the plugin's thread. Composes `ups.status` and `ups.alarm`, applies `default.` and
/// `override.` values, and copies `ups.mfr`, `ups.model` and `ups.serial` to `device.*`.
#pragma once

#include "drivers/host/change.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace ups::host {

/// What the configuration says about values.
struct PublishRules {
    std::map<std::string, std::string, ILess> defaults;   ///< until the device says otherwise
    std::map<std::string, std::string, ILess> overrides;  ///< whatever the device says
    bool ignore_lb = false;  ///< LB comes from charge and runtime, never from the device
};

class Publisher {
  public:
    explicit Publisher(PublishRules rules);

    // The services of `upsdrv_host` of the same names; results are UPSDRV_... codes.
    std::int32_t set_var(std::string_view name, std::string_view value);
    std::int32_t del_var(std::string_view name);
    std::int32_t var_flags(std::string_view name, std::uint32_t flags, std::uint32_t max_length);
    std::int32_t add_enum(std::string_view name, std::string_view value);
    std::int32_t del_enum(std::string_view name, std::string_view value);
    std::int32_t add_range(std::string_view name, std::string_view min, std::string_view max);
    std::int32_t del_range(std::string_view name, std::string_view min, std::string_view max);
    std::int32_t add_command(std::string_view name);
    std::int32_t del_command(std::string_view name);
    /// As clients see it after this callback; valid until the next call. Nothing if absent.
    [[nodiscard]] std::optional<std::string_view> get_var(std::string_view name);
    std::int32_t set_status(std::string_view words);
    std::int32_t set_alarm(std::string_view text);
    void clear();

    /// The callback is over: what is different from the last time, variables in order of their names.
    [[nodiscard]] Changes commit();

  private:
    [[nodiscard]] Variable* draft(std::string_view name);
    [[nodiscard]] std::optional<Variable> wanted(std::string_view name) const;
    [[nodiscard]] std::optional<Variable> composed(std::string_view name) const;
    [[nodiscard]] std::string composed_status() const;
    [[nodiscard]] bool is_battery_low() const;
    [[nodiscard]] bool is_below(std::string_view name, std::string_view limit) const;
    void touch(std::string_view name);

    PublishRules rules_;
    Variables draft_;      // what the plugin said
    Variables published_;  // what clients were told
    Commands touched_;     // names whose published value may differ
    Commands draft_commands_;
    Commands published_commands_;
    std::optional<std::string> status_;
    std::string alarm_;
    std::string answer_;  // of get_var
};

}  // namespace ups::host
