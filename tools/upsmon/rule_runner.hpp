// SPDX-License-Identifier: Apache-2.0
/// Runs what rules say with RUN, and nothing else: whoever asks cannot make it run anything that the
/// administrator did not write. Apart from notifications, so that neither takes the other's place.
#pragma once

#include "conf/parse/upsmon_conf.hpp"
#include "tools/upsmon/child_runner.hpp"
#include "tools/upsmon/courier.hpp"

#include <vector>

namespace ups::upsmon {

class RuleRunner {
  public:
    /// A command may take its time (moving machines, say), but never for ever.
    static constexpr std::chrono::hours kLimit{1};

    RuleRunner(Loop& loop, const Logger& logger) : logger_(logger), runner_(loop, logger) {}

    /// Takes the rules over from these settings.
    void use(const conf::UpsmonConf& conf) { rules_ = conf.rules; }
    /// Starts it, or says in the log why not. Returns at once.
    void run(const RuleCommand& command);
    [[nodiscard]] ChildRunner& runner() noexcept { return runner_; }
    [[nodiscard]] bool is_idle() const noexcept { return runner_.is_idle(); }

  private:
    Logger logger_;
    ChildRunner runner_;
    std::vector<conf::Rule> rules_;
};

/// Whether one of the rules says so.
[[nodiscard]] bool has_command(const std::vector<conf::Rule>& rules, const RuleCommand& command);
/// What is run for it: a line for the shell, which learns the rule from its environment.
[[nodiscard]] Command command_of(const RuleCommand& command);

}  // namespace ups::upsmon
