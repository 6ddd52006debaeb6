// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/audit_log.hpp"

#include "lib/base/text.hpp"

#include <algorithm>
#include <string>

namespace ups::upsd {
namespace {

constexpr std::size_t kMaxName = 80;
constexpr std::size_t kMaxValue = 64;

std::string peer_text(const SocketAddress& peer) {
    if (peer.local) return "unix:" + peer.host;
    const bool v6 = peer.host.find(':') != std::string::npos;
    return (v6 ? "[" + peer.host + "]" : peer.host) + ":" + std::to_string(peer.port);
}

/// Some drivers have variables for device accounts; their values do not belong in a log.
bool is_secret(std::string_view item) {
    const std::string name = to_lower(item);
    return std::ranges::any_of(
        std::initializer_list<std::string_view>{"passw", "secret", "community", "authkey",
                                                "privkey"},
        [&](std::string_view part) { return name.find(part) != std::string::npos; });
}

void add(std::string& line, std::string_view key, std::string_view value, std::size_t limit) {
    if (value.empty()) return;
    line += line.empty() ? "" : " ";
    line += key;
    line += "=\"";
    for (const char c : printable(value, limit)) {
        if (c == '"' || c == '\\') line += '\\';
        line += c;
    }
    line += '"';
}

}  // namespace

AuditLog::AuditLog(const Logger& logger, const Clock& clock)
    : logger_(logger), clock_(clock), refilled_(clock.now()) {}

bool AuditLog::may_write_refusal() {
    using std::chrono::seconds;
    const auto passed = std::chrono::floor<seconds>(clock_.now() - refilled_);
    if (passed > seconds::zero()) {
        const auto gained = std::min<std::int64_t>(passed.count() * kPerSecond, kBurst);
        tokens_ = std::min(kBurst, tokens_ + static_cast<unsigned>(gained));
        refilled_ += passed;
    }
    if (tokens_ == 0) {
        ++left_out_;
        return false;
    }
    --tokens_;
    return true;
}

void AuditLog::record(const AuditRecord& what) {
    const bool done = what.outcome.starts_with("OK");
    if (!done && !may_write_refusal()) return;
    if (left_out_ > 0 && tokens_ > 0) {
        logger_.warning("audit.left_out",
                        std::to_string(left_out_) + " lines about refused commands were left out");
        left_out_ = 0;
    }
    std::string line;
    add(line, "session", std::to_string(what.session), kMaxName);
    add(line, "user", what.user, kMaxName);
    add(line, "peer", peer_text(what.peer), kMaxName);
    add(line, "action", what.action, kMaxName);
    add(line, "ups", what.ups, kMaxName);
    add(line, "item", what.item, kMaxName);
    add(line, "value", is_secret(what.item) && !what.value.empty() ? "(hidden)" : what.value,
        kMaxValue);
    add(line, "outcome", what.outcome, kMaxName);
    add(line, "tracking", what.tracking, kMaxName);
    logger_.write(done ? LogLevel::info : LogLevel::warning, "audit", line, {});
}

void AuditLog::answered(std::string_view ups, std::string_view tracking,
                        std::string_view outcome) {
    std::string line;
    add(line, "action", "DRIVER ANSWER", kMaxName);
    add(line, "ups", ups, kMaxName);
    add(line, "outcome", outcome, kMaxName);
    add(line, "tracking", tracking, kMaxName);
    logger_.write(outcome == "SUCCESS" ? LogLevel::info : LogLevel::warning, "audit", line, {});
}

}  // namespace ups::upsd
