// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/try_notification.hpp"

#include "tools/upsmon/local_courier.hpp"

#include <cstdio>

namespace ups::upsmon {
namespace {

void tell(const std::string& what, const std::string& how) {
    std::printf("%s: %s\n", what.c_str(), how.c_str());
    std::fflush(stdout);
}

/// Writes to syslog, and shows what.
class ShownSyslog final : public LogSink {
  public:
    void write(ups::LogLevel level, std::string_view line) noexcept override {
        syslog_.write(level, line);
        std::printf("syslog: %.*s: handed over\n", static_cast<int>(line.size()), line.data());
        std::fflush(stdout);
    }

  private:
    SyslogSink syslog_{"upsmon"};
};

/// Whether every way leads somewhere; says which does not.
bool check_ways(const conf::UpsmonConf& conf, std::uint8_t flags) {
    const struct {
        conf::NotifyFlag flag;
        const char* name;
        bool is_missing;
        const char* why;
    } rows[] = {
        {conf::kNotifyExec, "EXEC", conf.notify_command.empty(), "failed: there is no NOTIFYCMD"},
        {conf::kNotifyMail, "MAIL", conf.mail_to.empty(), "failed: no MAIL line says to whom"},
        {conf::kNotifyWebhook, "WEBHOOK", conf.webhooks.empty(),
         "failed: no WEBHOOK line says where"},
    };
    bool is_good = true;
    for (const auto& row : rows) {
        if ((flags & row.flag) == 0 || !row.is_missing) continue;
        tell(row.name, row.why);
        is_good = false;
    }
    return is_good;
}

}  // namespace

bool deliver_now(const TrialDesk& desk, conf::NotifyType type,
                 const std::function<void(const Notifier&)>& send) {
    const std::uint8_t flags = desk.conf.notification(type).flags;
    if ((flags & conf::kNotifyIgnore) != 0) {
        tell(std::string(conf::notify_type_name(type)),
             "NOTIFYFLAG says IGNORE, so nobody is told");
        return true;
    }
    const bool has_ways = check_ways(desk.conf, flags);
    StderrSink screen(desk.loop.clock());
    ShownSyslog syslog;
    // What goes wrong is for whoever tries; the notification itself is for the log of the system.
    LocalCourier courier(desk.loop, {.webhook_program = desk.environment.webhook_program},
                         Logger(screen, ups::LogLevel::info));
    courier.use(desk.conf);
    courier.on_idle([&desk] { desk.loop.stop(); });
    courier.on_outcome(tell);
    send(Notifier(desk.loop.clock(), courier, desk.host, Logger(syslog, ups::LogLevel::info)));
    courier.finish();  // one try of each is what people wait for
    if (!courier.is_idle()) desk.loop.run();
    return has_ways && courier.failures() == 0;
}

bool try_notification(const TrialDesk& desk, const TrialMessage& message) {
    return deliver_now(desk, message.type, [&](const Notifier& notifier) {
        notifier.notify(desk.conf, {message.type, std::nullopt, "a trial"}, message.ups,
                        &message.values);
    });
}

}  // namespace ups::upsmon
