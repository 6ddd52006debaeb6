// SPDX-License-Identifier: Apache-2.0
/// The recovery plan in fast time: what would be woken, and when. Every step is taken to work, and a host
/// that is waited for to log in a while after it was woken.
#pragma once

#include "tools/upsmon/recovery/recovery.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace ups::upsmon::plan {

class RecoveryDrill {
  public:
    /// `plan` outlives it. `hosts_start`: from the wake-up to the log-in.
    RecoveryDrill(const recovery::Plan& plan, std::chrono::seconds hosts_start)
        : plan_(plan), hosts_start_(hosts_start) {}

    /// Hosts are down from now on. Without WAKE lines nothing follows.
    void begin(Instant now) { take(recovery::event::Needed{}, now); }
    /// What the UPSes say; also what is due by now.
    void see(const recovery::event::Supply& supply, Instant now);
    /// When something is due if nothing changes.
    [[nodiscard]] std::optional<Instant> deadline() const;
    [[nodiscard]] bool is_over() const;
    /// What happened since the last call, a line each.
    [[nodiscard]] std::vector<std::string> take_news();

  private:
    void take(const recovery::Event& event, Instant now);
    void answer(const recovery::Order& order, Instant now);

    const recovery::Plan& plan_;
    std::chrono::seconds hosts_start_;
    recovery::State state_;
    std::optional<Instant> deadline_;
    std::optional<Instant> login_at_;
    std::vector<std::string> news_;
};

/// "send the wake-up packet to 00:11:22:aa:bb:cc", "switch on outlet 1 of rack1@localhost".
[[nodiscard]] std::string wake_text(const conf::WakeStep& step);
/// When hosts are woken: "after 1 min on mains, with a charge of 40 % or more; after 2 h on mains in any
/// case".
[[nodiscard]] std::string recovery_text(const conf::Recovery& when);

}  // namespace ups::upsmon::plan
