// SPDX-License-Identifier: Apache-2.0
#include "lib/client/tool/common_options.hpp"

#include "lib/base/text.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <system_error>

namespace ups::client {
namespace {

enum Code : int {
    c_password_file = 0x1000,
    c_password_env,
    c_tls,
    c_tls_direct,
    c_ca,
    c_cert,
    c_key,
    c_tls_name,
};

constexpr option kLong[] = {
    {"help", no_argument, nullptr, 'h'},
    {"version", no_argument, nullptr, 'V'},
    {"debug", no_argument, nullptr, 'D'},
    {"connect-timeout", required_argument, nullptr, 'W'},
    {"auth-file", required_argument, nullptr, 'A'},
    {"tls", required_argument, nullptr, c_tls},
    {"tls-direct", no_argument, nullptr, c_tls_direct},
    {"tls-name", required_argument, nullptr, c_tls_name},
    {"ca", required_argument, nullptr, c_ca},
    {"cert", required_argument, nullptr, c_cert},
    {"key", required_argument, nullptr, c_key},
};
constexpr option kCredentials[] = {
    {"user", required_argument, nullptr, 'u'},
    {"password", required_argument, nullptr, 'p'},
    {"password-file", required_argument, nullptr, c_password_file},
    {"password-env", required_argument, nullptr, c_password_env},
};

constexpr std::string_view kCommonHelp = R"(
Connection:
  -W, --connect-timeout SEC   limit for connecting (default 10, 0 = none)
  -A, --auth-file FILE        credentials and TLS rules (nutauth.conf)
  --tls MODE                  off, try, require (encrypted), verify (encrypted,
                              and the server proves its name); default: try, but
                              off for servers on this machine
  --tls-direct                TLS from the first byte (the server's TLS port)
  --ca FILE|DIR               trusted authorities; implies --tls=verify
  --cert FILE, --key FILE     certificate to show to the server, and its key
  --tls-name NAME             name expected in the server's certificate

  -D, --debug                 say on stderr what is done
  -V, --version               print the version
  -h, --help                  print this text
)";

constexpr std::string_view kCredentialsHelp = R"(
Credentials (asked for if they are missing):
  -u, --user NAME             user name
  -p, --password PASSWORD     password; other users may see it in "ps"
  --password-file FILE        first line of FILE; "-" is standard input
  --password-env NAME         value of an environment variable
)";

Result<ToolTls> parse_tls(std::string_view word) {
    if (word == "off") return ToolTls::off;
    if (word == "try") return ToolTls::attempt;
    if (word == "require") return ToolTls::require;
    if (word == "verify") return ToolTls::verify;
    return fail(ErrorCode::invalid, "--tls takes off, try, require or verify");
}

}  // namespace

std::string short_options(std::string_view own, Credentials credentials) {
    std::string all = "+hVDW:A:";
    if (credentials == Credentials::yes) all += "u:p:";
    return all.append(own);
}

std::vector<option> long_options(std::span<const option> own, Credentials credentials) {
    std::vector<option> all(own.begin(), own.end());
    all.insert(all.end(), std::begin(kLong), std::end(kLong));
    if (credentials == Credentials::yes)
        all.insert(all.end(), std::begin(kCredentials), std::end(kCredentials));
    all.push_back({nullptr, 0, nullptr, 0});
    return all;
}

std::string common_help(Credentials credentials) {
    std::string text;
    if (credentials == Credentials::yes) text += kCredentialsHelp;
    return text += kCommonHelp;
}

Result<unsigned> parse_seconds(std::string_view text, std::string_view name) {
    unsigned seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc{} && end == text.data() + text.size()) return seconds;
    const std::errc why =
        error == std::errc::result_out_of_range ? error : std::errc::invalid_argument;
    return fail(ErrorCode::invalid,
                "Could not convert the provided value for timeout ('" + std::string(name) +
                    "' option) to unsigned int: " + std::make_error_code(why).message());
}

Result<bool> take_common(CommonOptions& options, int code, char* argument) {
    switch (code) {
    case 'D':
        ++options.debug;
        return true;
    case 'u':
        options.user = argument;
        return true;
    case 'p':
        options.password = argument;
        // Shortens the time in which "ps" shows it.
        std::fill_n(argument, options.password->size(), 'x');
        return true;
    case 'A':
        options.auth_file = argument;
        return true;
    case c_password_file:
        options.password_file = argument;
        return true;
    case c_password_env:
        options.password_env = argument;
        return true;
    case c_tls_direct:
        options.tls_direct = true;
        return true;
    case c_ca:
        options.ca = argument;
        return true;
    case c_cert:
        options.certificate = argument;
        return true;
    case c_key:
        options.key = argument;
        return true;
    case c_tls_name:
        options.tls_name = argument;
        return true;
    case c_tls: {
        UPS_TRY(options.tls, parse_tls(argument));
        return true;
    }
    case 'W': {
        UPS_TRY(options.timeout, parse_seconds(argument, "-W"));
        return true;
    }
    default:
        return false;
    }
}

}  // namespace ups::client
