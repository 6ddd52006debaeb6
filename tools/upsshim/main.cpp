// SPDX-License-Identifier: Apache-2.0
/// upsshim: TLS for UPS servers and clients that have none.
#include "lib/base/build_info.hpp"
#include "lib/base/daemonize.hpp"
#include "lib/base/file.hpp"
#include "lib/base/pid_file.hpp"
#include "tools/upsshim/shim.hpp"

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace ups::upsshim {
namespace {

constexpr std::array<std::string_view, 1> kPrograms{"upsshim"};

std::string pid_path(const Options& options) {
    const char* folder = std::getenv("NUT_PIDPATH");
    const bool given = folder != nullptr && *folder != '\0';
    return join_path(given ? std::string_view(folder) : kPidPath, options.pid_base + ".pid");
}

int complain(const std::string& text) {
    std::fprintf(stderr, "%s\n", text.c_str());
    return EXIT_FAILURE;
}

/// The working folder changes on the way to the background, and a reload reads the files again.
void make_absolute(Options& options) {
    for (std::string* path : {&options.certificate, &options.key, &options.ca}) {
        std::error_code problem;
        if (path->empty()) continue;
        const auto whole = std::filesystem::absolute(*path, problem);
        if (!problem) *path = whole.string();
    }
}

int check(const Options& options) {
    const auto context = make_context(options, SystemClock().wall());
    if (!context) return complain(context.error().text);
    for (const std::string& warning : (*context)->warnings())
        std::fprintf(stderr, "Warning: %s\n", warning.c_str());
    std::printf("%s side, to %s: good\n", options.side == Side::server ? "server" : "client",
                options.to.to_text().c_str());
    return EXIT_SUCCESS;
}

Result<std::optional<Account>> choose_account(const Options& options) {
    if (!is_root()) return std::nullopt;
    const bool own = !options.user.empty();
    UPS_TRY(Account account, find_account(own ? options.user : std::string(kRunUser),
                                          own ? std::string() : std::string(kRunGroup)));
    return std::optional(std::move(account));
}

int serve(Options options) {
    std::signal(SIGPIPE, SIG_IGN);
    make_absolute(options);
    const auto account = choose_account(options);
    if (!account) return complain(account.error().text);
    auto background =
        options.foreground ? Result<Background>(Background::foreground()) : Background::enter();
    if (!background) return complain(background.error().text);
    const SystemClock clock;
    StderrSink standard_error(clock);
    SyslogSink system_log("upsshim");
    LogSink& sink = options.foreground ? static_cast<LogSink&>(standard_error) : system_log;
    const Logger logger(sink, options.debug > 0 ? LogLevel::debug : LogLevel::info);
    Loop loop(clock);
    std::optional<PidFile> pid_file;
    Shim shim(loop, options, logger, NotifySocket::from_environment());
    Result<void> started;
    if (!options.foreground) {
        auto made = PidFile::create(pid_path(options), kPrograms);
        if (made)
            pid_file.emplace(*std::move(made));
        else
            started = std::unexpected(made.error());
    }
    if (started) started = shim.start(*account);
    if (started) started = background->ready();
    if (!started) {
        background->failed(started.error().text);
        return EXIT_FAILURE;
    }
    shim.run();
    return EXIT_SUCCESS;
}

int run(Options options) {
    switch (options.action) {
    case Action::version:
        std::printf("%s upsshim %s\n", kProduct.data(), kVersion.data());
        return EXIT_SUCCESS;
    case Action::help:
        std::fputs(help_text().c_str(), stdout);
        return EXIT_SUCCESS;
    case Action::check:
        return check(options);
    case Action::serve:
        return serve(std::move(options));
    }
    return EXIT_FAILURE;
}

}  // namespace
}  // namespace ups::upsshim

int main(int argc, char** argv) {
    auto options = ups::upsshim::parse_options(argc, argv);
    if (!options) return ups::upsshim::complain(options.error().text);
    return ups::upsshim::run(*std::move(options));
}
