// SPDX-License-Identifier: Apache-2.0
/// What an action of a rule asks of the program. Pure.
#pragma once

#include "tools/upsmon/plan/plan.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ups::upsmon::plan {

enum class OutletKind : std::uint8_t { outlet, group };
enum class Position : std::uint8_t { off, on };

/// An outlet as people write it.
struct OutletSwitch {
    OutletKind kind = OutletKind::outlet;
    std::string outlet;  ///< its number, or its name
    Position position = Position::off;
    bool operator==(const OutletSwitch&) const = default;
};

/// The instant command for it, "outlet.2.load.off" or "outlet.group.2.load.off", if `outlet` is a number;
/// nothing for a name.
[[nodiscard]] std::optional<std::string> switch_command(const OutletSwitch& wanted);
/// The same for a name, in any case: that of outlet.N.name, of outlet.N.desc if no outlet has such a name,
/// or of outlet.group.N.name. `rows`: variables of the UPS, name and value. Nothing if there is none.
[[nodiscard]] std::optional<std::string>
switch_command(const OutletSwitch& wanted, std::span<const std::vector<std::string>> rows);

namespace request {

struct Run {
    std::string rule;
    std::string command;  ///< for the shell
    bool operator==(const Run&) const = default;
};
struct Send {
    UpsIndex ups = 0;
    std::string command;
    std::string parameter;
    bool operator==(const Send&) const = default;
};
struct Switch {
    UpsIndex ups = 0;
    OutletSwitch outlet;
    bool operator==(const Switch&) const = default;
};
struct Notify {
    std::string rule;
    UpsIndex ups = 0;  ///< that of the rule's first test: whose values the text may name
    std::string text;
    bool operator==(const Notify&) const = default;
};
/// Of this host alone.
struct ShutDown {
    bool operator==(const ShutDown&) const = default;
};
/// Of everything.
struct Fsd {
    bool operator==(const Fsd&) const = default;
};

}  // namespace request

using Request = std::variant<request::Run, request::Send, request::Switch, request::Notify,
                             request::ShutDown, request::Fsd>;

/// What `action` of the rule at position `rule` asks for.
[[nodiscard]] Request request_of(const Plan& plan, std::size_t rule,
                                 const conf::RuleAction& action);

}  // namespace ups::upsmon::plan
