// SPDX-License-Identifier: Apache-2.0
/// The recovery plan: when power is back, the WAKE lines of upsmon.conf in order. Pure: no I/O, no clock; the
/// same plan, state, event and time give the same result, always.
///
///     idle --Needed--> waiting --mains on for STABLE, CHARGE and RUNTIME (or ATMOST)--> acting
///     acting --done--> login --host is logged in--> pausing --PAUSE--> acting, the next one;
///       |               |                              ^               after the last: idle
///       `---------------`-- refused or TIMEOUT over ---'-- with ELSE STOP: stopped
///     mains lost, in any phase but idle --> waiting, and all steps anew
///
/// A step whose host is logged in already is done: nothing is sent to it. So steps that were taken before
/// the mains failed again, or by an earlier process, cost nothing when they are gone through once more.
#pragma once

#include "conf/parse/upsmon_conf.hpp"
#include "lib/base/clock.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ups::upsmon::recovery {

struct Plan {
    conf::Recovery when;
    std::vector<conf::WakeStep> steps;  ///< none: `Needed` does nothing
};

/// What is known of the UPSes together: `lost` if one is on battery, `on` if all are known and on mains.
enum class Mains : std::uint8_t { unknown, lost, on };

/// Numbers of an order: a result that comes for an earlier one says nothing.
using Ticket = std::uint32_t;

namespace event {
/// Hosts have gone down, or may have: a shutdown was called off, or this host started after one.
struct Needed {};
struct Supply {
    Mains mains = Mains::unknown;
    std::optional<double>
        charge{};  ///< the least of the UPSes, in percent; none: one does not tell
    std::optional<double> runtime{};  ///< the least, in seconds
};
/// What became of a `Wake` order. An outlet: the UPS confirmed or refused; LAN: the packet was sent;
/// COMMAND: it ended.
struct Result {
    Ticket ticket = 0;
    bool is_done = false;
    std::string why{};  ///< it is not: one line
};
/// Who is logged in to the servers now, by LIST CLIENT.
struct Clients {
    std::vector<std::string> addresses;
};
struct Tick {};
}  // namespace event

using Event =
    std::variant<event::Needed, event::Supply, event::Result, event::Clients, event::Tick>;

enum class Phase : std::uint8_t { idle, waiting, acting, login, pausing, stopped };

struct State {
    Phase phase = Phase::idle;
    event::Supply supply{};
    std::vector<std::string> clients{};  ///< told last
    std::optional<Instant> on_since{};   ///< mains on without a break
    std::size_t step = 0;                ///< in `acting`, `login`, `pausing`
    std::size_t failed = 0;              ///< steps of this pass
    Instant since{};    ///< acting, login: start of the step; pausing: of the pause
    Ticket ticket = 0;  ///< of the last `Wake`
};

struct Order {
    enum class Kind : std::uint8_t {
        wake,    ///< take `Plan::steps[step]`, and answer with `Result` and `ticket`
        told,    ///< raise WAKE with `text`
        failed,  ///< raise WAKEFAIL with `text`
        log,     ///< `text`: only to be logged
    };
    Kind kind = Kind::log;
    std::size_t step = 0;
    Ticket ticket = 0;
    std::string text{};
    bool operator==(const Order&) const = default;
};

struct Turn {
    State state;
    std::vector<Order> orders;        ///< in order
    std::optional<Instant> deadline;  ///< when to send a `Tick` at the latest
};

/// What `event` leads to at `now`, which is monotonic. `state` is of this plan: with another one begin anew.
[[nodiscard]] Turn take(const Plan& plan, State state, const Event& event, Instant now);

/// Whether who is logged in is to be asked for: a step waits for its host, or is about to be taken.
[[nodiscard]] bool wants_clients(const Plan& plan, const State& state);

/// Whether a client at `address` (as LIST CLIENT shows it) is the host `login`: the same text in any case of
/// letters, or the same IP address, IPv4 mapped into IPv6 included.
[[nodiscard]] bool is_host(std::string_view login, std::string_view address);

}  // namespace ups::upsmon::recovery
