// SPDX-License-Identifier: Apache-2.0
/// The options that `upsc`, `upscmd` and `upsrw` have in common, and what follows from them.
#pragma once

#include "lib/client/connection.hpp"
#include "lib/client/tool/auth_file.hpp"

#include <getopt.h>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ups::client {

/// `std::getenv`, handed in by `main`.
using GetEnv = char* (*)(const char*);

enum class ToolTls : std::uint8_t {
    automatic,  ///< STARTTLS if the server offers it, except on this machine
    off,
    attempt,
    require,  ///< encrypted, whoever it is
    verify,   ///< encrypted, with a server that proves its name
};

struct CommonOptions {
    std::optional<std::string> user;
    std::optional<std::string> password;
    std::string password_file;  ///< "-": stdin
    std::string password_env;   ///< name of an environment variable
    std::string auth_file;
    std::optional<unsigned> timeout;  ///< seconds for the connect
    ToolTls tls = ToolTls::automatic;
    bool tls_direct = false;  ///< TLS from the first byte
    std::string ca;           ///< file or folder; implies `verify`
    std::string certificate;
    std::string key;
    std::string tls_name;
    int debug = 0;
};

/// Whether a tool may authenticate and so has -u and -p (upsc has not).
enum class Credentials : std::uint8_t { no, yes };

/// What getopt_long gets: the tool's own short options and those in common. Options end at the first
/// argument, as with the incumbent.
[[nodiscard]] std::string short_options(std::string_view own, Credentials credentials);
/// As `short_options`; ends with the row of zeros.
[[nodiscard]] std::vector<option> long_options(std::span<const option> own,
                                               Credentials credentials);

/// Takes one option that getopt_long found. False: it is not one of these. Fails with the message for
/// the user if `argument` will not do. A password is wiped from `argument` (getopt's `optarg`).
[[nodiscard]] Result<bool> take_common(CommonOptions& options, int code, char* argument);

/// Their lines of the help text, at most 80 columns.
[[nodiscard]] std::string common_help(Credentials credentials);

/// An unsigned number of seconds. `name`: the option, for the message, which is the incumbent's.
[[nodiscard]] Result<unsigned> parse_seconds(std::string_view text, std::string_view name);

/// Everything for one server: options, then nutauth.conf, then defaults.
struct Plan {
    ConnectionOptions connection;
    std::optional<std::string> user;
    std::optional<std::string> password;
    std::vector<std::string> warnings;  ///< for stderr, one line each
};
/// Reads what the options name (nutauth.conf, the password, certificates). Fails with the message for
/// the user.
[[nodiscard]] Result<Plan> make_plan(const CommonOptions& options, const ServerAddress& server,
                                     GetEnv get_env, WallTime now);

}  // namespace ups::client
