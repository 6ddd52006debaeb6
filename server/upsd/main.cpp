// SPDX-License-Identifier: Apache-2.0
#include "lib/base/build_info.hpp"
#include "lib/base/daemonize.hpp"
#include "lib/base/environment.hpp"
#include "server/upsd/control.hpp"
#include "server/upsd/daemon.hpp"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <unistd.h>

namespace {

using namespace ups;
using namespace ups::upsd;

Environment read_environment() {
    Environment env;
    env.conf_path = env_folder("NUT_CONFPATH").value_or(std::string(kConfPath));
    env.state_path = env_folder("NUT_STATEPATH");
    env.pid_path =
        env_folder("NUT_ALTPIDPATH").value_or(env.state_path.value_or(std::string(kPidPath)));
    env.debug = env_number("NUT_DEBUG_LEVEL").value_or(0);
    env.debug_pid = env_flag("NUT_DEBUG_PID");
    env.debug_program = env_flag("NUT_DEBUG_PROCNAME");
    env.debug_log = parse_debug_log(env_text("NUT_DEBUG_SYSLOG").value_or(""));
    env.quiet_banner = env_flag("NUT_QUIET_INIT_BANNER");
    env.allow_no_device = env_flag("ALLOW_NO_DEVICE");
    env.allow_not_all_listeners = env_flag("ALLOW_NOT_ALL_LISTENERS");
    env.ignore_program_name = env_flag("NUT_IGNORE_CHECKPROCNAME");
    env.max_connections_limit = env_number("NUT_SYSMAXCONN_LIMIT").value_or(0);
    return env;
}

void print_banner() {
    std::printf("%.*s upsd %.*s\n", static_cast<int>(kProduct.size()), kProduct.data(),
                static_cast<int>(kVersion.size()), kVersion.data());
    std::fflush(stdout);
}

int complain(const Error& error) {
    std::fprintf(stderr, "%s\n", error.text.c_str());
    return EXIT_FAILURE;
}

Logger make_logger(LogTarget& target, LogLevel most, const Environment& env) {
    Logger logger(target.sink(), most);
    if (env.debug_program && most == LogLevel::debug) logger = logger.with("program", "upsd");
    if (env.debug_pid && most == LogLevel::debug)
        logger = logger.with("pid", std::to_string(::getpid()));
    return logger;
}

/// Who root becomes: -u, else the packaged account.
Result<std::optional<Account>> choose_account(const Options& options) {
    if (!is_root()) return std::nullopt;
    const std::string name = options.user.empty() ? std::string(kRunUser) : options.user;
    const std::string group = options.user.empty() ? std::string(kRunGroup) : std::string();
    UPS_TRY(Account account, find_account(name, group));
    return std::optional(std::move(account));
}

Result<void> change_root(const std::string& folder) {
    if (folder.empty()) return {};
    if (::chroot(folder.c_str()) < 0 || ::chdir("/") < 0)
        return fail_errno("chroot " + folder, errno);
    return {};
}

int serve(const Options& options, const Environment& env) {
    // While the account file can still be read.
    auto account = choose_account(options);
    if (!account) return complain(account.error());
    if (auto changed = change_root(options.chroot); !changed) return complain(changed.error());
    auto background = options.stays_in_foreground() ? Result<Background>(Background::foreground())
                                                    : Background::enter();
    if (!background) return complain(background.error());
    const SystemClock clock;
    LogTarget target(clock, {.ident = "upsd",
                             .background = background->is_background(),
                             .elapsed = options.debug > 0,
                             .where = env.debug_log});
    if (env.debug_log == DebugLog::standard_error) background->keep_stderr();
    const bool debug = options.debug > 0 || env.debug > 0;
    const LogLevel most = debug           ? LogLevel::debug
                          : options.quiet ? LogLevel::warning
                                          : LogLevel::info;
    const Logger logger = make_logger(target, most, env);
    Daemon daemon({options, env, clock, logger,
                   Logger(target.sink(), std::max(most, LogLevel::info)), *std::move(account)});
    auto started = daemon.start();
    if (started) started = background->ready();
    if (!started) {
        logger.error("start.failed", started.error().text);
        return EXIT_FAILURE;
    }
    daemon.run();
    return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
    const Environment env = read_environment();
    if (!env.quiet_banner) print_banner();
    const auto options = parse_options(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
    if (!options) return complain(options.error());
    switch (options->action) {
    case Action::version:
        if (env.quiet_banner) print_banner();
        return EXIT_SUCCESS;
    case Action::help:
        if (!options->complaint.empty())
            std::fprintf(stderr, "upsd: %s\n", options->complaint.c_str());
        std::fputs(help_text().c_str(), stdout);
        return EXIT_SUCCESS;
    case Action::check:
        return check_configuration(env, *options, SystemClock());
    case Action::reload:
    case Action::stop: {
        const auto told = tell_running(*options, env);
        return told ? EXIT_SUCCESS : complain(told.error());
    }
    case Action::serve:
        return serve(*options, env);
    }
    return EXIT_FAILURE;
}
