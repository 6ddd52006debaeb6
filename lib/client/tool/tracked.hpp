// SPDX-License-Identifier: Apache-2.0
/// What `upscmd` and `upsrw` share: log in, one command, and its tracked outcome, with the incumbent's
/// words on stderr.
#pragma once

#include "lib/client/blocking_client.hpp"

#include <string>
#include <string_view>

namespace ups::client {

enum class Tracking : std::uint8_t {
    no,      ///< the server's OK is enough
    wait,    ///< wait for the driver's answer; exit status 0 whatever it is, as stock
    strict,  ///< wait, and a failure is exit status 1
};

struct TrackedCommand {
    Request request;           ///< answered by OK or OK TRACKING; made with `Shape::text`
    std::string_view what;     ///< as in "Enabling … status tracking failed"
    std::string_view failure;  ///< as in "Instant command" failed: Server disconnected
    Tracking tracking = Tracking::no;
    std::chrono::seconds limit{10};
};

struct Login {
    std::string user;
    std::string password;
};

/// Asks for what is missing: `Username (NAME): ` on stdout, an empty answer means `own_name`; then the
/// password without echo. Nothing: the input ended before a user name.
[[nodiscard]] std::optional<Login> complete_login(const std::optional<std::string>& user,
                                                  const std::optional<std::string>& password,
                                                  const std::string& own_name);

/// Logs in and runs the command on a connected client. Prints its outcome on stderr; the exit status.
[[nodiscard]] int run_tracked(BlockingClient& client, const Login& login,
                              const TrackedCommand& command);

}  // namespace ups::client
