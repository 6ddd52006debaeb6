// SPDX-License-Identifier: Apache-2.0
/// upsmon.conf: which UPSes feed this host, when it goes down, and who is told.
///
///     line    = DIRECTIVE *( word )               exact upper case, except DEBUG_MIN
///     monitor = "MONITOR" ups power [ user ] password ( "primary" / "secondary" / "master" / "slave" )
///     ups     = [ group ":" ] name [ "@" server ]         see lib/base/address.hpp
///
/// Lines that name a UPS of a MONITOR line (LOSS, STAGE, RULE, ...) may stand above it.
#pragma once

#include "conf/parse/file_source.hpp"
#include "conf/parse/problem.hpp"
#include "conf/parse/rules.hpp"
#include "conf/schema/notify_type.hpp"
#include "lib/base/address.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ups::conf {

enum class MonitorRole : std::uint8_t { primary, secondary };

/// Why nothing is known of a UPS.
enum class Loss : std::uint8_t {
    server,   ///< the server refuses connections or closed ours
    network,  ///< no route, no answer
    driver,   ///< the server has no driver
    stale,    ///< the driver has no fresh data
    silence,  ///< nothing was said for too long
};
inline constexpr std::size_t kLossKinds = 5;

enum class LossMeaning : std::uint8_t { last_state, fine, dead };
enum class LossPatience : std::uint8_t { dead_time, none };
enum class StaleFsd : std::uint8_t { doubt, obey };
enum class CallOff : std::uint8_t { never, until_logout, until_command };

struct MonitorLine {
    std::string text;    ///< the UPS as written: UPSNAME of notifications; reloads match by it
    UpsAddress address;  ///< the same, taken apart
    unsigned power_value = 1;
    std::string user;      ///< empty: a line of the oldest form
    std::string password;  ///< secret
    MonitorRole role = MonitorRole::secondary;
    unsigned stage = 1;                                 ///< STAGE, 1 to 99
    unsigned stage_rest = 0;                            ///< STAGE ... REST; 0: not given
    std::array<LossMeaning, kLossKinds> loss{};         ///< by `Loss`
    std::optional<std::chrono::seconds> unknown_after;  ///< none: never
    std::optional<std::chrono::seconds> heartbeat;      ///< none: not a heartbeat
    Place place;
};

/// Where a notification goes: bits of `Notification::flags`.
enum NotifyFlag : std::uint8_t {
    kNotifyIgnore = 1,
    kNotifySyslog = 2,
    kNotifyWall = 4,
    kNotifyExec = 8,
    kNotifyMail = 16,
    kNotifyWebhook = 32,
    kNotifyJournal = 64,
};

struct Notification {
    std::string text;  ///< for `fill_notify_text`; the built-in one unless NOTIFYMSG gave another
    std::uint8_t flags =
        kNotifySyslog | kNotifyWall;  ///< with kNotifyIgnore the others do not count
};

struct CertHost {
    std::string host;
    std::string name;
    bool verify = false;
    bool force = false;
};

struct WebhookHeader {
    std::string name;
    std::string text;  ///< secret
};
struct Webhook {
    std::string
        url;  ///< https://..., or http:// of this host; may hold a secret: do not log it whole
    std::vector<WebhookHeader> headers;
};

/// When the hosts of the recovery plan are woken.
struct Recovery {
    unsigned charge = 0;  ///< percent
    std::chrono::seconds runtime{0};
    std::chrono::seconds stable{60};              ///< on mains without a break
    std::optional<std::chrono::seconds> at_most;  ///< on mains for so long: in any case
};

enum class WakeKind : std::uint8_t { outlet, outlet_group, lan, command };
struct WakeStep {
    std::string name;
    WakeKind kind = WakeKind::command;
    std::string target;  ///< number of the outlet or group, hardware address (aa:bb:...), command
    std::string ups;     ///< `MonitorLine::text`, for outlets
    std::string broadcast;  ///< numeric address, for `lan`; empty: 255.255.255.255
    std::string login;      ///< host that has to log in; empty: none
    std::chrono::seconds timeout{300};
    std::chrono::seconds pause{0};
    bool stop_if_failed = false;
    Place place;
};

struct UpsmonConf {
    UpsmonConf();  ///< the notifications with their built-in texts

    /// The notification of a type.
    [[nodiscard]] const Notification& notification(NotifyType type) const {
        return notifications[static_cast<std::size_t>(type)];
    }
    /// The MONITOR line that `text` names: exactly, or without its group or its host (or both) if only
    /// one reads so then; or nullptr.
    [[nodiscard]] const MonitorLine* find_monitor(std::string_view text) const;

    std::vector<MonitorLine> monitors;
    unsigned min_supplies = 1;
    std::chrono::seconds poll{5};
    std::chrono::seconds poll_alert{5};
    std::chrono::seconds host_sync{15};
    std::chrono::seconds dead_time{15};
    std::chrono::seconds replace_warn{43200};   ///< RBWARNTIME
    std::chrono::seconds no_contact_warn{300};  ///< NOCOMMWARNTIME
    std::chrono::seconds final_delay{5};
    std::optional<std::chrono::seconds> off_duration{30};  ///< none: never
    std::chrono::seconds low_duration{0};                  ///< OBLBDURATION
    std::optional<std::chrono::seconds> over_duration;     ///< none: never
    bool alarm_critical = true;
    int poll_fail_log = 0;  ///< POLLFAIL_LOG_THROTTLE_MAX: every nth; 0 on change; -1 always

    std::string shutdown_command;
    /// How long to stay logged in after the command: 0 for `yes`; none for `no`, that is for ever.
    std::optional<std::chrono::seconds> exit_after{std::chrono::seconds(0)};
    std::string power_down_flag;  ///< path; empty: none
    std::string run_as_user;      ///< empty: built in
    unsigned debug_min = 0;

    /// NOTIFYCMD: command, then arguments. With one word the stock monitor runs it through the shell.
    std::vector<std::string> notify_command;
    std::array<Notification, kNotifyTypes> notifications;  ///< by `NotifyType`

    // TLS
    std::string cert_path;
    std::string cert_file;
    std::string cert_ident_name;
    std::string cert_ident_password;  ///< secret
    std::vector<CertHost> cert_hosts;
    bool cert_verify = false;
    bool force_ssl = false;

    // Ours
    LossPatience loss_patience = LossPatience::dead_time;
    StaleFsd stale_fsd = StaleFsd::doubt;
    std::optional<std::chrono::seconds> stale_fsd_after;  ///< STALEFSD DOUBT n; none: never
    CallOff call_off = CallOff::until_logout;
    std::optional<std::chrono::seconds> stage_time;  ///< none: HOSTSYNC
    std::chrono::seconds doubt_duration{30};
    unsigned full_charge = 90;  ///< percent
    std::vector<std::string> mail_to;
    std::string mail_from;  ///< empty: left to the mail system
    std::vector<std::string> sendmail{"/usr/sbin/sendmail", "-oi", "-t"};
    std::vector<Webhook> webhooks;
    std::chrono::seconds notify_timeout{30};
    unsigned notify_tries = 5;
    std::chrono::seconds notify_retry{10};  ///< pause behind the first failure; doubles
    unsigned notify_limit = 20;             ///< so many in...
    std::chrono::seconds notify_limit_time{60};
    std::vector<Rule> rules;
    std::optional<Recovery> recovery;  ///< present if there is a RECOVERY or WAKE line
    std::vector<WakeStep> wake;
};

/// Reads `folder`/upsmon.conf. Fails only if it cannot be read. A file that everyone can read is
/// reported as a warning: it holds passwords.
[[nodiscard]] Result<Loaded<UpsmonConf>> load_upsmon_conf(FileSource& files,
                                                          const std::string& folder);
[[nodiscard]] Loaded<UpsmonConf> parse_upsmon_conf(std::string_view text, const std::string& file);

}  // namespace ups::conf
