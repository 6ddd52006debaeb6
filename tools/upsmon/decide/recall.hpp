// SPDX-License-Identifier: Apache-2.0
/// What outlives the process that learned it. A UPS that was on battery and is out of reach when a worker
/// dies is not to count as never seen, which is fine for ever, with the next one.
#pragma once

#include "tools/upsmon/decide/state.hpp"

#include <cstdint>
#include <optional>

namespace ups::upsmon {

struct Remembered {
    std::uint64_t monitor = 0;  ///< hash of the MONITOR line's name
    Words words{};
    Mains mains = Mains::unknown;
    bool operator==(const Remembered&) const = default;
};

/// What the next process is to know of a UPS; nothing if it was never seen. A forced shutdown is not
/// remembered so: whose it is, and whether it is doubted, would be lost.
[[nodiscard]] std::optional<Remembered> remembered(const State& state, FeedIndex feed);

/// Takes what an earlier process knew into the `initial` state, for the feed of that name if it is still
/// there. It is not a reading: the UPS has to be reached, DEADTIME counts from now, and what the UPS says is
/// judged as a change of this.
void recall(State& state, const Remembered& known);

}  // namespace ups::upsmon
