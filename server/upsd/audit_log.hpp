// SPDX-License-Identifier: Apache-2.0
/// The audit trail: who did what from where, and how it ended, as log lines.
///
///     info audit session=7 user=admin peer=192.0.2.1:40000 action="SET VAR" ups=rack1 item=ups.id value=x
///     outcome=OK
#pragma once

#include "lib/base/clock.hpp"
#include "lib/base/log.hpp"
#include "server/upsd/access.hpp"

#include <cstdint>

namespace ups::upsd {

class AuditLog final : public Audit {
  public:
    /// Refused commands cost a stranger nothing, so their lines are limited: this many at once, refilled
    /// at `kPerSecond`. Lines about what was done are never left out.
    static constexpr unsigned kBurst = 50;
    static constexpr unsigned kPerSecond = 5;

    /// Both outlive the object. The logger should let `info` through whatever else is kept quiet.
    AuditLog(const Logger& logger, const Clock& clock);
    void record(const AuditRecord& what) override;
    void answered(std::string_view ups, std::string_view tracking,
                  std::string_view outcome) override;

  private:
    bool may_write_refusal();

    Logger logger_;
    const Clock& clock_;
    Instant refilled_;
    unsigned tokens_ = kBurst;
    std::uint64_t left_out_ = 0;
};

}  // namespace ups::upsd
