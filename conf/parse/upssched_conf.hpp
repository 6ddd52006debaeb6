// SPDX-License-Identifier: Apache-2.0
/// upssched.conf: what upssched does for which notification.
///
///     line    = DIRECTIVE *( word )               exact upper case, except DEBUG_MIN
///     at-line = "AT" type ( ups / "*" ) command
///     command = "START-TIMER" name seconds / "START-TIMER-SHARED" name seconds
///             / "CANCEL-TIMER" name [ else ] / "EXECUTE" name
///
/// The stock program wants CMDSCRIPT, PIPEFN and LOCKFN above the first AT line; here the order does
/// not matter, but the other order earns a note.
#pragma once

#include "conf/parse/file_source.hpp"
#include "conf/parse/problem.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ups::conf {

enum class AtCommand : std::uint8_t {
    start_timer,         ///< a timer of its own, whatever else runs
    start_timer_shared,  ///< starts the timer `name` or joins it if it runs
    cancel_timer,        ///< ends the timers `name`
    execute,             ///< runs CMDSCRIPT `name` at once
};

struct AtLine {
    std::string type;  ///< notification, as written; compared in any case
    std::string ups;   ///< text of the MONITOR line, compared exactly, or "*"
    AtCommand command = AtCommand::execute;
    std::string name;               ///< of the timer; for `execute` the argument of CMDSCRIPT
    std::chrono::seconds delay{0};  ///< `start_timer`, `start_timer_shared`: at least 0
    std::optional<std::string> otherwise;  ///< `cancel_timer`: argument of CMDSCRIPT if none ran
    Place place;

    /// Whether the line is for a notification of this type and UPS (both as in the environment
    /// variables NOTIFYTYPE and UPSNAME; `ups_name` is empty for notifications about no UPS).
    [[nodiscard]] bool matches(std::string_view notify_type, std::string_view ups_name) const;
};

struct UpsschedConf {
    /// Words of CMDSCRIPT. The first may itself hold blanks and shell syntax: the stock program runs
    /// the text through the shell with the name behind it.
    std::vector<std::string> cmd_script;
    std::string pipe_path;   ///< PIPEFN; empty: not given (an error if there is a timer)
    std::string lock_path;   ///< LOCKFN; empty: not given (likewise)
    std::vector<AtLine> at;  ///< in the order of the file: that is the order of their effects
    unsigned debug_min = 0;
};

/// Reads `folder`/upssched.conf. Fails only if it cannot be read.
[[nodiscard]] Result<Loaded<UpsschedConf>> load_upssched_conf(FileSource& files,
                                                              const std::string& folder);
[[nodiscard]] Loaded<UpsschedConf> parse_upssched_conf(std::string_view text,
                                                       const std::string& file);

}  // namespace ups::conf
