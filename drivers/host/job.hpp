// SPDX-License-Identifier: Apache-2.0
/// What passes between the loop and the plugin's thread.
#pragma once

#include "drivers/host/change.hpp"
#include "lib/base/clock.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ups::host {

/// Options of the configuration, checked, in the order of the file; a flag has no value.
struct PluginOption {
    std::string name;
    std::optional<std::string> value;
    bool operator==(const PluginOption&) const = default;
};
using PluginOptions = std::vector<PluginOption>;

enum class JobKind : std::uint8_t {
    create,  ///< make the instance
    probe,   ///< open the link, ask the plugin's `probe`, close the link; the code is its score
    open,    ///< open the link, then the plugin's `open`
    poll,
    set,
    command,
    shutdown,
    reconfigure,  ///< hand over `options`, then the plugin's `reconfigure`
    close,        ///< the plugin's `close`, then close the link
    run,          ///< call `task` on this thread
};

struct Job {
    JobKind kind = JobKind::poll;
    Instant deadline{};
    std::uint32_t groups = 0;                ///< poll: UPSDRV_POLL_...
    std::string name = {};                   ///< set, command
    std::optional<std::string> value = {};   ///< set; command: its parameter
    PluginOptions options = {};              ///< reconfigure
    std::function<std::string()> task = {};  ///< run: its result is logged, unless empty
};

/// How a job ended, and what the plugin published meanwhile.
struct JobDone {
    JobKind kind = JobKind::poll;
    std::int32_t code = 0;  ///< UPSDRV_...
    Changes changes = {};
    std::optional<Instant> poll_at = {};  ///< the plugin wants its next poll by then
    std::string problem = {};             ///< why it failed, for people; may be empty
};

/// A line for the log.
struct PluginLog {
    std::uint32_t level = 0;  ///< UPSDRV_LOG_...
    std::string text;
};

}  // namespace ups::host
