// SPDX-License-Identifier: Apache-2.0
/// Delivers notifications from this process: `wall`, NOTIFYCMD, sendmail. Runs what rules say, too.
#pragma once

#include "conf/parse/upsmon_conf.hpp"
#include "tools/upsmon/child_runner.hpp"
#include "tools/upsmon/courier.hpp"
#include "tools/upsmon/rule_runner.hpp"

#include <functional>

namespace ups::upsmon {

class LocalCourier final : public Courier {
  public:
    LocalCourier(Loop& loop, const Logger& logger) : runner_(loop, logger), rules_(loop, logger) {}

    /// Takes the commands over from these settings.
    void use(const conf::UpsmonConf& conf);
    void deliver(const Message& message) override;
    void run(const RuleCommand& command) override;
    /// Nothing runs and nothing waits.
    [[nodiscard]] bool is_idle() const noexcept { return runner_.is_idle() && rules_.is_idle(); }
    /// Called whenever it has become idle.
    void on_idle(std::move_only_function<void()> task);

  private:
    ChildRunner runner_;
    RuleRunner rules_;
    std::move_only_function<void()> on_idle_;
    std::vector<std::string> notify_command_;
    std::vector<std::string> mail_to_;
    std::string mail_from_;
    std::vector<std::string> sendmail_;
    Duration limit_ = std::chrono::seconds(30);
};

/// What runs NOTIFYCMD, given as its words, for a text: one word is a line for the shell, as it always was,
/// and more are a program with arguments. The text comes last, and is never read by the shell.
[[nodiscard]] std::vector<std::string> notify_words(const std::vector<std::string>& command,
                                                    const std::string& text);

}  // namespace ups::upsmon
