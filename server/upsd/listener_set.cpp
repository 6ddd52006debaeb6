// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/listener_set.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <memory>
#include <netdb.h>
#include <unistd.h>

namespace ups::upsd {
namespace {

struct AddrinfoFree {
    void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};

enum class Numeric : std::uint8_t { no, v4, v6 };

Numeric numeric_kind(const std::string& host) {
    in6_addr buffer{};
    if (::inet_pton(AF_INET, host.c_str(), &buffer) == 1) return Numeric::v4;
    // With a zone ("fe80::1%eth0") only the resolver can tell.
    return host.find(':') != std::string::npos ? Numeric::v6 : Numeric::no;
}

bool is_name(const std::string& host) {
    return host != "*" && numeric_kind(host) == Numeric::no;
}

std::string where(const std::string& host, std::uint16_t port) {
    return host + " port " + std::to_string(port);
}

bool may_work_later(const Error& error) {
    return error.code == ErrorCode::not_found || error.code == ErrorCode::busy;
}

}  // namespace

Result<std::vector<std::string>> addresses_of(const std::string& host, Family family) {
    const Numeric kind = numeric_kind(host);
    if ((kind == Numeric::v4 && family == Family::v6) ||
        (kind == Numeric::v6 && family == Family::v4))
        return std::vector<std::string>();  // -4 or -6 leaves it out
    if (kind != Numeric::no) return std::vector{host};
    if (host == "*") {
        std::vector<std::string> all;
        if (family != Family::v6) all.emplace_back("0.0.0.0");
        if (family != Family::v4) all.emplace_back("::");
        return all;
    }
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_family = family == Family::v4 ? AF_INET : family == Family::v6 ? AF_INET6 : AF_UNSPEC;
    addrinfo* raw = nullptr;
    const int found = ::getaddrinfo(host.c_str(), nullptr, &hints, &raw);
    if (found != 0) return fail(ErrorCode::not_found, host + ": " + ::gai_strerror(found));
    const std::unique_ptr<addrinfo, AddrinfoFree> list(raw);
    std::vector<std::string> hosts;
    for (const addrinfo* at = list.get(); at != nullptr; at = at->ai_next) {
        char text[NI_MAXHOST] = "";
        if (::getnameinfo(at->ai_addr, at->ai_addrlen, text, sizeof text, nullptr, 0,
                          NI_NUMERICHOST) != 0)
            continue;
        if (std::ranges::find(hosts, std::string_view(text)) == hosts.end())
            hosts.emplace_back(text);
    }
    return hosts;
}

ListenerSet::ListenerSet(Loop& loop, const Logger& logger, Family family,
                         std::optional<Account> owner)
    : logger_(logger), family_(family), owner_(std::move(owner)),
      timer_(loop, [this] { retry(); }) {}

ListenerSet::~ListenerSet() {
    for (const Entry& entry : entries_)
        if (entry.target.local && !entry.bound.empty()) ::unlink(entry.target.host.c_str());
}

std::vector<ListenerSet::Target> ListenerSet::targets_of(const conf::UpsdConf& conf) const {
    std::vector<Target> targets;
    targets.reserve(conf.listen.size() + conf.local_sockets.size());
    for (const conf::ListenAddress& at : conf.listen)
        targets.push_back(
            {.host = at.host,
             .port = at.port,
             .kind = at.kind == conf::ListenKind::tls ? ListenerKind::tls : ListenerKind::plain,
             .optional = at.builtin});
    for (const conf::LocalSocket& socket : conf.local_sockets)
        targets.push_back({.host = socket.path,
                           .local = true,
                           .optional = socket.place.line == 0,
                           .mode = socket.mode});
    return targets;
}

bool ListenerSet::is_bound(const std::string& host, std::uint16_t port) const {
    return std::ranges::any_of(entries_, [&](const Entry& entry) {
        return std::ranges::any_of(entry.bound, [&](const SocketAddress& at) {
            return at.host == host && at.port == port && port != 0;
        });
    });
}

void ListenerSet::take(Entry& entry, BoundSocket socket) {
    const SocketAddress& at = socket.address;
    const std::string tls = entry.target.kind == ListenerKind::tls ? " (TLS)" : "";
    logger_.info("listen", "listening on " + (at.local ? at.host : where(at.host, at.port)) + tls);
    entry.bound.push_back(at);
    if (server_ != nullptr)
        server_->add_listener(std::move(socket), entry.target.kind);
    else
        ready_.push_back({std::move(socket), entry.target.kind});
}

Result<void> ListenerSet::open_local(Entry& entry) {
    UPS_TRY(BoundSocket socket, bind_unix(entry.target.host, entry.target.mode));
    const bool give_away = owner_ && is_root();
    if (give_away && ::lchown(entry.target.host.c_str(), owner_->uid, owner_->gid) < 0)
        return fail_errno(entry.target.host, errno);
    take(entry, std::move(socket));
    return {};
}

Result<void> ListenerSet::open_addresses(Entry& entry, const std::vector<std::string>& hosts) {
    for (const std::string& host : hosts) {
        // The same address under another name, such as localhost and 127.0.0.1.
        if (is_bound(host, entry.target.port)) continue;
        auto sockets = bind_tcp(host, entry.target.port);
        const bool other_family_works = !entry.bound.empty() || host != hosts.back();
        if (!sockets && sockets.error().sys_errno == EAFNOSUPPORT && other_family_works) continue;
        if (!sockets) return std::unexpected(std::move(sockets).error());
        for (BoundSocket& socket : *sockets)
            take(entry, std::move(socket));
    }
    return {};
}

Result<void> ListenerSet::open_entry(Entry& entry) {
    if (entry.target.local) return open_local(entry);
    UPS_TRY(const auto hosts, addresses_of(entry.target.host, family_));
    return open_addresses(entry, hosts);
}

void ListenerSet::note_failure(Entry& entry, const Error& error) {
    entry.waiting = may_work_later(error) && !entry.target.optional;
    if (entry.problem == error.text) return;
    entry.problem = error.text;
    if (entry.target.optional)
        return logger_.info("listen.left_out", "not listening on " + error.text);
    std::string text = "not listening on " + error.text;
    if (entry.waiting) text += "; it is tried again until it works";
    logger_.write(entry.waiting ? LogLevel::warning : LogLevel::error, "listen.failed", text, {});
}

Result<void> ListenerSet::open(const conf::UpsdConf& conf, bool allow_not_all) {
    const auto targets = targets_of(conf);
    entries_.reserve(targets.size());
    for (const Target& target : targets) {
        Entry& entry = entries_.emplace_back(Entry{.target = target});
        auto opened = open_entry(entry);
        if (opened) continue;
        const Error& error = opened.error();
        const bool absent = error.code == ErrorCode::not_found;
        if (!absent && !target.optional && !allow_not_all)
            return fail(error.code, "not listening on " + error.text);
        note_failure(entry, error);
    }
    const bool network = std::ranges::any_of(entries_, [](const Entry& entry) {
        return !entry.target.local && (entry.waiting || !entry.bound.empty());
    });
    if (!network) return fail(ErrorCode::busy, "no address to listen on works");
    return {};
}

bool ListenerSet::needs_low_ports() const {
    return std::ranges::any_of(entries_, [](const Entry& entry) {
        return entry.waiting && !entry.target.local && entry.target.port < 1024;
    });
}

bool ListenerSet::is_remote() const {
    return std::ranges::any_of(entries_, [](const Entry& entry) {
        const bool far =
            std::ranges::any_of(entry.bound, [](const auto& at) { return !at.loopback; });
        return far || (entry.waiting && !entry.target.local);
    });
}

void ListenerSet::serve(Server& server, Worker& worker) {
    server_ = &server;
    worker_ = &worker;
    for (Ready& ready : ready_)
        server.add_listener(std::move(ready.socket), ready.kind);
    ready_.clear();
    arm();
}

void ListenerSet::close_entry(Entry& entry) {
    for (const SocketAddress& at : entry.bound) {
        server_->remove_listener(at);
        if (at.local) ::unlink(at.host.c_str());
        logger_.info("listen.closed",
                     "no longer listening on " + (at.local ? at.host : where(at.host, at.port)));
    }
}

void ListenerSet::apply(const conf::UpsdConf& conf) {
    const auto targets = targets_of(conf);
    std::erase_if(entries_, [&](Entry& entry) {
        const bool gone = std::ranges::find(targets, entry.target) == targets.end();
        if (gone) close_entry(entry);
        return gone;
    });
    for (const Target& target : targets) {
        if (std::ranges::find(entries_, target, &Entry::target) != entries_.end()) continue;
        Entry& entry = entries_.emplace_back(Entry{.target = target});
        // A name is looked up off the loop.
        if (!target.local && is_name(target.host))
            entry.waiting = true;
        else if (auto opened = open_entry(entry); !opened)
            note_failure(entry, opened.error());
    }
    delay_ = Duration::zero();
    arm();
}

void ListenerSet::arm() {
    const bool waiting = std::ranges::any_of(entries_, &Entry::waiting);
    if (!waiting) return timer_.stop();
    timer_.start(delay_);
    delay_ = std::clamp(2 * delay_, kFirstRetry, kLastRetry);
}

void ListenerSet::retry() {
    for (Entry& entry : entries_) {
        if (!entry.waiting || entry.resolving) continue;
        if (!entry.target.local && is_name(entry.target.host)) {
            entry.resolving = true;
            retry_name(entry.target);
            continue;
        }
        auto opened = open_entry(entry);
        if (opened)
            entry.waiting = false;
        else
            note_failure(entry, opened.error());
    }
    arm();
}

void ListenerSet::retry_name(const Target& target) {
    const bool queued = worker_->submit([this, target, family = family_]() -> Worker::Finish {
        auto hosts = addresses_of(target.host, family);
        return [this, target, hosts = std::move(hosts)] { on_resolved(target, hosts); };
    });
    if (!queued) on_resolved(target, fail(ErrorCode::not_found, "too much to do"));
}

void ListenerSet::on_resolved(const Target& target, const Result<std::vector<std::string>>& hosts) {
    const auto found = std::ranges::find(entries_, target, &Entry::target);
    if (found == entries_.end()) return;  // a reload took it away
    found->resolving = false;
    auto opened =
        hosts ? open_addresses(*found, *hosts) : Result<void>(std::unexpected(hosts.error()));
    if (opened)
        found->waiting = false;
    else
        note_failure(*found, opened.error());
}

}  // namespace ups::upsd
