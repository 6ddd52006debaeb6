// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/daemon.hpp"

#include "lib/base/build_info.hpp"
#include "lib/base/file.hpp"
#include "lib/sandbox/sandbox.hpp"
#include "server/upsd/control.hpp"

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <utility>

namespace ups::upsd {
namespace {

/// Descriptors that are not connections: standard ones, loop, signals, log, pid file, spare ones.
constexpr std::size_t kReservedDescriptors = 24;

void log_problems(const Logger& logger, const LoadOutcome& outcome) {
    for (const conf::Problem& problem : outcome.problems) {
        if (problem.severity == conf::Severity::note) continue;
        const bool error = problem.severity == conf::Severity::error;
        logger.write(error ? LogLevel::error : LogLevel::warning, "config", to_text(problem), {});
    }
}

std::string joined(const std::vector<std::string>& texts) {
    std::string text;
    for (const std::string& one : texts)
        text += (text.empty() ? "" : "; ") + one;
    return text;
}

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos || slash == 0 ? "/" : path.substr(0, slash);
}

std::vector<sandbox::FileRule> file_rules(const Configuration& config,
                                          const Environment& environment) {
    using sandbox::Access;
    std::vector<sandbox::FileRule> rules{{environment.conf_path, Access::read},
                                         {config.state_path, Access::read_write},
                                         {environment.pid_path, Access::read_write},
                                         {"/dev/null", Access::device}};
    // What name look-ups, log time stamps and OpenSSL read on their own.
    for (const char* path :
         {"/etc/hosts", "/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/gai.conf", "/etc/host.conf",
          "/etc/localtime", "/etc/ssl/openssl.cnf"})
        rules.push_back({path, Access::read});
    for (const std::string& file : config.files)
        sandbox::add_replaceable(rules, file);
    for (const std::string& file : {config.upsd.cert_file, config.upsd.cert_ca_file})
        if (!file.empty()) sandbox::add_replaceable(rules, file);
    if (!config.upsd.cert_path.empty()) rules.push_back({config.upsd.cert_path, Access::read});
    for (const conf::LocalSocket& socket : config.upsd.local_sockets)
        rules.push_back({folder_of(socket.path), Access::read_write});
    return rules;
}

std::string tls_text(const TlsSetup& tls, const conf::UpsdConf& upsd) {
    std::string text = tls.configured() ? "TLS 1.2 or newer" : "no TLS";
    if (tls.configured() && upsd.cert_request == conf::CertRequest::request)
        text += ", client certificates checked";
    if (tls.configured() && upsd.cert_request == conf::CertRequest::require)
        text += ", client certificates required";
    return text + (upsd.allow_remote_plaintext ? ", plain text allowed from other hosts"
                                               : ", plain text refused from other hosts");
}

std::string count_text(std::size_t count) {
    return std::to_string(count) + (count == 1 ? " UPS" : " UPSes");
}

}  // namespace

Daemon::Daemon(const DaemonParts& parts)
    : parts_(parts), loop_(parts.clock), audit_(parts.audit_logger, parts.clock),
      listeners_(loop_, logger_, parts.options.family, parts.account),
      watchdog_(loop_, [this] { feed_watchdog(); }) {}

Daemon::~Daemon() = default;

Result<Configuration> Daemon::load() {
    conf::DiskFiles files;
    LoadOutcome outcome = load_configuration(files, parts_.environment);
    log_problems(logger_, outcome);
    if (!outcome.value) return fail(ErrorCode::invalid, joined(outcome.fatal));
    log_news(outcome.value->warnings);
    return std::move(*outcome.value);
}

void Daemon::log_news(const std::vector<std::string>& warnings) {
    for (const std::string& warning : warnings)
        if (std::ranges::find(warned_, warning) == warned_.end())
            logger_.warning("config", warning);
    warned_ = warnings;
}

void Daemon::set_log_level(const conf::UpsdConf& upsd) {
    const bool debug =
        upsd.debug_min > 0 || parts_.options.debug > 0 || parts_.environment.debug > 0;
    logger_.set_most(debug                  ? LogLevel::debug
                     : parts_.options.quiet ? LogLevel::warning
                                            : LogLevel::info);
}

Result<void> Daemon::claim_pid_file() {
    const std::string path = pid_file_path(parts_.environment);
    if (!parts_.options.wants_pid_file()) {
        auto owner = find_owner(path, kProgramNames);
        if (!owner) return {};
        return fail(ErrorCode::busy, "another upsd is running as process " +
                                         std::to_string(owner->pid()) + " (" + path + ")");
    }
    UPS_TRY(PidFile file, PidFile::create(path, kProgramNames));
    pid_file_.emplace(std::move(file));
    return {};
}

Result<tls::TlsContextPtr> Daemon::load_tls(const conf::UpsdConf& upsd) {
    UPS_TRY(const auto settings, tls_settings(upsd));
    if (!settings) return tls::TlsContextPtr();
    UPS_TRY(tls::TlsContextPtr context, tls::TlsContext::server(*settings, parts_.clock.wall()));
    for (const std::string& warning : context->warnings())
        logger_.warning("tls", warning);
    return context;
}

void Daemon::raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) < 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
    descriptor_limit_ = std::min<std::size_t>(limit.rlim_cur, 1'000'000);
}

void Daemon::limit_connections(Settings& settings) const {
    std::size_t most = descriptor_limit_;
    if (most > 4 * kReservedDescriptors) most -= kReservedDescriptors;
    const std::size_t cap = parts_.environment.max_connections_limit;
    if (cap > 0 && settings.max_connections == 0) most = std::min(most, cap);
    if (settings.max_connections > most)
        logger_.warning("config", "MAXCONN is more than the limit of open files allows; it is " +
                                      std::to_string(most) + " now");
    if (settings.max_connections == 0 || settings.max_connections > most)
        settings.max_connections = most;
}

Result<void> Daemon::become_user() {
    if (!parts_.account) return set_no_new_privileges();
    const KeepRight keep = listeners_.needs_low_ports() ? KeepRight::low_ports : KeepRight::nothing;
    UPS_CHECK(drop_privileges(*parts_.account, keep));
    if (parts_.account->is_root())
        logger_.warning("start", "running as root; -u or a packaged account is better");
    return {};
}

void Daemon::confine_files(const Configuration& config) {
    if (!config.upsd.sandbox) return;
    sandbox_text_ =
        sandbox::restrict_files(sandbox::Profile::upsd, file_rules(config, parts_.environment))
            .detail;
}

void Daemon::make_server(Configuration& config) {
    worker_ = std::make_unique<Worker>(loop_);
    authenticator_ = std::make_unique<UserAuthenticator>(loop_, *worker_, random_, logger_);
    authenticator_->apply(config.users ? std::move(*config.users) : UserTable(),
                          config.upsd.login_throttle);
    limit_connections(config.settings);
    ups_count_ = config.settings.upses.size();
    const ServerParts parts{loop_, random_, logger_, *authenticator_, audit_, tls_, dictionary_};
    server_ = std::make_unique<Server>(parts, config.settings);
    listeners_.serve(*server_, *worker_);
}

Result<void> Daemon::start() {
    // A reload that is asked for before there is something to reload must not end the process.
    ::signal(SIGHUP, SIG_IGN);
    UPS_TRY(Configuration config, load());
    set_log_level(config.upsd);
    if (auto folder = open_file(config.state_path, O_PATH | O_DIRECTORY); !folder)
        return std::unexpected(folder.error().within("state folder"));
    UPS_CHECK(claim_pid_file());
    UPS_TRY(tls::TlsContextPtr context, load_tls(config.upsd));
    tls_.use(std::move(context));
    const bool not_all =
        config.upsd.allow_not_all_listeners || parts_.environment.allow_not_all_listeners;
    UPS_CHECK(listeners_.open(config.upsd, not_all));
    notify_ = NotifySocket::from_environment();
    raise_descriptor_limit();
    ::tzset();
    UPS_CHECK(become_user());
    for (const std::string& file : config.files)
        if (::access(file.c_str(), R_OK) != 0)
            logger_.warning("config", file + " cannot be read any more after the change of user: a "
                                             "reload will fail");
    confine_files(config);
    make_server(config);
    watch_signals();
    if (config.upsd.sandbox) {
        const sandbox::Layer calls = sandbox::restrict_calls(sandbox::Profile::upsd);
        sandbox_text_ = calls.detail + ", " + sandbox_text_;
    }
    log_start(config);
    return {};
}

void Daemon::log_start(const Configuration& config) {
    const std::string user = parts_.account ? parts_.account->name : std::to_string(::geteuid());
    logger_.info("start",
                 std::string(kProduct) + " upsd " + std::string(kVersion) + " serves " +
                     count_text(ups_count_) + "; sandbox: " + sandbox_text_,
                 {{"user", user},
                  {"config", parts_.environment.conf_path},
                  {"state", config.state_path},
                  {"tls", tls_text(tls_, config.upsd)}});
    if (!listeners_.is_remote()) return;
    if (config.upsd.allow_remote_plaintext)
        logger_.warning("start",
                        "ALLOW_REMOTE_PLAINTEXT is set: passwords of clients on other hosts "
                        "may cross the network in clear");
    else if (!tls_.configured())
        logger_.warning("start",
                        "clients on other hosts cannot be served: there is no CERTFILE, and "
                        "ALLOW_REMOTE_PLAINTEXT is not set");
}

void Daemon::watch_signals() {
    ::signal(SIGPIPE, SIG_IGN);
    signals_.push_back(std::make_unique<SignalWatch>(loop_, SIGHUP, [this] { reload(); }));
    for (const int number : {SIGTERM, SIGINT, SIGQUIT})
        signals_.push_back(std::make_unique<SignalWatch>(loop_, number, [this] { loop_.stop(); }));
}

void Daemon::run() {
    notify_.ready(status_text());
    feed_watchdog();
    loop_.run();
    notify_.stopping();
    logger_.info("stop", "stopping on a signal");
}

std::string Daemon::status_text() const {
    return "serving " + count_text(ups_count_);
}

void Daemon::feed_watchdog() {
    const auto limit = notify_.watchdog_limit();
    if (!limit) return;
    notify_.watchdog();
    watchdog_.start(*limit / 2);
}

void Daemon::reload() {
    notify_.reloading();
    if (auto done = try_reload(); !done)
        logger_.error("reload.refused", done.error().text + "; nothing was changed");
    else
        logger_.info("reload", "the configuration was read again: " + status_text());
    notify_.ready(status_text());
}

Result<void> Daemon::try_reload() {
    conf::DiskFiles files;
    LoadOutcome outcome = load_configuration(files, parts_.environment);
    log_problems(logger_, outcome);
    if (!outcome.value) return fail(ErrorCode::invalid, joined(outcome.fatal));
    if (outcome.has_errors())
        return fail(ErrorCode::invalid, "there are errors in the configuration");
    Configuration& config = *outcome.value;
    set_log_level(config.upsd);
    log_news(config.warnings);
    auto context = load_tls(config.upsd);
    if (!context && (context.error().code != ErrorCode::denied || !tls_.configured()))
        return std::unexpected(context.error());
    // A key that only root may read was read at start: better the old certificate than none.
    if (context)
        tls_.use(std::move(*context));
    else
        logger_.warning("tls",
                        context.error().text + ": the certificate stays as it was until a restart");
    if (config.users) authenticator_->apply(std::move(*config.users), config.upsd.login_throttle);
    limit_connections(config.settings);
    ups_count_ = config.settings.upses.size();
    server_->apply(config.settings);
    listeners_.apply(config.upsd);
    return {};
}

int check_configuration(const Environment& environment, const Options& options,
                        const Clock& clock) {
    conf::DiskFiles files;
    const LoadOutcome outcome = load_configuration(files, environment);
    bool good = !outcome.has_errors();
    const auto print = [](const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); };
    for (const conf::Problem& problem : outcome.problems)
        print(to_text(problem));
    for (const std::string& text : outcome.fatal)
        print("error: " + text);
    if (!options.user.empty()) {
        if (auto account = find_account(options.user); !account) {
            print("error: " + account.error().text);
            good = false;
        }
    }
    if (outcome.value) {
        for (const std::string& text : outcome.value->warnings)
            print("warning: " + text);
        const auto settings = tls_settings(outcome.value->upsd);
        if (settings && *settings) {
            const auto context = tls::TlsContext::server(**settings, clock.wall());
            if (!context)
                print("error: " + context.error().text);
            else
                for (const std::string& text : (*context)->warnings())
                    print("warning: " + text);
            good = good && context.has_value();
        }
    }
    std::printf("%s: %s\n", environment.conf_path.c_str(),
                good ? "the configuration is good" : "the configuration has errors");
    return good ? 0 : 1;
}

}  // namespace ups::upsd
