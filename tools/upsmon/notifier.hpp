// SPDX-License-Identifier: Apache-2.0
/// From a notification to its text and the ways it goes.
#pragma once

#include "conf/parse/upsmon_conf.hpp"
#include "lib/base/clock.hpp"
#include "lib/base/log.hpp"
#include "tools/upsmon/courier.hpp"
#include "tools/upsmon/decide/action.hpp"
#include "tools/upsmon/feed_link.hpp"

#include <string>

namespace ups::upsmon {

/// Told on syslog and terminals when this host goes down; scripts of the field look for it.
inline constexpr std::string_view kShutdownText = "Executing automatic power-fail shutdown";

class Notifier {
  public:
    /// `clock` and `courier` outlive it. `host` is what texts may name.
    Notifier(const Clock& clock, Courier& courier, std::string host, const Logger& logger)
        : clock_(clock), courier_(courier), host_(std::move(host)), logger_(logger) {}

    /// `conf` gives texts and ways. `ups`: the MONITOR text, empty for this host; `values`: of the UPS,
    /// or null.
    void notify(const conf::UpsmonConf& conf, const action::Notify& what, const std::string& ups,
                const FeedValues* values) const;
    /// The notification RULE of `rule`. `text` is the rule's own, with placeholders about `about`.
    struct About {
        std::string ups;
        const FeedValues* values = nullptr;
    };
    void notify_rule(const conf::UpsmonConf& conf, const std::string& rule, const std::string& text,
                     const About& about) const;
    /// What a rule runs, where commands are run.
    void run(const std::string& rule, const std::string& command) const;
    /// The fixed text before a shutdown.
    void announce() const;

  private:
    const Clock& clock_;
    Courier& courier_;
    std::string host_;
    Logger logger_;
};

}  // namespace ups::upsmon
