// SPDX-License-Identifier: Apache-2.0
/// RULE lines of upsmon.conf: what to do when readings meet a condition.
///
///     rule       = "RULE" name "WHEN" condition [ "FOR" time ]
///                  "DO" action *( "THEN" action ) [ "ELSE" action *( "THEN" action ) ]
///     condition  = all *( "OR" all )
///     all        = test *( "AND" test )
///     test       = [ "NOT" ] [ subject ] ( comparison / word )
///     subject    = ups / ( "ANY" / "ALL" ) ( group / "UPS" )     left out: that of the test before
///     comparison = quantity ( "<" / "<=" / ">" / ">=" / "=" / "!=" ) number [ "HYSTERESIS" number ]
///     quantity   = "charge" / "runtime" / "load" / "temperature" / "on-battery" / variable
///     word       = "IS" [ "NOT" ] status
///     action     = [ "AFTER" time ] ( "RUN" command / "SEND" command [ parameter ] [ at ]
///                / "OUTLET" outlet ( "on" / "off" ) [ at ] / "OUTLET.GROUP" group ( "on" / "off" ) [ at ]
///                / "NOTIFY" text / "SHUTDOWN" / "FSD" )
///     at         = "AT" ups
///     number     = decimal [ "%" / "s" / "m" / "h" ]             m, h: minutes, hours of seconds
///     time       = number
///
/// Keywords in any case; AND binds tighter than OR; HYSTERESIS and FOR may change places behind the
/// last comparison. `on-battery` is the time since the UPS went on battery, in seconds.
///
/// What it means. A test whose value is missing, stale or no number is unknown. The condition has to
/// be true without a break for FOR seconds; then the rule fires and its actions are taken, each AFTER
/// more seconds than the one before as long as the condition stays true. It rests when the condition is
/// false, with HYSTERESIS added to each comparison in the direction that keeps it true; then the
/// ELSE actions are taken, once, and it may fire again. Unknown fires nothing and ends nothing.
#pragma once

#include "conf/parse/problem.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ups::conf {

struct UpsmonConf;

inline constexpr std::size_t kMaxRules = 100;
inline constexpr std::size_t kMaxRuleTests = 8;    ///< in one condition
inline constexpr std::size_t kMaxRuleActions = 8;  ///< DO and ELSE together

enum class Quantifier : std::uint8_t { one, any, all };
enum class Quantity : std::uint8_t {
    variable,    ///< a number that the UPS publishes
    on_battery,  ///< seconds since it went on battery; 0 on mains
    status,      ///< a word of ups.status
};
enum class Comparison : std::uint8_t { lt, le, gt, ge, eq, ne };

/// One test. NOT is worked in: it turns the comparison around and ANY into ALL.
struct RuleTest {
    Quantifier quantifier = Quantifier::one;
    std::string subject;  ///< one: `MonitorLine::text`; any, all: a group, empty for every UPS
    Quantity quantity = Quantity::variable;
    std::string name;  ///< variable in lower case, or status word in upper case
    Comparison comparison = Comparison::lt;  ///< status: eq (is there) or ne
    double number = 0;
    double hysteresis = 0;

    bool operator==(const RuleTest&) const = default;
};

enum class ActionKind : std::uint8_t {
    run,           ///< `text` through the shell, as RUN_AS_USER
    send,          ///< the instant command `text` with `parameter`
    outlet,        ///< switches outlet `text`
    outlet_group,  ///< switches outlet group `text`
    notify,        ///< notification RULE with `text`
    shutdown,      ///< shuts this host down, as if its supplies had failed
    fsd,           ///< forced shutdown: as `upsmon -c fsd`
};

struct RuleAction {
    ActionKind kind = ActionKind::notify;
    std::string text;       ///< command, or number of an outlet, or its `outlet.N.name`, or message
    std::string parameter;  ///< `send`: may be empty; `outlet...`: "on" or "off"
    std::string ups;        ///< `MonitorLine::text` of the UPS acted on; empty if it is about none
    std::chrono::seconds after{
        0};  ///< since the rule fired; never less than that of the action before

    bool operator==(const RuleAction&) const = default;
};

struct Rule {
    std::string name;
    std::string condition;                      ///< as people read it, for logs
    std::vector<std::vector<RuleTest>> any_of;  ///< OR of ANDs; never empty
    std::chrono::seconds hold{0};               ///< FOR
    std::vector<RuleAction> actions;            ///< never empty
    std::vector<RuleAction> otherwise;          ///< ELSE
    Place place;
};

/// A RULE line kept until all MONITOR lines are known.
struct RuleLine {
    std::vector<std::string> words;  ///< with "RULE"
    std::vector<Place> places;
};

/// Parses `lines` into `conf.rules`; UPSes and groups are those of `conf.monitors`.
void parse_rules(UpsmonConf& conf, const std::vector<RuleLine>& lines,
                 std::vector<Problem>& problems);

}  // namespace ups::conf
