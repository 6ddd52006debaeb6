// SPDX-License-Identifier: Apache-2.0
/// `upsdrv --probe`: which plugin fits the device at a port.
#pragma once

#include "drivers/host/environment.hpp"
#include "drivers/transport/link.hpp"

#include <span>
#include <string>

namespace ups::host {

struct ProbeInput {
    std::string target;  ///< driver name or path of a plugin; `all`: each one that can say
    bool json = false;
    conf::UpsSection section;  ///< `port` and options
    std::string conf_folder;
};

/// Opens the link of each plugin, asks its `probe`, and prints one line per plugin on stdout:
/// `NAME SCORE` (0: not its device), or `NAME - REASON` where there is no answer; as JSON, an array of
/// `{"plugin", "score", "problem"}`. Nothing is read from or written to the device beyond that.
/// Returns the exit status: 0 if a score is above 0.
[[nodiscard]] int probe_plugins(const ProbeInput& input, std::span<const std::string> folders,
                                transport::LinkOpener& opener, const Clock& clock);

}  // namespace ups::host
