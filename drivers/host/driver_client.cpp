// SPDX-License-Identifier: Apache-2.0
#include "drivers/host/driver_client.hpp"

#include "lib/base/pid_file.hpp"
#include "lib/base/text.hpp"
#include "lib/event/listener.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <poll.h>
#include <unistd.h>

namespace ups::host {
namespace {

using std::chrono::seconds;

constexpr Duration kAnswer = seconds(15);  // a tracked request may wait for a slow device
constexpr Duration kExit = seconds(5);     // per step of an eviction
constexpr std::size_t kMaxHeld = std::size_t{64} * 1024;
constexpr std::string_view kTrackingId = "upsdrv-1";  // the only request of its connection

Result<ProcessHandle> owner_of(const DriverPlace& place) {
    return find_owner(place.pid_path, place.programs());
}

bool waits_for(int fd, short events, Instant deadline, const Clock& clock) {
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock.now());
        if (left.count() <= 0) return false;
        pollfd watched{fd, events, 0};
        const int ready =
            ::poll(&watched, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
    }
}

}  // namespace

std::vector<std::string_view> DriverPlace::programs() const {
    if (any_program) return {};
    return {driver, "upsdrv"};
}

Result<DriverClient> DriverClient::connect(const std::string& path, const Clock& clock) {
    UPS_TRY(Fd fd, connect_unix(path));
    DriverClient client(std::move(fd), clock);
    UPS_CHECK(client.send("NOBROADCAST"));
    return client;
}

Result<void> DriverClient::send(std::string_view line) {
    const std::string text = std::string(line) + "\n";
    // A few dozen bytes into an empty socket buffer: it fits or the peer is gone.
    if (::write(fd_.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()))
        return {};
    return fail_errno("cannot write to the driver", errno);
}

Result<std::string> DriverClient::line(Instant deadline) {
    for (;;) {
        if (const std::size_t end = held_.find('\n'); end != std::string::npos) {
            std::string found = held_.substr(0, end);
            held_.erase(0, end + 1);
            return found;
        }
        if (held_.size() > kMaxHeld)
            return fail(ErrorCode::too_long, "endless line from the driver");
        if (!waits_for(fd_.get(), POLLIN, deadline, clock_))
            return fail(ErrorCode::timeout, "the driver does not answer");
        std::array<char, 4096> chunk{};
        const ssize_t got = ::read(fd_.get(), chunk.data(), chunk.size());
        if (got == 0) return fail(ErrorCode::closed, "the driver closed the connection");
        if (got < 0 && errno != EAGAIN && errno != EINTR)
            return fail(ErrorCode::closed, "the driver broke the connection");
        if (got > 0) held_.append(chunk.data(), static_cast<std::size_t>(got));
    }
}

Result<int> DriverClient::track(const std::string& request, Duration limit) {
    const Instant deadline = clock_.now() + limit;
    UPS_CHECK(send(request + " TRACKING " + std::string(kTrackingId)));
    for (;;) {
        UPS_TRY(const std::string got, line(deadline));
        const auto words = split_blanks(got);
        if (words.size() != 3 || words[0] != "TRACKING" || words[1] != kTrackingId) continue;
        if (const auto code = parse_integer(words[2])) return static_cast<int>(*code);
    }
}

bool DriverClient::wait_closed(Duration limit) {
    const Instant deadline = clock_.now() + limit;
    for (;;) {
        const auto got = line(deadline);
        if (!got) return got.error().code == ErrorCode::closed;
    }
}

Result<bool> evict(const DriverPlace& place, const Clock& clock) {
    bool found = false;
    auto owner = owner_of(place);
    if (auto client = DriverClient::connect(place.socket_path, clock)) {
        found = true;
        const bool asked =
            client->send("INSTCMD driver.exit TRACKING " + std::string(kTrackingId)).has_value();
        // The connection ends a moment before the process does.
        if (asked && client->wait_closed(owner ? kExit : 2 * kExit) &&
            (!owner || owner->wait_end(kExit)))
            return true;
    }
    if (!owner) {
        if (!found) return false;
        return fail(ErrorCode::busy, "another instance serves " + place.socket_path +
                                         " and does not exit (" + owner.error().text + ")");
    }
    for (int i = 0; i < 3; ++i) {
        const auto sent = owner->signal(SIGTERM);
        if (!sent && sent.error().code == ErrorCode::denied)
            return std::unexpected(sent.error().within("cannot end the other instance"));
        if (owner->wait_end(kExit)) return true;
    }
    UPS_CHECK(owner->signal(SIGKILL));
    if (owner->wait_end(kExit)) return true;
    return fail(ErrorCode::busy, "the other instance cannot be ended");
}

Result<void> control(const DriverPlace& place, const std::string& command, const Clock& clock) {
    if (auto client = DriverClient::connect(place.socket_path, clock)) {
        const auto code = client->track("INSTCMD driver." + command, kAnswer);
        if (code && *code == 0) return {};
        // 1: an older driver that does not know the command; its signals may do.
        if (code && *code != 1) return fail(ErrorCode::refused, "the driver refused " + command);
        if (!code && code.error().code == ErrorCode::closed && command != "reload") return {};
    }
    UPS_TRY(const ProcessHandle owner, owner_of(place));
    return control_pid(place, owner.pid(), command);
}

Result<void> control_pid(const DriverPlace& place, int pid, const std::string& command) {
    UPS_TRY(const ProcessHandle process, ProcessHandle::open(pid));
    const auto programs = place.programs();
    if (!programs.empty() && !runs_program(pid, programs))
        return fail(ErrorCode::not_found,
                    "process " + std::to_string(pid) + " does not run driver " + place.driver);
    if (command == "reload") return process.signal(SIGHUP);
    if (command == "exit") return process.signal(SIGTERM);
    return fail(ErrorCode::unsupported, command + " cannot be sent by signal");
}

Result<bool> killpower_by_socket(const DriverPlace& place, std::span<const std::string> commands,
                                 const Clock& clock) {
    auto client = DriverClient::connect(place.socket_path, clock);
    if (!client) return false;
    for (const std::string& command : commands) {
        const auto code = client->track("INSTCMD " + command, kAnswer);
        if (code && *code == 0) return true;
    }
    if (!commands.empty()) return false;
    UPS_CHECK(client->send("SET driver.flag.allow_killpower \"1\""));
    const auto code = client->track("INSTCMD driver.killpower", kAnswer);
    return code && *code == 0;
}

}  // namespace ups::host
