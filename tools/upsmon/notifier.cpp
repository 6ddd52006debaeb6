// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/notifier.hpp"

#include "conf/parse/notify_text.hpp"
#include "lib/base/text.hpp"

#include <array>
#include <ctime>

namespace ups::upsmon {
namespace {

constexpr std::uint8_t kCarried = conf::kNotifyWall | conf::kNotifyExec | conf::kNotifyMail |
                                  conf::kNotifyWebhook | conf::kNotifyJournal;

std::string time_text(WallTime time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    std::array<char, 64> text{};
    ::localtime_r(&seconds, &parts);
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &parts)};
}

/// RFC 3339.
std::string universal_time(WallTime time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    std::array<char, 64> text{};
    ::gmtime_r(&seconds, &parts);
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

}  // namespace

void Notifier::notify(const conf::UpsmonConf& conf, const action::Notify& what,
                      const std::string& ups, const FeedValues* values) const {
    const conf::Notification& notification = conf.notification(what.type);
    if ((notification.flags & conf::kNotifyIgnore) != 0) return;
    const std::string type(conf::notify_type_name(what.type));
    const std::string detail = printable(what.detail);
    const std::string time = time_text(clock_.wall());
    const std::string status = values == nullptr ? std::string() : printable(values->status);
    const std::string charge = values == nullptr ? std::string() : printable(values->charge);
    const std::string runtime = values == nullptr ? std::string() : printable(values->runtime);
    const std::string text = conf::fill_notify_text(notification.text, {.ups = ups,
                                                                        .type = type,
                                                                        .detail = detail,
                                                                        .host = host_,
                                                                        .time = time,
                                                                        .status = status,
                                                                        .charge = charge,
                                                                        .runtime = runtime});
    if ((notification.flags & conf::kNotifySyslog) != 0)
        logger_.info("notify", printable(text, 1000), {{"type", type}, {"ups", printable(ups)}});
    auto ways = static_cast<std::uint8_t>(notification.flags & kCarried);
    // Where there is no journal the courier writes to syslog, unless that has it already.
    if ((ways & conf::kNotifyJournal) != 0) ways |= notification.flags & conf::kNotifySyslog;
    if (ways != 0)
        courier_.deliver(
            {ways, type, ups, text, host_, universal_time(clock_.wall()), status, charge, runtime});
}

void Notifier::notify_rule(const conf::UpsmonConf& conf, const std::string& rule,
                           const std::string& text, const About& about) const {
    const std::string time = time_text(clock_.wall());
    const FeedValues none;
    const FeedValues& values = about.values == nullptr ? none : *about.values;
    const std::string status = printable(values.status);
    const std::string charge = printable(values.charge);
    const std::string runtime = printable(values.runtime);
    const std::string filled = conf::fill_notify_text(text, {.ups = about.ups,
                                                             .type = "RULE",
                                                             .detail = {},
                                                             .host = host_,
                                                             .time = time,
                                                             .status = status,
                                                             .charge = charge,
                                                             .runtime = runtime});
    notify(conf, {action::NotifyType::rule, std::nullopt, filled}, rule, about.values);
}

void Notifier::run(const std::string& rule, const std::string& command) const {
    courier_.run({rule, command});
}

void Notifier::announce() const {
    logger_.warning("shutdown", std::string(kShutdownText));
    courier_.deliver({.ways = conf::kNotifyWall,
                      .type = "SHUTDOWN",
                      .ups = "",
                      .text = std::string(kShutdownText)});
}

}  // namespace ups::upsmon
