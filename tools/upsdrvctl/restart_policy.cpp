// SPDX-License-Identifier: Apache-2.0
#include "tools/upsdrvctl/restart_policy.hpp"

#include <algorithm>

namespace ups::upsdrvctl {

Duration RestartPolicy::ended(Instant now) noexcept {
    if (now - start_ >= limits_.settled) {
        pause_ = limits_.first;
        failures_ = 0;
    }
    ++failures_;
    const Duration pause = pause_;
    pause_ = std::min(pause_ * 2, limits_.longest);
    return pause;
}

}  // namespace ups::upsdrvctl
