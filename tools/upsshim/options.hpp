// SPDX-License-Identifier: Apache-2.0
/// The command line of `upsshim`.
#pragma once

#include "lib/client/address.hpp"
#include "tools/upsshim/interceptor.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace ups::upsshim {

enum class Action : std::uint8_t { serve, check, help, version };

struct Options {
    Action action = Action::serve;
    Side side = Side::server;
    std::vector<client::ServerAddress> listen;  ///< host "*": all addresses
    client::ServerAddress to;
    bool direct = false;               ///< TLS from the first byte instead of STARTTLS
    bool allow_plain = false;          ///< side `server`: others than this host may do without TLS
    bool allow_remote = false;         ///< side `client`: may listen for other hosts, in clear
    bool verify = true;                ///< side `client`: the server proves its name
    bool require_certificate = false;  ///< side `server`: clients must show one
    std::string certificate;
    std::string key;
    std::string ca;
    std::string tls_name;
    std::chrono::seconds connect_limit{10};
    std::chrono::seconds patience{60};  ///< for a first word, and for a handshake
    std::size_t max_connections = 1024;
    std::string user;  ///< empty: the packaged account
    std::string pid_base = "upsshim";
    bool foreground = false;
    bool sandbox = true;
    unsigned debug = 0;
};

/// Fails with the message for the user.
[[nodiscard]] Result<Options> parse_options(int argc, char** argv);
[[nodiscard]] std::string help_text();

}  // namespace ups::upsshim
