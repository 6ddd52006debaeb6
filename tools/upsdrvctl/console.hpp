// SPDX-License-Identifier: Apache-2.0
/// What upsdrvctl tells people: lines on stderr, in the shape of the incumbent's debug output when
/// debugging is on (seconds since the start, a tab, the level).
#pragma once

#include "lib/base/clock.hpp"

#include <string_view>

namespace ups::upsdrvctl {

class Console {
  public:
    /// `clock` outlives the console.
    Console(const Clock& clock, unsigned debug) : clock_(clock), start_(clock.now()), debug_(debug) {}
    /// A message for everyone.
    void say(std::string_view text) const;
    /// A message for those who asked for this much with -D.
    void debug(unsigned level, std::string_view text) const;

  private:
    const Clock& clock_;
    Instant start_;
    unsigned debug_;
};

}  // namespace ups::upsdrvctl
