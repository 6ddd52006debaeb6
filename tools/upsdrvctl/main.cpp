// SPDX-License-Identifier: Apache-2.0
/// upsdrvctl: starts, stops and watches the drivers of ups.conf.
#include "conf/parse/ups_conf.hpp"
#include "lib/base/build_info.hpp"
#include "lib/base/notify_socket.hpp"
#include "lib/base/text.hpp"
#include "lib/event/loop.hpp"
#include "tools/upsdrvctl/console.hpp"
#include "tools/upsdrvctl/context.hpp"
#include "tools/upsdrvctl/options.hpp"
#include "tools/upsdrvctl/run.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace {

using namespace ups;
using namespace ups::upsdrvctl;

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

bool is_on(const char* name) { return parse_boolean(variable(name)).value_or(false); }

std::string first_of(std::initializer_list<std::string> texts) {
    for (const std::string& text : texts)
        if (!text.empty()) return text;
    return {};
}

/// Beside our own installation, so that a copy of the whole tree works; else where it was built for.
std::string find_own_drivers() {
    std::error_code error;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
    if (!error) {
        auto beside = self.parent_path().parent_path() / UPS_LIBDIR_PRIVATE;
        if (std::filesystem::is_directory(beside, error)) return beside.string();
    }
    return std::string(kDriverPath);
}

Environment read_environment() {
    Environment environment;
    environment.conf_path = first_of({variable("NUT_CONFPATH"), std::string(kConfPath)});
    environment.state_path = variable("NUT_STATEPATH");
    environment.pid_path = first_of(
        {variable("NUT_ALTPIDPATH"), variable("NUT_STATEPATH"), std::string(kPidPath)});
    environment.own_driver_path = find_own_drivers();
    environment.ignore_nowait = is_on("NUT_IGNORE_NOWAIT");
    environment.ignore_process_name = is_on("NUT_IGNORE_CHECKPROCNAME");
    environment.quiet_banner = is_on("NUT_QUIET_INIT_BANNER");
    return environment;
}

void raise_debug(Options& options) {
    if (const auto level = parse_integer(variable("NUT_DEBUG_LEVEL")))
        options.debug =
            std::max(options.debug, static_cast<unsigned>(std::clamp<std::int64_t>(*level, 0, 10)));
}

int complain(const char* program, const Error& error) {
    const bool is_command = error.text.starts_with("Error:");
    std::fprintf(stderr, "%s%s%s\n", is_command ? "" : program, is_command ? "" : ": ",
                 error.text.c_str());
    if (!is_command) std::fputs(usage(program).c_str(), stdout);
    return EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    const Environment environment = read_environment();
    const char* program = argc > 0 ? argv[0] : "upsdrvctl";
    auto options = parse_options({argv + std::min(argc, 1), argv + argc});
    const bool wants_version = options && options->command == Command::version;
    const bool is_table = options && options->json;
    if ((!environment.quiet_banner && !is_table) || wants_version)
        std::printf("%s - UPS driver controller %s\n", std::string(kProduct).c_str(),
                    std::string(kVersion).c_str());
    if (!options) return complain(program, options.error());
    if (wants_version) return EXIT_SUCCESS;
    if (options->command == Command::help) {
        std::fputs(usage(program).c_str(), stdout);
        return EXIT_SUCCESS;
    }
    raise_debug(*options);
    if (options->dry_run) {
        std::puts("*** Testing mode: not calling exec/kill");
        options->debug = std::max(options->debug, 2U);
    }
    const NotifySocket notify = NotifySocket::from_environment();
    const SystemClock clock;
    const Console console(clock, options->debug);
    Loop loop(clock);
    return run(loop, console, *options, environment, notify);
}
