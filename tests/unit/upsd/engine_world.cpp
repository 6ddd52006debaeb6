// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/upsd/engine_world.hpp"

#include "lib/base/text.hpp"

#include <algorithm>
#include <utility>

namespace ups::upsd::testing {

void CountingRandom::fill(std::span<std::byte> bytes) {
    ++count_;
    std::ranges::fill(bytes, std::byte{0});
    for (std::size_t i = 0; i < sizeof count_ && i < bytes.size(); ++i)
        bytes[bytes.size() - 1 - i] = static_cast<std::byte>(count_ >> (8 * i));
}

Verdict FakeAuthenticator::judge(const AccessRequest& request) const {
    static constexpr std::string_view kNames[] = {"read", "attach", "primary",
                                                  "fsd",  "set",    "instcmd"};
    const auto user = users.find(request.user);
    if (user == users.end() || user->second.password != request.password) return Verdict::denied;
    const auto& rights = user->second.rights;
    if (rights.contains("hide:" + std::string(request.ups))) return Verdict::denied;
    const std::string right(kNames[static_cast<std::size_t>(request.right)]);
    const bool granted =
        rights.contains(right) || rights.contains(right + ":" + std::string(request.item));
    return granted ? Verdict::granted : Verdict::denied;
}

Verdict FakeAuthenticator::decide(const AccessRequest& request, AccessWaiter& waiter) {
    const Verdict verdict = judge(request);
    if (!slow) return verdict;
    waiting_.emplace_back(&waiter, verdict);
    return Verdict::pending;
}

bool FakeAuthenticator::shows(std::string_view user, std::string_view ups) const {
    const auto known = users.find(user);
    return known != users.end() && !known->second.rights.contains("hide:" + std::string(ups));
}

void FakeAuthenticator::cancel(AccessWaiter& waiter) noexcept {
    std::erase_if(waiting_, [&waiter](const auto& one) { return one.first == &waiter; });
}

void FakeAuthenticator::answer_all() {
    for (auto left = std::exchange(waiting_, {}); !left.empty(); left.pop_front())
        left.front().first->on_verdict(left.front().second);
}

void FakeAudit::record(const AuditRecord& what) {
    std::string line(what.action);
    for (const std::string_view part : {what.user, what.ups, what.item, what.value, what.outcome})
        if (!part.empty()) line.append(" ").append(part);
    lines.push_back(std::move(line));
    // A fuzzed client may do this for ever.
    if (lines.size() > 1000) lines.pop_front();
}

void FakeAudit::answered(std::string_view ups, std::string_view tracking,
                         std::string_view outcome) {
    std::string line("DRIVER ANSWER");
    for (const std::string_view part : {ups, tracking, outcome})
        line.append(" ").append(part);
    lines.push_back(std::move(line));
    if (lines.size() > 1000) lines.pop_front();
}

std::optional<std::string_view> FakeDescriptions::variable(std::string_view name) const noexcept {
    if (iequals(name, "ups.status")) return "UPS status";
    return std::nullopt;
}

std::optional<std::string_view> FakeDescriptions::command(std::string_view name) const noexcept {
    if (iequals(name, "load.off")) return "Turn off the load immediately";
    return std::nullopt;
}

FakeClient::FakeClient(Engine& engine, std::string host, Security security)
    : session(engine, *this,
              SocketAddress{.host = host,
                            .port = 1,
                            .loopback = host.starts_with("127.") || host == "::1" ||
                                        host.starts_with('/'),
                            .local = host.starts_with('/')},
              security) {}

void FakeClient::send(std::string_view bytes) {
    if (closed) return;
    work();
    if (session.has_backlog()) return;  // a paused connection would leave them in the socket
    std::string out;
    session.on_input(bytes, out);
    received += out;
    settle();
    work();
}

void FakeClient::work() {
    if (blocked || closed) return;
    while (session.has_backlog() && !session.is_waiting() && !closed) {
        std::string out;
        session.resume(out);
        received += out;
        settle();
    }
    received += std::exchange(notices_, {});
    if (std::exchange(due_, false)) session.events(received);
}

void FakeClient::settle() {
    if (session.wants_tls()) {
        session.secured();
        in_tls = true;
    }
    closed = closed || session.wants_close();
}

FakeDriver::FakeDriver(Engine& engine, Ups& ups) : engine_(engine), ups_(ups) {
    engine_.driver_connected(ups_, *this);
}

FakeDriver::~FakeDriver() {
    engine_.driver_lost(ups_);
}

bool FakeDriver::send(std::string_view lines) {
    if (!broken) heard += lines;
    return !broken;
}

World::World(Settings settings)
    : engine({clock, random, logger, users, audit, tls, descriptions}, std::move(settings)) {}

FakeClient& World::client(std::string host, Security security) {
    clients.push_back(std::make_unique<FakeClient>(engine, std::move(host), security));
    return *clients.back();
}

FakeDriver& World::driver(std::string_view ups) {
    auto& slot = drivers[std::string(ups)];
    slot.reset();
    slot = std::make_unique<FakeDriver>(engine, *engine.registry().find(ups));
    return *slot;
}

void World::pass(Duration time) {
    const Instant end = clock.now() + time;
    for (;;) {
        Ups* next = nullptr;
        for (const auto& one : engine.registry().all()) {
            const auto deadline = one->link.deadline();
            if (!deadline || *deadline > end) continue;
            if (next == nullptr || *deadline < *next->link.deadline()) next = one.get();
        }
        if (next == nullptr) break;
        clock.advance(std::max(*next->link.deadline() - clock.now(), Duration::zero()));
        engine.driver_time(*next, clock.now());
    }
    clock.advance(end - clock.now());
}

void World::settle() {
    for (const auto& one : clients)
        one->work();
}

Settings settings_with(std::initializer_list<std::string> upses) {
    Settings settings;
    for (const std::string& name : upses)
        settings.upses.push_back({.name = name,
                                  .description = "",
                                  .driver = "fake",
                                  .socket_path = "/nowhere/fake-" + name});
    return settings;
}

}  // namespace ups::upsd::testing
