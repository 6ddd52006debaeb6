// SPDX-License-Identifier: Apache-2.0
#include "lib/client/tool/tracked.hpp"

#include "lib/base/text.hpp"
#include "lib/client/tool/common_options.hpp"
#include "lib/client/tool/terminal.hpp"

#include <cstdio>

namespace ups::client {
namespace {

constexpr std::size_t kTrackingId = 36;
constexpr std::chrono::milliseconds kFirstPoll{50};
constexpr std::chrono::milliseconds kLastPoll{1000};

/// The raw reply line of a request with `Shape::text`, ERR or not; or the fatal failure.
Answer<std::string> ask_line_of(BlockingClient& client, Request request) {
    request.shape = Shape::text;
    request.echo.clear();
    auto answer = client.ask(request);
    if (answer) return std::string(answer->word());
    if (answer.error().is_fatal()) return std::unexpected(answer.error());
    return answer.error().line;
}

int log_in(BlockingClient& client, const Login& login) {
    // An empty name or password is not sent; the server then says what it misses.
    if (!login.user.empty()) {
        const auto answer = client.ask(command({"USERNAME", login.user}));
        if (!answer && answer.error().server == ServerError::tls_not_enabled)
            return complain("Error: ", answer.error().text);
        if (!answer && answer.error().is_fatal())
            return complain("Set username failed: ", answer.error().text);
    }
    if (!login.password.empty()) {
        const auto answer = client.ask(command({"PASSWORD", login.password}));
        if (!answer && answer.error().is_fatal())
            return complain("Set password failed: ", answer.error().text);
    }
    // Other refusals show in the answer to the command, as with stock clients.
    return 0;
}

int follow(BlockingClient& client, std::string_view id, const TrackedCommand& command) {
    const Instant end = client.loop().now() + command.limit;
    for (auto pause = kFirstPoll;; pause = std::min(2 * pause, kLastPoll)) {
        const auto line = ask_line_of(client, get_tracking(id));
        if (!line)
            return complain("Can't receive status tracking information: ", line.error().text);
        if (*line != "PENDING") {
            complain(*line);
            return command.tracking == Tracking::strict && *line != "SUCCESS" ? 1 : 0;
        }
        if (client.loop().now() >= end)
            return complain("Can't receive status tracking information: timeout");
        client.wait(std::min<Duration>(pause, end - client.loop().now()));
    }
}

}  // namespace

std::vector<option> with_tracking(std::span<const option> own) {
    std::vector<option> all(own.begin(), own.end());
    all.push_back({"wait", no_argument, nullptr, 'w'});
    all.push_back({"timeout", required_argument, nullptr, 't'});
    all.push_back({"strict", no_argument, nullptr, kStrictOption});
    return all;
}

Result<bool> take_tracking(TrackingChoice& choice, int code, const char* argument) {
    switch (code) {
    case 'w':
        if (choice.tracking == Tracking::no) choice.tracking = Tracking::wait;
        return true;
    case kStrictOption:
        choice.tracking = Tracking::strict;
        return true;
    case 't': {
        UPS_TRY(const unsigned seconds, parse_seconds(argument, "-t"));
        choice.limit = std::chrono::seconds(seconds);
        return true;
    }
    default:
        return false;
    }
}

std::string tracking_help() {
    return "  -w, --wait                  wait for the answer of the driver and print it\n"
           "  -t, --timeout SECONDS       how long to wait (default 10)\n"
           "  --strict                    wait, and exit with 1 if it failed\n";
}

std::optional<Login> complete_login(const std::optional<std::string>& user,
                                    const std::optional<std::string>& password,
                                    const std::string& own_name) {
    Login login{user.value_or(""), {}};
    if (!user) {
        const auto typed = ask_line("Username (" + own_name + "): ");
        if (!typed) return std::nullopt;
        login.user = typed->empty() ? own_name : *typed;
    }
    login.password = password ? *password : ask_secret("Password: ");
    return login;
}

int run_tracked(BlockingClient& client, const Login& login, const TrackedCommand& tracked) {
    if (const int status = log_in(client, login); status != 0) return status;
    const std::string enabling =
        "Enabling " + std::string(tracked.what) + " status tracking failed";
    if (tracked.tracking != Tracking::no) {
        const auto line = ask_line_of(client, command({"SET", "TRACKING", "ON"}));
        if (!line) return complain(enabling + ": ", line.error().text);
        if (!line->starts_with("OK")) return complain(enabling + ". upsd answered: ", *line);
    }
    const auto line = ask_line_of(client, tracked.request);
    if (!line) return complain(std::string(tracked.failure) + " failed: ", line.error().text);
    if (!line->starts_with("OK")) return complain("Unexpected response from upsd: ", *line);
    const std::vector<std::string_view> words = split_blanks(*line);
    const bool is_tracked =
        words.size() == 3 && words[1] == "TRACKING" && words[2].size() == kTrackingId;
    if (tracked.tracking != Tracking::no && is_tracked) return follow(client, words[2], tracked);
    complain(*line);
    return 0;
}

}  // namespace ups::client
