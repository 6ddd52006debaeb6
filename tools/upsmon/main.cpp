// SPDX-License-Identifier: Apache-2.0
/// upsmon: watches UPSes and shuts this host down in time.
#include "lib/base/build_info.hpp"
#include "lib/base/daemonize.hpp"
#include "lib/base/environment.hpp"
#include "lib/base/notify_socket.hpp"
#include "tools/upsmon/check.hpp"
#include "tools/upsmon/control.hpp"
#include "tools/upsmon/courier_process.hpp"
#include "tools/upsmon/daemon.hpp"
#include "tools/upsmon/parent.hpp"
#include "tools/upsmon/plan/settings.hpp"
#include "tools/upsmon/power_flag.hpp"
#include "tools/upsmon/rehearse.hpp"
#include "tools/upsmon/try_rule.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

namespace {

using namespace ups;
using namespace ups::upsmon;

/// For workers to be started again and to connect.
constexpr std::chrono::seconds kSlackForWorkers{15};

/// An upgrade may have replaced the file that runs.
std::string own_program() {
    std::error_code problem;
    const auto path = std::filesystem::read_symlink("/proc/self/exe", problem);
    return !problem && ::access(path.c_str(), X_OK) == 0 ? path.string() : "/proc/self/exe";
}

/// A helper of ours: below the prefix that this program is installed in, wherever that was moved to.
std::string find_helper(const char* name) {
    const std::filesystem::path prefix =
        std::filesystem::path(own_program()).parent_path().parent_path();
    const std::filesystem::path beside = prefix / UPS_LIBDIR_PRIVATE / name;
    if (::access(beside.c_str(), X_OK) == 0) return beside.string();
    return (std::filesystem::path(kDriverPath) / name).string();
}

Environment read_environment() {
    Environment env;
    // Before anything else is opened.
    env.has_third_line = ::fcntl(kThirdLine, F_GETFD) >= 0;
    env.has_memory = ::fcntl(kMemoryFile, F_GETFD) >= 0;
    env.conf_path = env_folder("NUT_CONFPATH").value_or(std::string(kConfPath));
    env.pid_path = env_folder("NUT_PIDPATH").value_or(std::string(kPidPath));
    env.webhook_program = find_helper("upsmon-webhook");
    env.sleep_program = find_helper("upsmon-sleep");
    env.debug = env_number("NUT_DEBUG_LEVEL").value_or(0);
    env.debug_log = parse_debug_log(env_text("NUT_DEBUG_SYSLOG").value_or(""));
    env.quiet_banner = env_flag("NUT_QUIET_INIT_BANNER");
    env.ignore_program_name = env_flag("NUT_IGNORE_CHECKPROCNAME");
    env.connect_timeout =
        std::chrono::seconds(env_number("NUT_DEFAULT_CONNECT_TIMEOUT").value_or(10));
    env.watchdog_limit = parse_watchdog(std::getenv("WATCHDOG_USEC"), nullptr, 0);
    return env;
}

void print_banner() {
    std::printf("%s upsmon %s\n", kProduct.data(), kVersion.data());
    std::fflush(stdout);
}

int complain(const Error& error) {
    std::fprintf(stderr, "%s\n", error.text.c_str());
    return EXIT_FAILURE;
}

std::string own_host() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

/// Who root becomes: -u, else RUN_AS_USER, else the packaged account.
Result<std::optional<Account>> choose_account(const Options& options, const Environment& env) {
    if (!is_root()) return std::nullopt;
    conf::DiskFiles files;
    UPS_TRY(const auto loaded, conf::load_upsmon_conf(files, env.conf_path));
    const std::string& own = options.user.empty() ? loaded.value.run_as_user : options.user;
    UPS_TRY(Account account, own.empty()
                                 ? find_account(std::string(kRunUser), std::string(kRunGroup))
                                 : find_account(own));
    return std::optional(std::move(account));
}

/// In the background nobody reads; the first process has its own way (Background::ready).
void leave_terminal(const Options& options, const Environment& env) {
    if (options.part == Part::whole || options.stays_in_foreground()) return;
    const auto null = open_file("/dev/null", O_RDWR);
    if (!null) return;
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (fd != STDERR_FILENO || env.debug_log != DebugLog::standard_error)
            ::dup2(null->get(), fd);
}

int run_daemon(const Options& options, const Environment& env, const Clock& clock, LevelSink& sink,
               Background& background) {
    const Logger logger(sink, ups::LogLevel::debug);
    const bool is_worker = options.part == Part::worker;
    auto account =
        is_worker ? choose_account(options, env) : Result<std::optional<Account>>(std::nullopt);
    auto started = account ? Result<void>() : std::unexpected(account.error());
    std::optional<Daemon> daemon;
    if (started) {
        daemon.emplace(DaemonParts{options, env, clock, sink, logger, *std::move(account),
                                   own_host(), Fd(is_worker ? kFirstLine : -1),
                                   Fd(is_worker ? kSecondLine : -1),
                                   Fd(is_worker && env.has_third_line ? kThirdLine : -1),
                                   Fd(is_worker && env.has_memory ? kMemoryFile : -1)});
        started = daemon->start();
    }
    if (started) started = background.ready();
    if (!started) {
        logger.error("start.failed", started.error().text);
        return EXIT_FAILURE;
    }
    leave_terminal(options, env);
    daemon->run();
    return EXIT_SUCCESS;
}

/// With the ids of the account that it is to have.
std::vector<std::string> sleep_command(const Environment& env,
                                       const std::optional<Account>& account) {
    if (::access(env.sleep_program.c_str(), X_OK) != 0) return {};
    if (!account) return {env.sleep_program};
    return {env.sleep_program, std::to_string(account->uid), std::to_string(account->gid)};
}

int run_parent(const Options& options, const Environment& env, const Clock& clock,
               const Logger& logger, Background& background, std::vector<std::string> arguments) {
    if (const auto alone = check_alone(env); !alone) {
        logger.error("start.failed", alone.error().text);
        return EXIT_FAILURE;
    }
    // The worker, which starts in a moment, says what is wrong with the rest of it.
    conf::DiskFiles files;
    const auto loaded = conf::load_upsmon_conf(files, env.conf_path);
    if (!loaded) {
        logger.error("start.failed", loaded.error().text);
        return EXIT_FAILURE;
    }
    const auto account = choose_account(options, env);
    Parent parent(
        clock,
        {.program = own_program(),
         .arguments = std::move(arguments),
         .shutdown_command = loaded->value.shutdown_command,
         .power_down_flag = loaded->value.power_down_flag,
         .sleep_program = account ? sleep_command(env, *account) : std::vector<std::string>(),
         .patience = longest_sequence(plan::settings_from(loaded->value)) + kSlackForWorkers,
         .life_sign = life_sign_period(env.watchdog_limit)},
        background, logger);
    return parent.run();
}

/// The lines must not reach what is started later.
void keep_lines(const Options& options) {
    if (options.part == Part::whole) return;
    ::fcntl(kFirstLine, F_SETFD, FD_CLOEXEC);
    if (options.part != Part::worker) return;
    ::fcntl(kSecondLine, F_SETFD, FD_CLOEXEC);
    ::fcntl(kThirdLine, F_SETFD, FD_CLOEXEC);
    ::fcntl(kMemoryFile, F_SETFD, FD_CLOEXEC);
}

int monitor(const Options& options, const Environment& env, std::vector<std::string> arguments) {
    keep_lines(options);
    const bool is_first = options.part == Part::whole;
    auto background = is_first && !options.stays_in_foreground()
                          ? Background::enter()
                          : Result<Background>(Background::foreground());
    if (!background) return complain(background.error());
    const SystemClock clock;
    LogTarget target(clock, {.ident = "upsmon",
                             .background = !options.stays_in_foreground(),
                             .elapsed = options.debug > 0,
                             .where = env.debug_log});
    if (env.debug_log == DebugLog::standard_error) background->keep_stderr();
    const bool debug = options.debug > 0 || env.debug > 0;
    LevelSink sink(target.sink(), debug ? ups::LogLevel::debug : ups::LogLevel::info);
    const Logger logger(sink, ups::LogLevel::debug);
    if (options.part == Part::courier) {
        auto account = choose_account(options, env);
        if (!account) return complain(account.error());
        leave_terminal(options, env);
        return run_courier(env, clock, Fd(kFirstLine), *account, logger);
    }
    if (options.part == Part::worker || options.single)
        return run_daemon(options, env, clock, sink, *background);
    return run_parent(options, env, clock, logger, *background, std::move(arguments));
}

int check_power_flag(const Environment& env) {
    conf::DiskFiles files;
    const auto loaded = conf::load_upsmon_conf(files, env.conf_path);
    if (!loaded) return complain(loaded.error());
    const std::string& flag = loaded->value.power_down_flag;
    return !flag.empty() && look_at_power_flag(flag) == PowerFlag::set ? EXIT_SUCCESS
                                                                       : EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
    const Environment env = read_environment();
    const auto options = parse_options(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
    if (!options) return complain(options.error());
    const bool is_banner_wanted = !env.quiet_banner && !options->is_json;
    if (options->part == Part::whole && (is_banner_wanted || options->job == Job::version))
        print_banner();
    switch (options->job) {
    case Job::version:
        return EXIT_SUCCESS;
    case Job::help:
        std::fputs(help_text().c_str(), stdout);
        return EXIT_SUCCESS;
    case Job::check:
        return check_everything(env, *options, SystemClock());
    case Job::explain:
    case Job::drill:
        return rehearse(env, *options, SystemClock());
    case Job::try_rule: {
        const auto account = choose_account(*options, env);
        return account ? try_rule(env, *options, own_host(), *account) : complain(account.error());
    }
    case Job::power_flag:
        return check_power_flag(env);
    case Job::fsd:
    case Job::stop:
    case Job::reload: {
        const auto told = tell_running(*options, env);
        return told ? EXIT_SUCCESS : complain(told.error());
    }
    case Job::monitor:
        return monitor(*options, env, {argv + 1, argv + argc});
    }
    return EXIT_FAILURE;
}
