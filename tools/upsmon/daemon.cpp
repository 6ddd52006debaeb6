// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/daemon.hpp"

#include "lib/base/build_info.hpp"
#include "lib/base/file.hpp"
#include "lib/sandbox/sandbox.hpp"
#include "tools/upsmon/control.hpp"
#include "tools/upsmon/family_resolver.hpp"
#include "tools/upsmon/remote_courier.hpp"

#include <csignal>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace ups::upsmon {
namespace {

std::vector<sandbox::FileRule> file_rules(const Configuration& configuration,
                                          const Environment& environment) {
    using sandbox::Access;
    std::vector<sandbox::FileRule> rules{{environment.conf_path, Access::read},
                                         {environment.pid_path, Access::read_write},
                                         {"/dev/null", Access::device},
                                         {"/dev/urandom", Access::read}};
    // What name look-ups, log time stamps and OpenSSL read on their own.
    for (const char* path :
         {"/etc/hosts", "/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/gai.conf", "/etc/host.conf",
          "/etc/localtime", "/etc/ssl", "/usr/share/ca-certificates", "/usr/lib", "/lib", "/lib64",
          "/etc/ld.so.cache", "/run/systemd/resolve"})
        rules.push_back({path, Access::read});
    sandbox::add_replaceable(rules, join_path(environment.conf_path, "upsmon.conf"));
    const conf::UpsmonConf& conf = configuration.conf;
    for (const std::string& file : {conf.cert_file, conf.cert_path})
        if (!file.empty()) sandbox::add_replaceable(rules, file);
    if (!conf.cert_path.empty()) rules.push_back({conf.cert_path, Access::read});
    // Local sockets may come back under another inode.
    for (const conf::MonitorLine& line : conf.monitors)
        if (line.address.server.is_unix())
            sandbox::add_replaceable(rules, line.address.server.host);
    return rules;
}

}  // namespace

void log_problems(const Logger& logger, const LoadedConfiguration& loaded) {
    for (const conf::Problem& problem : loaded.problems) {
        if (problem.severity == conf::Severity::note) continue;
        const bool is_error = problem.severity == conf::Severity::error;
        logger.write(is_error ? ups::LogLevel::error : ups::LogLevel::warning, "config",
                     to_text(problem), {});
    }
    for (const std::string& warning : loaded.warnings)
        logger.warning("config", warning);
}

Daemon::Daemon(DaemonParts parts)
    : parts_(std::move(parts)), loop_(parts_.clock), names_(loop_),
      resolver_(std::make_unique<FamilyResolver>(names_, parts_.options.family)),
      watchdog_(loop_, [this] { feed_watchdog(); }), life_(loop_, [this] { tell_life(); }) {}

Daemon::~Daemon() = default;

Result<std::shared_ptr<const Configuration>> Daemon::load(const TlsContexts* fallback) {
    const LoadedConfiguration loaded = load_configuration(
        {parts_.environment.conf_path,
         parts_.options.connect_timeout.value_or(parts_.environment.connect_timeout),
         parts_.clock.wall(), fallback});
    log_problems(logger_, loaded);
    if (!loaded.value) return fail(ErrorCode::invalid, loaded.fatal);
    if (fallback != nullptr && loaded.has_errors())
        return fail(ErrorCode::invalid, "there are errors in the configuration");
    return loaded.value;
}

void Daemon::set_log_level(const conf::UpsmonConf& conf) {
    const bool debug =
        conf.debug_min > 0 || parts_.options.debug > 0 || parts_.environment.debug > 0;
    parts_.level.set_most(debug ? ups::LogLevel::debug : ups::LogLevel::info);
}

void Daemon::make_helpers(const Configuration& configuration) {
    Courier* courier = nullptr;
    if (parts_.courier) {
        // Both ends of a conversation over one line: notifications only go, orders are answered.
        remote_waker_ = std::make_unique<RemoteWaker>(
            loop_, Fd(::fcntl(parts_.courier.get(), F_DUPFD_CLOEXEC, 0)));
        remote_courier_ = std::make_unique<RemoteCourier>(std::move(parts_.courier), logger_);
        courier = remote_courier_.get();
    } else {
        local_courier_ = std::make_unique<LocalCourier>(
            loop_, LocalCourier::Places{.webhook_program = parts_.environment.webhook_program},
            logger_);
        local_courier_->use(configuration.conf);
        courier = local_courier_.get();
        local_waker_ = std::make_unique<LocalWaker>(loop_, logger_);
        local_waker_->use(configuration.conf);
    }
    if (parts_.parent)
        parent_line_ = std::make_unique<ParentLine>(loop_, std::move(parts_.parent), [this] {
            logger_.error("parent.died", "the privileged parent is gone");
            if (monitor_) monitor_->take(event::ParentDied{});
        });
    else
        hands_ = std::make_unique<ShutdownHands>(loop_, configuration.conf.shutdown_command,
                                                 configuration.conf.power_down_flag, logger_);
    notifier_ = std::make_unique<Notifier>(parts_.clock, *courier, parts_.host, logger_);
}

Result<void> Daemon::give_up_rights(const Configuration& configuration) {
    // A single process runs NOTIFYCMD and SHUTDOWNCMD itself, and keeps what it has.
    if (hands_) return {};
    if (parts_.account)
        UPS_CHECK(drop_privileges(*parts_.account));
    else
        UPS_CHECK(set_no_new_privileges());
    if (parts_.account && parts_.account->is_root())
        logger_.warning("start", "running as root; RUN_AS_USER should name another account");
    const std::string file = join_path(parts_.environment.conf_path, "upsmon.conf");
    if (::access(file.c_str(), R_OK) != 0)
        logger_.warning("config", file + " cannot be read any more after the change of user: a "
                                         "reload will fail");
    confine(configuration);
    return {};
}

void Daemon::confine(const Configuration& configuration) {
    const sandbox::Layer files = sandbox::restrict_files(
        sandbox::Profile::driver, file_rules(configuration, parts_.environment));
    const sandbox::Layer calls = sandbox::restrict_calls(sandbox::Profile::driver);
    sandbox_text_ = sandbox::describe(calls, files);
}

Result<void> Daemon::start() {
    // What is asked for before there is somebody to ask must not end the process.
    ::signal(SIGHUP, SIG_IGN);
    ::signal(SIGUSR1, SIG_IGN);
    ::signal(SIGPIPE, SIG_IGN);
    UPS_TRY(const std::shared_ptr<const Configuration> configuration, load(nullptr));
    set_log_level(configuration->conf);
    UPS_TRY(PidFile file, PidFile::create(pid_file_path(parts_.environment), kProgramNames));
    pid_file_.emplace(std::move(file));
    notify_ = NotifySocket::from_environment();
    make_helpers(*configuration);
    watch_signals();
    UPS_CHECK(give_up_rights(*configuration));
    Guardian& guardian = hands_ ? static_cast<Guardian&>(*hands_) : *parent_line_;
    Waker& waker = local_waker_ ? static_cast<Waker&>(*local_waker_) : *remote_waker_;
    monitor_ = std::make_unique<Monitor>(
        MonitorParts{{loop_, *resolver_, tokenizer_},
                     *notifier_,
                     guardian,
                     waker,
                     logger_,
                     hands_ ? hands_->needs_recovery() : parts_.options.is_recovering,
                     std::move(parts_.memory)},
        configuration, parts_.options.is_standing ? Standing::shutdown : Standing::none);
    logger_.info("start",
                 std::string(kProduct) + " upsmon " + std::string(kVersion) + " watches " +
                     std::to_string(configuration->conf.monitors.size()) +
                     " UPSes; sandbox: " + sandbox_text_,
                 {{"config", parts_.environment.conf_path}});
    return {};
}

void Daemon::watch_signals() {
    signals_.push_back(std::make_unique<SignalWatch>(loop_, SIGHUP, [this] { reload(); }));
    signals_.push_back(std::make_unique<SignalWatch>(loop_, SIGUSR1, [this] {
        if (monitor_) monitor_->take(event::UserFsd{});
    }));
    for (const int number : {SIGTERM, SIGINT, SIGQUIT})
        signals_.push_back(std::make_unique<SignalWatch>(loop_, number, [this] {
            logger_.info("stop", "stopping on a signal");
            if (monitor_) return monitor_->leave();
            loop_.stop();
        }));
}

void Daemon::on_sleep_word(SleepWord word) {
    switch (word) {
    case SleepWord::held:
        return logger_.debug("sleep", "this host does not sleep without notice");
    case SleepWord::refused:
        return logger_.info("sleep", "sleep cannot be delayed until it is noted");
    case SleepWord::no_bus:
        return logger_.debug("sleep", "no system bus: sleep is noticed when it is over");
    case SleepWord::sleeping:
        logger_.info("sleep", "this host goes to sleep");
        monitor_->take(event::SuspendStarting{});
        return sleep_line_->tell_known();
    case SleepWord::woke:
        return monitor_->take(event::SuspendFinished{});
    case SleepWord::known:
        return;
    }
}

void Daemon::run() {
    monitor_->start();
    if (parts_.sleep)
        sleep_line_ = std::make_unique<SleepLine>(loop_, std::move(parts_.sleep),
                                                  [this](SleepWord word) { on_sleep_word(word); });
    if (parent_line_) parent_line_->tell_ready();
    notify_.ready(monitor_->status_text());
    feed_watchdog();
    tell_life();
    loop_.run();
    notify_.stopping();
    // A manager of services ends what a process leaves behind: SHUTDOWNCMD may finish.
    if (hands_ && hands_->is_busy()) {
        hands_->runner().on_idle([this] { loop_.stop(); });
        loop_.run();
    }
}

void Daemon::feed_watchdog() {
    const auto limit = notify_.watchdog_limit();
    if (!limit) return;
    notify_.watchdog();
    watchdog_.start(*limit / 2);
}

void Daemon::tell_life() {
    if (!parent_line_) return;
    parent_line_->tell_alive();
    life_.start(life_sign_period(parts_.environment.watchdog_limit));
}

void Daemon::reload() {
    if (!monitor_) return;
    notify_.reloading();
    const auto configuration = load(&monitor_->configuration().tls);
    const auto done =
        configuration ? monitor_->reload(*configuration) : std::unexpected(configuration.error());
    if (done) {
        set_log_level(monitor_->configuration().conf);
        if (local_courier_) local_courier_->use(monitor_->configuration().conf);
        if (remote_courier_) remote_courier_->reload();
        if (local_waker_) local_waker_->use(monitor_->configuration().conf);
        logger_.info("reload", "the configuration was read again");
    } else {
        logger_.error("reload.refused", done.error().text + "; nothing was changed");
    }
    notify_.ready(monitor_->status_text());
}

}  // namespace ups::upsmon
