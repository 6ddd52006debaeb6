// SPDX-License-Identifier: Apache-2.0
/// upssched: timers and commands for notifications of upsmon.
#include "lib/base/build_info.hpp"
#include "lib/base/environment.hpp"
#include "lib/base/file.hpp"
#include "lib/base/text.hpp"
#include "tools/upssched/caller.hpp"
#include "tools/upssched/daemon.hpp"
#include "tools/upssched/options.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

namespace ups::upssched {
namespace {

std::vector<std::string> own_environment() {
    std::vector<std::string> all;
    for (char** each = environ; *each != nullptr; ++each)
        all.emplace_back(*each);
    return all;
}

int complain(const std::string& text) {
    std::fprintf(stderr, "%s\n", text.c_str());
    return EXIT_FAILURE;
}

Result<conf::Loaded<conf::UpsschedConf>> load() {
    conf::DiskFiles files;
    return conf::load_upssched_conf(files,
                                    env_text("NUT_CONFPATH").value_or(std::string(kConfPath)));
}

int check() {
    const auto loaded = load();
    if (!loaded) return complain(loaded.error().text);
    for (const conf::Problem& problem : loaded->problems)
        std::printf("%s\n", conf::to_text(problem).c_str());
    std::printf("%s\n", loaded->ok() ? "upssched.conf is good" : "upssched.conf has errors");
    return loaded->ok() ? EXIT_SUCCESS : EXIT_FAILURE;
}

/// Cuts the child's ties to whoever called: session, terminal, folder, and every descriptor but the socket.
/// The descriptor it then has; -1 if that failed.
int leave_caller(int socket) {
    constexpr int kSocket = STDERR_FILENO + 1;
    ::closelog();
    if (::setsid() < 0 || ::chdir("/") < 0) return -1;
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0) return -1;
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (::dup2(null, standard) < 0) return -1;
    if (socket != kSocket && ::dup2(socket, kSocket) < 0) return -1;
    ::close_range(kSocket + 1, ~0U, 0);
    return ::fcntl(kSocket, F_SETFD, FD_CLOEXEC) < 0 ? -1 : kSocket;
}

/// The child's life. Nothing of the caller is destroyed: it ends with _exit.
[[noreturn]] void live_as_daemon(BoundSocket socket, const Script& script, LogLevel most) {
    const int fd = leave_caller(socket.fd.release());
    if (fd < 0) ::_exit(EXIT_FAILURE);
    socket.fd.reset(fd);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGHUP, SIG_IGN);
    {
        const SystemClock clock;
        SyslogSink sink("upssched");
        Loop loop(clock);
        Daemon daemon(loop, std::move(socket), script, Logger(sink, most));
        daemon.run();
    }
    ::_exit(EXIT_SUCCESS);
}

Caller::StartDaemon daemon_starter(const Script& script, LogLevel most) {
    return [&script, most](BoundSocket socket) -> Result<void> {
        std::fflush(nullptr);
        const pid_t child = ::fork();
        if (child < 0) return fail_errno("fork", errno);
        if (child == 0) live_as_daemon(std::move(socket), script, most);
        return {};
    };
}

/// What is wrong with the file as a whole; single bad lines do not keep the good ones from working.
std::optional<std::string> what_is_missing(const conf::UpsschedConf& conf) {
    if (conf.at.empty()) return std::nullopt;
    if (conf.cmd_script.empty()) return "CMDSCRIPT must be set in the config file!";
    const bool timers = std::ranges::any_of(
        conf.at, [](const auto& at) { return at.command != conf::AtCommand::execute; });
    if (timers && conf.pipe_path.empty()) return "PIPEFN must be set in the config file!";
    if (timers && conf.lock_path.empty()) return "LOCKFN must be set in the config file!";
    return std::nullopt;
}

int act(const Options& options) {
    const char* ups = std::getenv("UPSNAME");
    const char* type = std::getenv("NOTIFYTYPE");
    const bool lists = options.action == Action::list;
    if (!lists && (ups == nullptr || type == nullptr))
        return complain("Error: UPSNAME and NOTIFYTYPE must be set.\n"
                        "This program should only be run from upsmon.");
    const auto loaded = load();
    if (!loaded) return complain(loaded.error().text);
    const conf::UpsschedConf& conf = loaded->value;

    const SystemClock clock;
    StderrSink standard_error(clock);
    SyslogSink system_log("upssched");
    TeeSink both(standard_error, system_log);
    const LogLevel most =
        options.debug > 0 || conf.debug_min > 0 ? LogLevel::debug : LogLevel::info;
    const Logger logger(both, most);
    for (const conf::Problem& problem : loaded->problems)
        if (problem.severity != conf::Severity::note)
            logger.write(problem.severity == conf::Severity::error ? LogLevel::error
                                                                   : LogLevel::warning,
                         "config", conf::to_text(problem), {});
    if (const auto missing = what_is_missing(conf)) return complain(*missing);

    const Script script{conf.cmd_script, own_environment()};
    Caller caller(conf, script, clock, logger, daemon_starter(script, most));
    if (lists) {
        const auto list = conf.pipe_path.empty() ? Result<std::string>() : caller.list();
        if (!list) return complain(list.error().text);
        std::fputs(list->c_str(), stdout);
        return EXIT_SUCCESS;
    }
    return caller.notify({type, ups, options.message}) ? EXIT_SUCCESS : EXIT_FAILURE;
}

int run(const Options& options) {
    switch (options.action) {
    case Action::version:
        std::printf("%s upssched %s\n", kProduct.data(), kVersion.data());
        return EXIT_SUCCESS;
    case Action::help:
        std::fputs(help_text().c_str(), stdout);
        return EXIT_SUCCESS;
    case Action::check:
        return check();
    case Action::list:
    case Action::notify:
        return act(options);
    }
    return EXIT_FAILURE;
}

}  // namespace
}  // namespace ups::upssched

int main(int argc, char** argv) {
    const auto options = ups::upssched::parse_options(argc, argv);
    if (!options) return ups::upssched::complain(options.error().text);
    return ups::upssched::run(*options);
}
