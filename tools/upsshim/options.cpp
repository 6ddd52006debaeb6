// SPDX-License-Identifier: Apache-2.0
#include "tools/upsshim/options.hpp"

#include "lib/base/build_info.hpp"
#include "lib/base/text.hpp"

#include <algorithm>
#include <getopt.h>
#include <optional>

namespace ups::upsshim {
namespace {

enum Code : int {
    c_direct = 0x1000,
    c_allow_plain,
    c_allow_remote,
    c_no_verify,
    c_require_cert,
    c_cert,
    c_key,
    c_ca,
    c_tls_name,
    c_patience,
    c_no_sandbox,
};

constexpr option kLong[] = {
    {"server-side", no_argument, nullptr, 's'},
    {"client-side", no_argument, nullptr, 'c'},
    {"listen", required_argument, nullptr, 'l'},
    {"to", required_argument, nullptr, 't'},
    {"direct", no_argument, nullptr, c_direct},
    {"allow-plain", no_argument, nullptr, c_allow_plain},
    {"allow-remote", no_argument, nullptr, c_allow_remote},
    {"no-verify", no_argument, nullptr, c_no_verify},
    {"require-cert", no_argument, nullptr, c_require_cert},
    {"cert", required_argument, nullptr, c_cert},
    {"key", required_argument, nullptr, c_key},
    {"ca", required_argument, nullptr, c_ca},
    {"tls-name", required_argument, nullptr, c_tls_name},
    {"connect-timeout", required_argument, nullptr, 'W'},
    {"patience", required_argument, nullptr, c_patience},
    {"max-connections", required_argument, nullptr, 'm'},
    {"user", required_argument, nullptr, 'u'},
    {"pid-base", required_argument, nullptr, 'p'},
    {"foreground", no_argument, nullptr, 'F'},
    {"check", no_argument, nullptr, 'k'},
    {"no-sandbox", no_argument, nullptr, c_no_sandbox},
    {"debug", no_argument, nullptr, 'D'},
    {"version", no_argument, nullptr, 'V'},
    {"help", no_argument, nullptr, 'h'},
    {nullptr, 0, nullptr, 0},
};

constexpr std::string_view kUsage = R"(
usage: upsshim -s -l <address> --cert <file> [-t <server>] [OPTIONS]
       upsshim -c -t <server> [-l <address>] [OPTIONS]

Gives TLS to UPS servers and clients that have none.

  -s, --server-side           stand in front of a server: clients use STARTTLS
                              or TLS, the server is spoken to in clear
  -c, --client-side           stand in front of clients: they speak in clear,
                              the connection to the server is encrypted
  -l, --listen <address>      [<host>:]<port>, may be repeated; with -c
                              127.0.0.1:3493 by default
  -t, --to <server>           <host>[:<port>] or a path; with -s localhost:3493
                              by default
  --direct                    TLS from the first byte, not by STARTTLS

With -s:
  --cert <file>, --key <file> certificate with chain, and its key
  --allow-plain               other hosts may do without TLS; by default only
                              this one may
  --ca <file|folder>          authorities of clients' certificates
  --require-cert              clients must show a certificate

With -c:
  --ca <file|folder>          authorities of the server's certificate; the
                              system's by default
  --tls-name <name>           name in its certificate, if not that of -t
  --no-verify                 encrypt, but do not ask who the server is
  --cert <file>, --key <file> certificate to show to the server
  --allow-remote              listen for other hosts, too, in clear

  -W, --connect-timeout SEC   limit for connecting to the server (default 10)
  --patience SECONDS          limit for a first word and for a handshake
                              (default 60)
  -m, --max-connections N     side by side (default 1024)
  -u, --user <user>           run as this user when started by root
  -p, --pid-base <name>       name of the pid file without .pid, in the
                              background (default upsshim)
  -F, --foreground            stay in the foreground
  -k, --check                 check addresses and certificates, and exit
  --no-sandbox                do not confine the process
  -D, --debug                 say more, and stay in the foreground
  -V, --version               print the version
  -h, --help                  print this text
)";

constexpr std::uint16_t kPort = client::kDefaultPort;

Result<unsigned> parse_number(std::string_view text, std::string_view name, unsigned most) {
    const auto number = parse_integer(text);
    if (!number || *number < 1 || *number > most)
        return fail(ErrorCode::invalid, std::string(name) + " " + printable(text) +
                                            ": not a number from 1 to " + std::to_string(most));
    return static_cast<unsigned>(*number);
}

/// A port alone gets its host when the side is known.
Result<client::ServerAddress> parse_listen(std::string_view text) {
    if (const auto port = parse_integer(text)) {
        if (*port < 1 || *port > 65535)
            return fail(ErrorCode::invalid, "-l " + printable(text) + ": not a port");
        return client::ServerAddress{"", static_cast<std::uint16_t>(*port)};
    }
    auto address = client::parse_server_address(text);
    if (!address || address->is_unix())
        return fail(ErrorCode::invalid, "-l " + printable(text) + ": must be [<host>:]<port>");
    return *std::move(address);
}

struct Parsed {
    Options options;
    std::optional<Side> side;
    bool is_contradictory = false;  // -s and -c
    std::optional<client::ServerAddress> to;
};

Result<void> take_number(Options& options, int code, std::string_view text) {
    switch (code) {
    case 'W': {
        UPS_TRY(const unsigned seconds, parse_number(text, "-W", 3600));
        options.connect_limit = std::chrono::seconds(seconds);
        return {};
    }
    case c_patience: {
        UPS_TRY(const unsigned seconds, parse_number(text, "--patience", 3600));
        options.patience = std::chrono::seconds(seconds);
        return {};
    }
    default: {
        UPS_TRY(options.max_connections, parse_number(text, "-m", 100'000));
        return {};
    }
    }
}

Result<void> take_argument(Parsed& parsed, int code, const char* argument) {
    Options& options = parsed.options;
    switch (code) {
    case 'l': {
        UPS_TRY(client::ServerAddress address, parse_listen(argument));
        options.listen.push_back(std::move(address));
        return {};
    }
    case 't': {
        auto address = client::parse_server_address(argument);
        if (!address)
            return fail(ErrorCode::invalid,
                        "-t " + printable(argument) + ": " + address.error().text);
        parsed.to = *std::move(address);
        return {};
    }
    case c_cert:
        options.certificate = argument;
        return {};
    case c_key:
        options.key = argument;
        return {};
    case c_ca:
        options.ca = argument;
        return {};
    case c_tls_name:
        options.tls_name = argument;
        return {};
    case 'u':
        options.user = argument;
        return {};
    case 'p':
        options.pid_base = argument;
        return {};
    default:
        return take_number(options, code, argument);
    }
}

/// False: it is no flag.
bool take_flag(Parsed& parsed, int code) {
    Options& options = parsed.options;
    switch (code) {
    case 's':
        parsed.is_contradictory |= parsed.side == Side::client;
        parsed.side = Side::server;
        return true;
    case 'c':
        parsed.is_contradictory |= parsed.side == Side::server;
        parsed.side = Side::client;
        return true;
    case c_direct:
        return options.direct = true;
    case c_allow_plain:
        return options.allow_plain = true;
    case c_allow_remote:
        return options.allow_remote = true;
    case c_no_verify:
        options.verify = false;
        return true;
    case c_require_cert:
        return options.require_certificate = true;
    case c_no_sandbox:
        options.sandbox = false;
        return true;
    case 'F':
        return options.foreground = true;
    case 'D':
        ++options.debug;
        return options.foreground = true;
    case 'k':
        options.action = Action::check;
        return true;
    default:
        return false;
    }
}

bool is_this_host(const std::string& host) {
    return iequals(host, "localhost") || host.starts_with("127.") || host == "::1";
}

Result<Options> complete(Parsed parsed) {
    Options& options = parsed.options;
    const auto refuse = [](std::string text) { return fail(ErrorCode::invalid, std::move(text)); };
    if (parsed.is_contradictory)
        return refuse("-s and -c are two sides: start one upsshim for each.");
    if (!parsed.side) return refuse("Which side? Use -s or -c; upsshim -h tells more.");
    options.side = *parsed.side;
    const bool server = options.side == Side::server;
    if (server && options.listen.empty())
        return refuse("No address to listen on - use -l <address>");
    if (server && options.certificate.empty()) return refuse("No certificate - use --cert <file>");
    if (server && options.require_certificate && options.ca.empty())
        return refuse("--require-cert needs --ca <file>");
    if (!server && !parsed.to) return refuse("No server to connect to - use -t <server>");
    if (!server && options.listen.empty()) options.listen.push_back({"127.0.0.1", kPort});
    options.to = parsed.to.value_or(client::ServerAddress{"localhost", kPort});
    if (!server && options.to.is_unix()) return refuse("-t: TLS is of no use on a local socket");
    for (client::ServerAddress& address : options.listen) {
        if (address.host.empty()) address.host = server ? "*" : "127.0.0.1";
        if (!server && !options.allow_remote && !is_this_host(address.host))
            return refuse(
                "-l " + address.to_text() +
                ": other hosts would speak to it in clear; --allow-remote if that is meant");
    }
    if (options.pid_base.empty() || options.pid_base.find('/') != std::string::npos)
        return refuse("-p " + printable(options.pid_base) + ": not a file name");
    return std::move(parsed.options);
}

}  // namespace

std::string help_text() {
    return std::string(kProduct) + " upsshim " + std::string(kVersion) + "\n" + std::string(kUsage);
}

Result<Options> parse_options(int argc, char** argv) {
    Parsed parsed;
    for (int code = 0;
         (code = getopt_long(argc, argv, "+scl:t:W:m:u:p:FkDVh", kLong, nullptr)) != -1;) {
        if (code == 'V' || code == 'h') {
            parsed.options.action = code == 'V' ? Action::version : Action::help;
            return std::move(parsed.options);
        }
        if (code == '?') return fail(ErrorCode::invalid, "Try upsshim -h for the options.");
        if (!take_flag(parsed, code)) UPS_CHECK(take_argument(parsed, code, optarg));
    }
    if (optind < argc)
        return fail(ErrorCode::invalid, "No such option: " + printable(argv[optind]));
    return complete(std::move(parsed));
}

}  // namespace ups::upsshim
