// SPDX-License-Identifier: Apache-2.0
#include "conf/parse/upsmon_conf.hpp"

#include "conf/parse/needed_file.hpp"
#include "conf/parse/upsmon_draft.hpp"
#include "lib/base/file.hpp"
#include "lib/base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace ups::conf {
namespace {

using std::chrono::seconds;

/// Most that a MONITOR line can feed.
constexpr std::int64_t kMostPower = 1000;

/// A time where anything below zero means never.
template <auto Member> void set_seconds_or_never(UpsmonDraft& draft, const Statement& s) {
    const auto value = single_value(s);
    if (!value) return;
    draft.*Member = value->number < 0 ? std::optional<seconds>() : seconds(value->number);
}

template <auto Member> void set_words(UpsmonDraft& draft, const Statement& s) {
    if (s.values() == 0 || s.word(1).empty()) return report_no_value(s.row, s.place(0), s.problems);
    (draft.*Member).assign(s.line.words.begin() + 1, s.line.words.end());
}

template <auto Member, class Enum> void set_choice(UpsmonDraft& draft, const Statement& s) {
    if (const auto value = single_value(s)) draft.*Member = static_cast<Enum>(value->choice);
}

std::optional<MonitorRole> parse_role(std::string_view word) {
    if (iequals(word, "primary") || iequals(word, "master")) return MonitorRole::primary;
    if (iequals(word, "secondary") || iequals(word, "slave")) return MonitorRole::secondary;
    return std::nullopt;
}

/// The role, which is the last word; its index tells the form of the line.
std::optional<std::size_t> set_role(const Statement& s, MonitorLine& monitor) {
    // UPS POWER USER PASSWORD ROLE, or in the oldest files UPS POWER PASSWORD ROLE.
    for (const std::size_t index : {std::size_t{5}, std::size_t{4}}) {
        if (s.line.words.size() <= index || (index == 4 && s.values() != 4)) continue;
        if (const auto role = parse_role(s.word(index))) {
            monitor.role = *role;
            return index;
        }
    }
    if (s.values() < 5) {
        report_no_value(s.row, s.place(0), s.problems);
        return std::nullopt;
    }
    // What stands there may be a piece of a password with a blank in it.
    s.error(5, "the fifth value of MONITOR is neither primary nor secondary",
            "put a password with blanks or = in double quotes");
    return std::nullopt;
}

void add_monitor(UpsmonDraft& draft, const Statement& s) {
    static constexpr Row kPower = {.name = "the power value",
                                   .type = Type::integer,
                                   .least = 0,
                                   .most = kMostPower,
                                   .flags = kSecret};
    MonitorLine monitor;
    const auto role = set_role(s, monitor);
    if (!role) return;
    const auto address = parse_ups_address(s.word(1), GroupForm::allowed);
    if (!address)
        return s.error(1, in_quotes(s.word(1)) + " is no UPS: " + address.error().text,
                       "expected [GROUP:]NAME[@HOST[:PORT]]");
    const auto power = check_value(kPower, s.word(2), s.place(2), s.problems);
    if (!power) return;
    monitor.text = s.word(1);
    monitor.address = *address;
    monitor.power_value = static_cast<unsigned>(power->number);
    monitor.password = s.word(*role - 1);
    monitor.place = s.place(0);
    if (*role == 5)
        monitor.user = s.word(3);
    else
        s.report(Severity::warning, 0, "MONITOR without a user name",
                 "servers refuse that; expected " + std::string(s.row.arguments));
    report_surplus(s.row, s.line, *role + 1, s.problems);
    const auto same = std::ranges::find(draft.monitors, monitor.text, &MonitorLine::text);
    if (same != draft.monitors.end())
        return s.error(1, in_quotes(monitor.text) + " is monitored twice",
                       "the first is in line " + std::to_string(same->place.line));
    draft.monitors.push_back(std::move(monitor));
}

void set_shutdown_exit(UpsmonDraft& draft, const Statement& s) {
    static constexpr Row kSeconds = {
        .name = "SHUTDOWNEXIT", .type = Type::seconds, .least = 0, .most = 86400};
    const auto value = single_value(s);
    if (!value) return;
    // "1" is a number of seconds here, as for the stock monitor.
    if (!parse_integer(value->text)) {
        const auto boolean = parse_boolean(value->text);
        if (!boolean)
            return s.error(1, "SHUTDOWNEXIT cannot be " + in_quotes(value->text),
                           "expected yes, no, or a number of seconds");
        draft.exit_after = *boolean ? std::optional(seconds(0)) : std::nullopt;
    } else if (const auto number = check_value(kSeconds, value->text, value->place, s.problems)) {
        draft.exit_after = seconds(number->number);
    }
}

void set_low_duration(UpsmonDraft& draft, const Statement& s) {
    if (const auto value = single_value(s))
        draft.low_duration = seconds(std::max<std::int64_t>(value->number, 0));
}

void set_poll_fail_log(UpsmonDraft& draft, const Statement& s) {
    if (const auto value = single_value(s)) draft.poll_fail_log = static_cast<int>(value->number);
}

void set_stale_fsd(UpsmonDraft& draft, const Statement& s) {
    static constexpr Row kWord = {
        .name = "STALEFSD", .type = Type::choice, .choices = "DOUBT OBEY"};
    static constexpr Row kSeconds = {
        .name = "the time of STALEFSD", .type = Type::seconds, .least = 1, .most = 86400};
    if (s.values() == 0) return report_no_value(s.row, s.place(0), s.problems);
    const auto word = check_value(kWord, s.word(1), s.place(1), s.problems);
    if (!word) return;
    const bool has_time = word->choice == 0 && s.values() > 1;
    report_surplus(s.row, s.line, has_time ? 3 : 2, s.problems);
    std::optional<seconds> after;
    if (has_time) {
        const auto time = check_value(kSeconds, s.word(2), s.place(2), s.problems);
        if (!time) return;
        after = seconds(time->number);
    }
    draft.stale_fsd = static_cast<StaleFsd>(word->choice);
    draft.stale_fsd_after = after;
}

void set_cert_ident(UpsmonDraft& draft, const Statement& s) {
    if (s.values() < 2) return report_no_value(s.row, s.place(0), s.problems);
    draft.cert_ident_name = s.word(1);
    draft.cert_ident_password = s.word(2);
    report_surplus(s.row, s.line, 3, s.problems);
    s.report(
        Severity::warning, 0,
        "CERTIDENT has no effect: certificates in an NSS database are not read",
        "export this host's with \"pk12util -d FOLDER -n NAME -o me.p12\" and \"openssl pkcs12 -in "
        "me.p12 -nodes -out me.pem\", and name that file with CERTFILE");
}

void add_cert_host(UpsmonDraft& draft, const Statement& s) {
    static constexpr Row kVerify = {.name = "VERIFY of CERTHOST", .type = Type::boolean};
    static constexpr Row kForce = {.name = "FORCE of CERTHOST", .type = Type::boolean};
    if (s.values() < 4) return report_no_value(s.row, s.place(0), s.problems);
    const auto verify = check_value(kVerify, s.word(3), s.place(3), s.problems);
    const auto force = check_value(kForce, s.word(4), s.place(4), s.problems);
    if (!verify || !force) return;
    report_surplus(s.row, s.line, 5, s.problems);
    draft.cert_hosts.push_back(
        {std::string(s.word(1)), std::string(s.word(2)), verify->boolean, force->boolean});
}

void keep_rule(UpsmonDraft& draft, const Statement& s) {
    draft.rule_lines.push_back(copy_of(s.line));
}

constexpr auto kSetters = std::to_array<Setter<UpsmonDraft>>({
    {"MONITOR", add_monitor},
    {"MINSUPPLIES", set_number<&UpsmonDraft::min_supplies>},
    {"POLLFREQ", set_seconds<&UpsmonDraft::poll>},
    {"POLLFREQALERT", set_seconds<&UpsmonDraft::poll_alert>},
    {"DEADTIME", set_seconds<&UpsmonDraft::dead_time>},
    {"OFFDURATION", set_seconds_or_never<&UpsmonDraft::off_duration>},
    {"OBLBDURATION", set_low_duration},
    {"OVERDURATION", set_seconds_or_never<&UpsmonDraft::over_duration>},
    {"ALARMCRITICAL", set_bool<&UpsmonDraft::alarm_critical>},
    {"LOSS", keep_line},
    {"LOSSPATIENCE", set_choice<&UpsmonDraft::loss_patience, LossPatience>},
    {"UNKNOWNAFTER", keep_line},
    {"DOUBTDURATION", set_seconds<&UpsmonDraft::doubt_duration>},
    {"FULLCHARGE", set_number<&UpsmonDraft::full_charge>},
    {"HEARTBEAT", keep_line},
    {"SHUTDOWNCMD", set_text<&UpsmonDraft::shutdown_command>},
    {"SHUTDOWNEXIT", set_shutdown_exit},
    {"POWERDOWNFLAG", set_text<&UpsmonDraft::power_down_flag>},
    {"HOSTSYNC", set_seconds<&UpsmonDraft::host_sync>},
    {"FINALDELAY", set_seconds<&UpsmonDraft::final_delay>},
    {"STAGE", keep_line},
    {"STAGETIME", set_seconds<&UpsmonDraft::stage_time>},
    {"STALEFSD", set_stale_fsd},
    {"CALLOFF", set_choice<&UpsmonDraft::call_off, CallOff>},
    {"NOTIFYCMD", set_words<&UpsmonDraft::notify_command>},
    {"NOTIFYMSG", set_notify_message},
    {"NOTIFYFLAG", set_notify_flags},
    {"RBWARNTIME", set_seconds<&UpsmonDraft::replace_warn>},
    {"NOCOMMWARNTIME", set_seconds<&UpsmonDraft::no_contact_warn>},
    {"POLLFAIL_LOG_THROTTLE_MAX", set_poll_fail_log},
    {"MAIL", add_mail},
    {"MAILFROM", set_text<&UpsmonDraft::mail_from>},
    {"SENDMAIL", set_words<&UpsmonDraft::sendmail>},
    {"WEBHOOK", add_webhook},
    {"WEBHOOKHEADER", add_webhook_header},
    {"NOTIFYTIMEOUT", set_seconds<&UpsmonDraft::notify_timeout>},
    {"NOTIFYRETRY", set_notify_retry},
    {"NOTIFYLIMIT", set_notify_limit},
    {"RULE", keep_rule},
    {"RECOVERY", set_recovery},
    {"WAKE", keep_line},
    {"CERTPATH", set_text<&UpsmonDraft::cert_path>},
    {"CERTFILE", set_text<&UpsmonDraft::cert_file>},
    {"CERTIDENT", set_cert_ident},
    {"CERTHOST", add_cert_host},
    {"CERTVERIFY", set_bool<&UpsmonDraft::cert_verify>},
    {"FORCESSL", set_bool<&UpsmonDraft::force_ssl>},
    {"RUN_AS_USER", set_text<&UpsmonDraft::run_as_user>},
    {"DEBUG_MIN", set_number<&UpsmonDraft::debug_min>},
});

void check_whole(const UpsmonDraft& draft, const std::string& file,
                 std::vector<Problem>& problems) {
    const auto report = [&](Severity severity, std::string text, std::string hint) {
        problems.push_back({severity, Place{file, 1, 1}, std::move(text), std::move(hint)});
    };
    unsigned supplies = 0;
    for (const MonitorLine& monitor : draft.monitors)
        supplies += monitor.power_value;
    if (draft.monitors.empty())
        report(Severity::error, "there is no MONITOR line", "nothing would be watched");
    else if (supplies < draft.min_supplies)
        report(Severity::error,
               "the MONITOR lines feed " + std::to_string(supplies) + " supplies, MINSUPPLIES is " +
                   std::to_string(draft.min_supplies),
               "this host would shut down at once");
    if (supplies > 0 && draft.shutdown_command.empty())
        report(Severity::warning, "there is no SHUTDOWNCMD", "this host could not be shut down");
    const seconds slowest = std::max(draft.poll, draft.poll_alert);
    if (draft.dead_time < slowest)
        report(Severity::warning,
               "DEADTIME is shorter than the time between two polls, " +
                   std::to_string(slowest.count()) + " seconds",
               "use about three times as long");
    check_notify_ways(draft, file, problems);
}

}  // namespace

RuleLine copy_of(const Line& line) {
    return {{line.words.begin(), line.words.end()}, {line.places.begin(), line.places.end()}};
}

UpsmonConf::UpsmonConf() {
    for (const NotifyTypeRow& row : notify_type_rows())
        notifications[static_cast<std::size_t>(row.type)].text = row.text;
}

const MonitorLine* UpsmonConf::find_monitor(std::string_view text) const {
    const MonitorLine* found = nullptr;
    for (const MonitorLine& monitor : monitors) {
        if (monitor.text == text) return &monitor;
        // Without its group, without its host, or without both.
        const std::string_view written = monitor.text;
        const std::size_t group =
            monitor.address.group.empty() ? 0 : monitor.address.group.size() + 1;
        const std::string_view hostless = written.substr(0, written.find('@'));
        if (written.substr(group) != text && hostless != text && hostless.substr(group) != text)
            continue;
        if (found != nullptr) return nullptr;
        found = &monitor;
    }
    return found;
}

Loaded<UpsmonConf> parse_upsmon_conf(std::string_view text, const std::string& file) {
    Loaded<UpsmonConf> loaded;
    UpsmonDraft draft;
    LineReader reader(text, file, loaded.problems);
    while (const Line* line = reader.next())
        apply_line<UpsmonDraft>(draft, File::upsmon_conf, kSetters, *line, loaded.problems);
    apply_kept_lines(draft, loaded.problems);
    parse_rules(draft, draft.rule_lines, loaded.problems);
    check_whole(draft, file, loaded.problems);
    loaded.value = std::move(draft);
    return loaded;
}

Result<Loaded<UpsmonConf>> load_upsmon_conf(FileSource& files, const std::string& folder) {
    const std::string path = join_path(folder, "upsmon.conf");
    UPS_TRY(const FileText file, read_needed(files, path, "upsmon.conf(5)"));
    Loaded<UpsmonConf> loaded = parse_upsmon_conf(file.text, path);
    loaded.files.push_back({path, file.mode});
    if (loaded.files.back().is_world_readable())
        loaded.problems.push_back({Severity::warning, Place{path, 0, 0},
                                   "everyone on this host can read the passwords in this file",
                                   "chmod o-r"});
    return loaded;
}

}  // namespace ups::conf
