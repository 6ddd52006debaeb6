// SPDX-License-Identifier: Apache-2.0
#include "tools/upsshim/shim.hpp"

#include "lib/base/text.hpp"
#include "lib/sandbox/sandbox.hpp"

#include <csignal>
#include <sys/stat.h>
#include <utility>

namespace ups::upsshim {
namespace {

bool is_folder(const std::string& path) {
    struct stat info{};
    return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

/// What look-ups of names read.
constexpr const char* kResolverFiles[] = {"/etc", "/run/systemd/resolve", "/run/resolvconf",
                                          "/usr/share/zoneinfo"};

}  // namespace

Result<tls::TlsContextPtr> make_context(const Options& options, WallTime now) {
    const bool folder = is_folder(options.ca);
    const std::string ca_file = folder ? std::string() : options.ca;
    const std::string ca_dir = folder ? options.ca : std::string();
    if (options.side == Side::client)
        return tls::TlsContext::client(
            {.verify = options.verify ? tls::Verify::on : tls::Verify::off,
             .ca_file = ca_file,
             .ca_dir = ca_dir,
             .certificate_file = options.certificate,
             .key_file = options.key},
            now);
    using tls::ClientCertificate;
    const ClientCertificate wanted = options.require_certificate ? ClientCertificate::require
                                     : options.ca.empty()        ? ClientCertificate::none
                                                                 : ClientCertificate::request;
    return tls::TlsContext::server({.certificate_file = options.certificate,
                                    .key_file = options.key,
                                    .ca_file = ca_file,
                                    .ca_dir = ca_dir,
                                    .client_certificate = wanted},
                                   now);
}

Shim::Shim(Loop& loop, const Options& options, const Logger& logger, NotifySocket notify)
    : options_(options), logger_(logger), notify_(std::move(notify)), resolver_(loop),
      world_{loop, resolver_, options, nullptr}, beat_(loop, [this] { beat(); }) {}

Shim::~Shim() = default;

Result<void> Shim::start(const std::optional<Account>& account) {
    UPS_TRY(world_.context, make_context(options_, world_.loop.clock().wall()));
    for (const std::string& warning : world_.context->warnings())
        logger_.warning("tls", warning);
    for (const client::ServerAddress& address : options_.listen) {
        UPS_TRY(std::vector<BoundSocket> bound, bind_tcp(address.host, address.port));
        for (BoundSocket& socket : bound) {
            logger_.info("listen", "listening on " + socket.address.host + " port " +
                                       std::to_string(socket.address.port));
            listeners_.push_back(std::make_unique<Listener>(
                world_.loop, std::move(socket),
                [this](Fd fd, SocketAddress peer) { on_client(std::move(fd), std::move(peer)); },
                [this](const Error& why) { complain({}, why.text); }));
        }
    }
    if (account)
        UPS_CHECK(drop_privileges(*account));
    else
        UPS_CHECK(set_no_new_privileges());
    const std::string files = options_.sandbox ? confine_files() : "off by --no-sandbox";
    const std::string calls =
        options_.sandbox ? sandbox::restrict_calls(sandbox::Profile::proxy).detail + ", " : "";
    watch_signals();
    logger_.info("start", "forwarding to " + options_.to.to_text() + "; sandbox: " + calls + files);
    return {};
}

void Shim::watch_signals() {
    for (const int number : {SIGTERM, SIGINT})
        signals_.push_back(
            std::make_unique<SignalWatch>(world_.loop, number, [this] { world_.loop.stop(); }));
    signals_.push_back(std::make_unique<SignalWatch>(world_.loop, SIGHUP, [this] { reload(); }));
}

std::string Shim::confine_files() {
    std::vector<sandbox::FileRule> rules{{"/dev/null", sandbox::Access::device}};
    for (const char* path : kResolverFiles)
        rules.push_back({path, sandbox::Access::read});
    for (const std::string& file : {options_.certificate, options_.key, options_.ca})
        if (!file.empty()) sandbox::add_replaceable(rules, file);
    if (options_.side == Side::client && options_.ca.empty())
        for (const char* path : {"/etc/ssl", "/usr/lib/ssl", "/usr/share/ca-certificates"})
            rules.push_back({path, sandbox::Access::read});
    return sandbox::restrict_files(sandbox::Profile::proxy, rules).detail;
}

void Shim::run() {
    tell_status();
    beat();
    world_.loop.run();
    notify_.stopping();
    logger_.info("stop", "ended", {{"sessions", std::to_string(sessions_.size())}});
    sessions_.clear();
    listeners_.clear();
}

void Shim::on_client(Fd fd, SocketAddress peer) {
    if (sessions_.size() >= options_.max_connections)
        return complain(peer, "as many connections as there may be; this one is closed");
    logger_.debug("session.open", "connected", {{"peer", peer.host}});
    auto session = std::make_unique<Session>(world_, static_cast<SessionOwner&>(*this),
                                             std::move(fd), std::move(peer));
    const Session* key = session.get();
    sessions_.emplace(key, std::move(session));
}

void Shim::on_over(Session& session, std::string_view reason) {
    if (!reason.empty()) complain(session.peer(), reason);
    logger_.debug("session.over", "ended", {{"peer", session.peer().host}});
    sessions_.erase(&session);
}

void Shim::complain(const SocketAddress& peer, std::string_view reason) {
    const Instant now = world_.loop.now();
    if (reason == last_reason_ && now - last_complaint_ < kRepeat) {
        ++repeats_;
        return;
    }
    logger_.warning(
        "session.failed", printable(reason),
        {{"peer", peer.host}, {"not_shown", std::to_string(std::exchange(repeats_, 0))}});
    last_reason_ = reason;
    last_complaint_ = now;
}

void Shim::reload() {
    notify_.reloading();
    auto fresh = make_context(options_, world_.loop.clock().wall());
    if (fresh) {
        world_.context = *std::move(fresh);
        for (const std::string& warning : world_.context->warnings())
            logger_.warning("tls", warning);
        logger_.info("reload", "certificates loaded; sessions keep the old ones");
    } else {
        logger_.error("reload", fresh.error().text + "; nothing has changed");
    }
    tell_status();
}

void Shim::tell_status() const {
    notify_.ready("forwarding to " + options_.to.to_text());
}

void Shim::beat() {
    const auto limit = notify_.watchdog_limit();
    if (!limit) return;
    notify_.watchdog();
    beat_.start(*limit / 2);
}

}  // namespace ups::upsshim
