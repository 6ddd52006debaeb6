// SPDX-License-Identifier: Apache-2.0
/// upslog: writes a line about each UPS into a file every now and then.
#include "lib/base/build_info.hpp"
#include "lib/base/daemonize.hpp"
#include "lib/base/environment.hpp"
#include "lib/base/file.hpp"
#include "lib/base/pid_file.hpp"
#include "lib/base/privileges.hpp"
#include "lib/base/text.hpp"
#include "tools/upslog/logging.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <unistd.h>

namespace ups::upslog {
namespace {

constexpr std::array<std::string_view, 1> kPrograms{"upslog"};

/// Scripts expect these lines on standard output; where records of JSON go there, they go aside.
std::FILE* announcements(const Options& options) {
    return options.json ? stderr : stdout;
}

void print_banner(std::FILE* to) {
    std::fprintf(to, "%s upslog %s\n", kProduct.data(), kVersion.data());
    std::fflush(to);
}

void announce(const Options& options) {
    std::FILE* to = announcements(options);
    if (!env_flag("NUT_QUIET_INIT_BANNER")) print_banner(to);
    for (const Pair& pair : options.pairs)
        std::fprintf(to, "logging status of %s to %s (%llds intervals)\n", pair.text.c_str(),
                     pair.file.c_str(), static_cast<long long>(options.interval.count()));
    std::fflush(to);
}

std::string own_host() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

Style make_style(const Options& options) {
    Style style;
    style.format = Format(options.format.value_or(std::string(kDefaultFormat)));
    if (options.format) style.json_names = style.format.variables();
    style.host = own_host();
    style.pid = ::getpid();
    style.json = options.json;
    // Of several UPSes nobody could tell the lines apart.
    style.with_name = options.with_name || std::ranges::any_of(options.pairs, &Pair::is_all);
    style.changes = options.changes;
    style.count = options.count;
    style.interval = options.interval;
    return style;
}

/// The working folder changes on the way to the background.
void make_absolute(std::vector<Pair>& pairs) {
    for (Pair& pair : pairs) {
        std::error_code problem;
        if (pair.file == "-") continue;
        const auto path = std::filesystem::absolute(pair.file, problem);
        if (!problem) pair.file = path.string();
    }
}

Result<void> give_up_rights(const Options& options) {
    if (!is_root()) return {};
    const bool own = !options.user.empty();
    UPS_TRY(const Account account, find_account(own ? options.user : std::string(kRunUser),
                                                own ? std::string() : std::string(kRunGroup)));
    return drop_privileges(account);
}

std::optional<PidFile> make_pid_file(const Options& options, const Logger& logger) {
    const std::string path = join_path(env_text("NUT_PIDPATH").value_or(std::string(kPidPath)),
                                       options.pid_base + ".pid");
    auto file = PidFile::create(path, kPrograms);
    if (file) return std::optional<PidFile>(*std::move(file));
    logger.warning("pid_file", file.error().text);
    return std::nullopt;
}

int serve(Options options) {
    std::signal(SIGPIPE, SIG_IGN);
    announce(options);
    make_absolute(options.pairs);
    const bool foreground = options.stays_in_foreground();
    auto background =
        foreground ? Result<Background>(Background::foreground()) : Background::enter();
    if (!background) {
        std::fprintf(stderr, "%s\n", background.error().text.c_str());
        return EXIT_FAILURE;
    }
    const SystemClock clock;
    StderrSink standard_error(clock);
    SyslogSink system_log("upslog");
    LogSink& sink = foreground ? static_cast<LogSink&>(standard_error) : system_log;
    const Logger logger(sink, options.common.debug > 0 ? LogLevel::debug : LogLevel::info);
    const Style style = make_style(options);
    for (const std::string& mistake : style.format.mistakes())
        logger.warning("format", printable(mistake) + " is no escape and prints INVALID");
    Loop loop(clock);
    Logging logging(loop, style, logger);
    std::optional<PidFile> pid_file;
    auto started = logging.open_files(options.pairs);
    if (started) started = logging.add_servers(options, &std::getenv);
    if (started) {
        if (auto made = make_pid_file(options, logger)) pid_file.emplace(*std::move(made));
        started = give_up_rights(options);
    }
    if (started) started = background->ready();
    if (!started) {
        background->failed(started.error().text);
        return EXIT_FAILURE;
    }
    return logging.run();
}

int run(Options options) {
    switch (options.action) {
    case Action::version:
        print_banner(stdout);
        return EXIT_SUCCESS;
    case Action::help:
        std::fputs(help_text().c_str(), stdout);
        return EXIT_SUCCESS;
    case Action::log:
        return serve(std::move(options));
    }
    return EXIT_FAILURE;
}

}  // namespace
}  // namespace ups::upslog

int main(int argc, char** argv) {
    auto options = ups::upslog::parse_options(argc, argv);
    if (options) return ups::upslog::run(*std::move(options));
    std::fprintf(stderr, "%s\n", options.error().text.c_str());
    return EXIT_FAILURE;
}
