// SPDX-License-Identifier: Apache-2.0
/// What `upscmd` and `upsrw` share: log in, one command, and its tracked outcome, with the incumbent's
/// words on stderr.
#pragma once

#include "lib/client/blocking_client.hpp"

#include <getopt.h>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ups::client {

enum class Tracking : std::uint8_t {
    no,      ///< the server's OK is enough
    wait,    ///< wait for the driver's answer; exit status 0 whatever it is, as stock
    strict,  ///< wait, and a failure is exit status 1
};

/// What the options `-w`, `-t` and `--strict` choose.
struct TrackingChoice {
    Tracking tracking = Tracking::no;
    std::chrono::seconds limit{10};
};
inline constexpr int kStrictOption = 0x2000;
/// A tool's own long options and those three; their letters are `wt:`.
[[nodiscard]] std::vector<option> with_tracking(std::span<const option> own);
/// Takes one of the three. False: it is not one. Fails with the message for the user.
[[nodiscard]] Result<bool> take_tracking(TrackingChoice& choice, int code, const char* argument);
/// Their lines of the help text.
[[nodiscard]] std::string tracking_help();

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
                              const TrackedCommand& tracked);

}  // namespace ups::client
