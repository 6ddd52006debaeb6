// SPDX-License-Identifier: Apache-2.0
// Table: the directives of upsd.conf.
#include "conf/schema/rows.hpp"

#include <array>

namespace ups::conf {
namespace {

constexpr std::int64_t kDay = 86400;

// clang-format off
constexpr auto kRows = std::to_array<Row>({
    {.name = "MAXAGE", .type = Type::seconds, .arguments = "SECONDS", .fallback = "15", .least = 1, .most = kDay,
     .help = "How long a driver may be silent before its data count as stale."},
    {.name = "TRACKINGDELAY", .type = Type::seconds, .arguments = "SECONDS", .fallback = "3600", .least = 1, .most = 30 * kDay, .since = "2.8.0",
     .help = "How long the outcome of a tracked SET or INSTCMD can be asked for."},
    {.name = "ALLOW_NO_DEVICE", .type = Type::boolean, .arguments = "yes|no", .fallback = "no", .since = "2.8.0", .flags = kEnvironment,
     .help = "Start although ups.conf has no UPS; they can be added later by a reload."},
    {.name = "ALLOW_NOT_ALL_LISTENERS", .type = Type::boolean, .arguments = "yes|no", .fallback = "no", .since = "2.8.2", .flags = kEnvironment | kRestart,
     .help = "Start although an address cannot be listened on for another reason than not being there yet. Addresses that are not there yet never stop the server: it keeps trying."},
    {.name = "STATEPATH", .type = Type::path, .arguments = "DIR", .fallback = "built in", .flags = kRestart,
     .help = "Where the driver sockets are. statepath of ups.conf and the environment variable NUT_STATEPATH are stronger."},
    {.name = "DATAPATH", .type = Type::path, .arguments = "DIR", .fallback = "built in", .flags = kRestart,
     .help = "Where the incumbent keeps its table of descriptions. Read and ignored: the table is built in."},
    {.name = "LISTEN", .type = Type::listen, .arguments = "ADDRESS [PORT]", .fallback = "127.0.0.1 and ::1, port 3493", .flags = kRepeatable,
     .help = "Address to serve clients on: a number or a name, * for all. Once there is a LISTEN or LISTEN_TLS, only what they name is served."},
    {.name = "LISTEN_TLS", .type = Type::listen, .arguments = "ADDRESS [PORT]", .fallback = "none; port 3494", .flags = kRepeatable | kOurs,
     .help = "As LISTEN, for clients that speak TLS from the first byte."},
    {.name = "LISTEN_UNIX", .type = Type::path, .arguments = "PATH [MODE]", .fallback = "upsd.sock in the state folder; mode 0660", .flags = kRepeatable | kOurs,
     .help = "Unix socket to serve local clients on, with its permission bits in octal. A relative path starts at the state folder; none means no such socket."},
    {.name = "MAXCONN", .type = Type::integer, .arguments = "N", .fallback = "limit of open files", .least = 1, .most = 1'000'000,
     .help = "Most descriptors to use: listeners, drivers and clients together."},
    {.name = "IDLE_LIMIT", .type = Type::seconds, .arguments = "SECONDS", .fallback = "60", .least = 0, .most = kDay, .flags = kOurs,
     .help = "Clients that are silent for longer are closed; 0 keeps them. Subscribers are never closed for it."},
    {.name = "LOGIN_THROTTLE", .type = Type::seconds, .arguments = "SECONDS", .fallback = "30", .least = 0, .most = 3600, .flags = kOurs,
     .help = "Longest delay that failed log-ins from an address earn it; it doubles from failure to failure. 0 switches this off."},
    {.name = "ALLOW_REMOTE_PLAINTEXT", .type = Type::boolean, .arguments = "yes|no", .fallback = "no", .flags = kOurs,
     .help = "Serve clients on other hosts without TLS. Without it they must use STARTTLS first and are answered ERR TLS-NOT-ENABLED until then; clients on this host never need TLS."},
    {.name = "AUTHENTICATED_READS", .type = Type::boolean, .arguments = "yes|no", .fallback = "no", .flags = kOurs,
     .help = "Let clients read only after they gave a valid user name and password."},
    {.name = "ALLOW_WORLD_READABLE", .type = Type::boolean, .arguments = "yes|no", .fallback = "no", .flags = kOurs,
     .help = "Start although everyone on the host can read upsd.users."},
    {.name = "UTF8", .type = Type::boolean, .arguments = "yes|no", .fallback = "no", .flags = kOurs,
     .help = "Send values as UTF-8. Without it clients get ASCII only, as they do from the incumbent."},
    {.name = "SANDBOX", .type = Type::boolean, .arguments = "yes|no", .fallback = "yes", .flags = kOurs | kRestart,
     .help = "Confine the server to the system calls and files it needs, as far as the kernel can."},
    {.name = "CERTFILE", .type = Type::path, .arguments = "FILE",
     .help = "PEM file with the certificate, the chain behind it and the private key. Without it TLS is off."},
    {.name = "CERTCAFILE", .type = Type::path, .arguments = "FILE", .flags = kOurs,
     .help = "PEM file with the authorities whose client certificates are accepted."},
    {.name = "CERTPATH", .type = Type::path, .arguments = "DIR",
     .help = "Folder of authorities whose client certificates are accepted. Files of an NSS database are not read; an error says how to convert them."},
    {.name = "CERTIDENT", .type = Type::words, .arguments = "NAME PASSWORD", .flags = kSecret,
     .help = "Certificate in an NSS database. Understood, but CERTFILE is needed instead."},
    {.name = "CERTREQUEST", .type = Type::choice, .arguments = "NO|REQUEST|REQUIRE", .fallback = "NO", .choices = "NO REQUEST REQUIRE 0 1 2",
     .help = "Ask TLS clients for a certificate: no (0), ask and check if there is one (1), or insist on one (2). The words are new in 2.8.5."},
    {.name = "DISABLE_WEAK_SSL", .type = Type::boolean, .arguments = "yes|no", .fallback = "no", .since = "2.8.0",
     .help = "Refuse TLS older than 1.2. That is so in any case; the directive is accepted."},
    {.name = "DEBUG_MIN", .type = Type::integer, .arguments = "N", .fallback = "0", .least = 0, .most = 10, .since = "2.8.0", .flags = kAnyCase,
     .help = "Debug level to have at least."},
    {.name = "ACL", .type = Type::obsolete, .help = "No longer used: use LISTEN and a packet filter."},
    {.name = "ACCEPT", .type = Type::obsolete, .help = "No longer used: use LISTEN and a packet filter."},
    {.name = "REJECT", .type = Type::obsolete, .help = "No longer used: use LISTEN and a packet filter."},
});
// clang-format on

}  // namespace

std::span<const Row> upsd_conf_rows() { return kRows; }

}  // namespace ups::conf
