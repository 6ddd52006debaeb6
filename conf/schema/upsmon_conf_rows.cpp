// SPDX-License-Identifier: Apache-2.0
// Table: the directives of upsmon.conf.
#include "conf/schema/rows.hpp"

#include <array>

namespace ups::conf {
namespace {

constexpr std::int64_t kDay = 86400;
constexpr std::int64_t kYear = 366 * kDay;

// clang-format off
constexpr auto kRows = std::to_array<Row>({
    // What is watched.
    {.name = "MONITOR", .type = Type::words, .arguments = "UPS POWER USER PASSWORD primary|secondary", .flags = kRequired | kRepeatable | kSecret,
     .help = "A UPS to watch: [GROUP:]NAME[@HOST[:PORT]]. POWER is how many supplies of this host it feeds; 0 only watches. A primary is attached to the UPS and goes down last; master and slave are the old words."},
    {.name = "MINSUPPLIES", .type = Type::integer, .arguments = "N", .fallback = "1", .least = 0, .most = 1000,
     .help = "How many supplies this host needs to run. With fewer it is shut down."},
    {.name = "POLLFREQ", .type = Type::seconds, .arguments = "SECONDS", .fallback = "5", .least = 1, .most = 3600,
     .help = "How often to ask servers that do not report changes themselves."},
    {.name = "POLLFREQALERT", .type = Type::seconds, .arguments = "SECONDS", .fallback = "5", .least = 1, .most = 3600,
     .help = "The same while a UPS is on battery or otherwise in trouble."},
    {.name = "DEADTIME", .type = Type::seconds, .arguments = "SECONDS", .fallback = "15", .least = 1, .most = kDay,
     .help = "How long nothing may be heard of a UPS before it counts as dead. If it was on battery then, it is taken as empty."},

    // When a UPS cannot be counted on.
    {.name = "OFFDURATION", .type = Type::seconds, .arguments = "SECONDS", .fallback = "30", .least = -1, .most = kDay, .since = "2.8.1",
     .help = "A UPS that reports its output off for so long is critical. -1: never."},
    {.name = "OBLBDURATION", .type = Type::seconds, .arguments = "SECONDS", .fallback = "0", .least = -1, .most = kDay, .since = "2.8.3",
     .help = "On battery and low must last so long to be critical."},
    {.name = "OVERDURATION", .type = Type::seconds, .arguments = "SECONDS", .fallback = "-1", .least = -1, .most = kDay, .since = "2.8.3",
     .help = "A UPS that was overloaded for so long when contact was lost is critical. -1: never."},
    {.name = "ALARMCRITICAL", .type = Type::boolean, .arguments = "1|0", .fallback = "1", .since = "2.8.3",
     .help = "Whether a UPS that was in alarm when contact was lost is critical."},
    {.name = "LOSS", .type = Type::words, .arguments = "UPS|* SERVER|NETWORK|DRIVER|STALE|SILENCE|ANY LASTSTATE|FINE|DEAD", .fallback = "LASTSTATE", .flags = kRepeatable | kOurs,
     .help = "What lost contact says about a UPS, by the kind of loss: the server refuses connections, the network gives no answer, the server has no driver, the data are stale, nobody said anything. LASTSTATE judges by what was known last: a UPS on battery is taken as empty after DEADTIME, one on mains as fine. FINE: says nothing. DEAD: whatever was known last, after DEADTIME it is dead. The last line for a UPS and a kind counts."},
    {.name = "LOSSPATIENCE", .type = Type::choice, .arguments = "DEADTIME|NONE", .fallback = "DEADTIME", .choices = "DEADTIME NONE", .flags = kOurs,
     .help = "How long a UPS that was calibrating, bypassed, off or in alarm still counts after contact is lost. NONE: not at all, as in the stock monitor."},
    {.name = "UNKNOWNAFTER", .type = Type::words, .arguments = "UPS|* SECONDS|never", .fallback = "never", .flags = kRepeatable | kOurs,
     .help = "A UPS that was never seen, or never said whether it has mains power, counts as dead after so long."},
    {.name = "DOUBTDURATION", .type = Type::seconds, .arguments = "SECONDS", .fallback = "30", .least = 0, .most = kDay, .flags = kOurs,
     .help = "On battery and low must last so long to be believed during a self-test, or when the UPS claims no runtime with a full battery."},
    {.name = "FULLCHARGE", .type = Type::integer, .arguments = "PERCENT", .fallback = "90", .least = 1, .most = 100, .flags = kOurs,
     .help = "From this charge on the battery counts as full for DOUBTDURATION."},
    {.name = "HEARTBEAT", .type = Type::words, .arguments = "UPS SECONDS", .flags = kRepeatable | kOurs,
     .help = "This UPS is a heartbeat: its status must change between TICK and TOCK at least so often, or NOBEAT is raised."},

    // How this host goes down.
    {.name = "SHUTDOWNCMD", .type = Type::text, .arguments = "COMMAND", .flags = kRestart,
     .help = "Shuts this host down; run by root through the shell."},
    {.name = "SHUTDOWNEXIT", .type = Type::text, .arguments = "yes|no|SECONDS", .fallback = "yes", .since = "2.8.1",
     .help = "Whether to log out at once after giving the command, never (the primary counts this host until its monitor is stopped, which ridethrough-late-logout.service puts off until all other services have ended), or after so many seconds."},
    {.name = "POWERDOWNFLAG", .type = Type::path, .arguments = "FILE", .flags = kRestart,
     .help = "File that tells the last step of the shutdown to switch the UPS off. It must be on a file system that is still there then."},
    {.name = "HOSTSYNC", .type = Type::seconds, .arguments = "SECONDS", .fallback = "15", .least = 0, .most = kDay,
     .help = "A primary waits so long for its secondaries; a secondary so long for the primary's order when the battery is low."},
    {.name = "FINALDELAY", .type = Type::seconds, .arguments = "SECONDS", .fallback = "5", .least = 0, .most = kDay,
     .help = "Time between the notification SHUTDOWN and the command."},
    {.name = "STAGE", .type = Type::words, .arguments = "UPS|* N [REST N]", .fallback = "1", .flags = kRepeatable | kOurs,
     .help = "On a primary: the stage in which secondaries of this UPS are ordered down. On a secondary: the stage in which this host goes down. A stage starts when the one before has logged out or its time is up. REST: on a secondary the earlier stages count as gone when no more hosts than this are logged in."},
    {.name = "STAGETIME", .type = Type::seconds, .arguments = "SECONDS", .fallback = "HOSTSYNC", .least = 0, .most = kDay, .flags = kOurs,
     .help = "Longest time of each stage but the last, which has HOSTSYNC."},
    {.name = "STALEFSD", .type = Type::words, .arguments = "DOUBT [SECONDS]|OBEY", .fallback = "DOUBT", .flags = kOurs,
     .help = "What to do about a forced shutdown that stood already when a UPS was first seen, on mains. DOUBT: it is left over from the shutdown this host comes back from; a primary takes it back, nobody obeys it unless it stands for so many seconds or the mains fail. OBEY: shut down again, as the stock monitor does."},
    {.name = "CALLOFF", .type = Type::choice, .arguments = "NEVER|LOGOUT|COMMAND", .fallback = "LOGOUT", .choices = "NEVER LOGOUT COMMAND", .flags = kOurs,
     .help = "Until when a shutdown is called off if its causes go away: never, until the first secondary has logged out, or until the command is given."},

    // Who is told what.
    {.name = "NOTIFYCMD", .type = Type::words, .arguments = "COMMAND [ARGUMENT ...]",
     .help = "Run for notifications with the flag EXEC, with the message as last argument and NOTIFYTYPE and UPSNAME in the environment. Words behind the first are new in 2.8.6."},
    {.name = "NOTIFYMSG", .type = Type::words, .arguments = "TYPE TEXT", .fallback = "built in", .flags = kRepeatable,
     .help = "Message of a type of notification. The first %s is the UPS, the second the detail where the type has one; %% is a percent sign. Placeholders: {ups}, {type}, {detail}, {host}, {time}, {status}, {charge}, {runtime}."},
    {.name = "NOTIFYFLAG", .type = Type::words, .arguments = "TYPE|* FLAG[+FLAG...]", .fallback = "SYSLOG+WALL", .flags = kRepeatable,
     .help = "Where a type of notification goes: SYSLOG, WALL, EXEC, IGNORE; and, not known to the stock monitor, MAIL, WEBHOOK, JOURNAL, and * for every type."},
    {.name = "RBWARNTIME", .type = Type::seconds, .arguments = "SECONDS", .fallback = "43200", .least = 1, .most = kYear,
     .help = "How often to repeat REPLBATT."},
    {.name = "NOCOMMWARNTIME", .type = Type::seconds, .arguments = "SECONDS", .fallback = "300", .least = 1, .most = kYear,
     .help = "How long contact must be lost for NOCOMM, and how often to repeat it."},
    {.name = "POLLFAIL_LOG_THROTTLE_MAX", .type = Type::integer, .arguments = "N", .fallback = "0", .least = -1, .most = 1'000'000, .since = "2.8.1",
     .help = "Log a poll that fails for the same reason again every Nth time; 0: only when the reason changes; -1: each time."},
    {.name = "MAIL", .type = Type::words, .arguments = "ADDRESS ...", .flags = kRepeatable | kOurs,
     .help = "Who gets notifications with the flag MAIL."},
    {.name = "MAILFROM", .type = Type::text, .arguments = "ADDRESS", .fallback = "left to the mail system", .flags = kOurs,
     .help = "Sender of the mail."},
    {.name = "SENDMAIL", .type = Type::words, .arguments = "PATH [ARGUMENT ...]", .fallback = "/usr/sbin/sendmail -oi -t", .flags = kOurs,
     .help = "Program that takes a mail with its header on standard input."},
    {.name = "WEBHOOK", .type = Type::text, .arguments = "URL", .flags = kRepeatable | kOurs | kSecret,
     .help = "Where notifications with the flag WEBHOOK are posted, as JSON: an https:// address, or http:// on this host."},
    {.name = "WEBHOOKHEADER", .type = Type::words, .arguments = "NAME TEXT", .flags = kRepeatable | kOurs | kSecret,
     .help = "Header line for the WEBHOOK above it, for instance Authorization \"Bearer ...\"."},
    {.name = "NOTIFYTIMEOUT", .type = Type::seconds, .arguments = "SECONDS", .fallback = "30", .least = 1, .most = 3600, .flags = kOurs,
     .help = "A command, mail or post that takes longer is ended and counts as failed."},
    {.name = "NOTIFYRETRY", .type = Type::words, .arguments = "TRIES [SECONDS]", .fallback = "5 10", .flags = kOurs,
     .help = "How often mail and posts are tried, and the pause behind the first failure; it doubles with each, up to an hour. Commands are run once."},
    {.name = "NOTIFYLIMIT", .type = Type::words, .arguments = "N SECONDS", .fallback = "20 60", .flags = kOurs,
     .help = "At most N messages in so many seconds on each way (WALL, MAIL, WEBHOOK; EXEC: for each UPS); the others are counted and told together, with the text of the last. SHUTDOWN, FSD and LOWBATT always go."},

    // Rules, and what happens when power comes back.
    {.name = "RULE", .type = Type::words, .arguments = "NAME WHEN CONDITION [FOR SECONDS] DO ACTION [THEN ACTION ...] [ELSE ACTION ...]", .flags = kRepeatable | kOurs,
     .help = "Do something when readings meet a condition; see RULES below."},
    {.name = "RECOVERY", .type = Type::words, .arguments = "[CHARGE PERCENT] [RUNTIME SECONDS] [STABLE SECONDS] [ATMOST SECONDS]", .fallback = "CHARGE 0 STABLE 60", .flags = kOurs,
     .help = "When hosts are woken after this host came up again: once every UPS it is primary of has this charge and runtime and has had mains for STABLE seconds, or after ATMOST seconds on mains in any case."},
    {.name = "WAKE", .type = Type::words, .arguments = "NAME OUTLET|OUTLETGROUP|LAN|COMMAND ... [LOGIN HOST] [TIMEOUT SECONDS] [PAUSE SECONDS] [ELSE STOP]", .flags = kRepeatable | kOurs,
     .help = "A step of the recovery plan, in the order of the file: OUTLET NUMBER UPS or OUTLETGROUP NUMBER UPS switches it on, LAN ADDRESS [BROADCAST ADDRESS] sends a Wake-on-LAN packet, COMMAND TEXT runs a command. The step is done when the command has ended or the UPS has confirmed, and, with LOGIN, the host has logged in to the server. After TIMEOUT seconds (300) it has failed: WAKEFAIL is raised and the next step taken, unless ELSE STOP says otherwise. PAUSE waits before the next step."},

    // Connections and the process.
    {.name = "CERTPATH", .type = Type::path, .arguments = "PATH",
     .help = "Authorities that certificates of servers are proved by: a PEM file, or a folder with the links of openssl rehash. Without it those of the system."},
    {.name = "CERTFILE", .type = Type::path, .arguments = "FILE", .since = "2.8.6",
     .help = "PEM file with this host's own certificate and private key."},
    {.name = "CERTIDENT", .type = Type::words, .arguments = "NAME PASSWORD", .flags = kSecret,
     .help = "Of an NSS database, which is not read: a warning says how to export the certificate for CERTFILE."},
    {.name = "CERTHOST", .type = Type::words, .arguments = "HOST NAME VERIFY FORCE", .flags = kRepeatable,
     .help = "For the server HOST: the name in its certificate, and 1 or 0 for CERTVERIFY and FORCESSL."},
    {.name = "CERTVERIFY", .type = Type::boolean, .arguments = "1|0", .fallback = "0",
     .help = "Refuse servers whose certificate cannot be verified."},
    {.name = "FORCESSL", .type = Type::boolean, .arguments = "1|0", .fallback = "0",
     .help = "Refuse servers without TLS."},
    {.name = "RUN_AS_USER", .type = Type::text, .arguments = "USER", .fallback = "built in", .flags = kRestart,
     .help = "Account of the part that talks to servers."},
    {.name = "DEBUG_MIN", .type = Type::integer, .arguments = "N", .fallback = "0", .least = 0, .most = 10, .since = "2.8.0", .flags = kAnyCase,
     .help = "Debug level to have at least."},
});
// clang-format on

}  // namespace

std::span<const Row> upsmon_conf_rows() {
    return kRows;
}

}  // namespace ups::conf
