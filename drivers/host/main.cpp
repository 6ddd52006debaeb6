// SPDX-License-Identifier: Apache-2.0
/// `upsdrv`: drives one UPS with a plugin, under its own name or under that of a stock driver.
#include "conf/parse/upsd_conf.hpp"
#include "drivers/host/check.hpp"
#include "drivers/host/describe.hpp"
#include "drivers/host/probe.hpp"
#include "drivers/host/program.hpp"
#include "lib/base/build_info.hpp"
#include "lib/base/file.hpp"
#include "lib/base/log_target.hpp"
#include "lib/base/text.hpp"

#include <algorithm>
#include <array>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <fmt/core.h>
#include <span>
#include <unistd.h>

namespace {

using namespace ups;
using namespace ups::host;

EnvironmentVariables read_environment() {
    EnvironmentVariables found;
    for (const char* name :
         {"NUT_CONFPATH", "NUT_STATEPATH", "NUT_ALTPIDPATH", "NUT_DEBUG_LEVEL", "NUT_DEBUG_SYSLOG",
          "NUT_DEBUG_PID", "NUT_DEBUG_PROCNAME", "NUT_IGNORE_CHECKPROCNAME"})
        if (const char* value = std::getenv(name)) found.emplace(name, value);
    return found;
}

std::string own_path() {
    std::array<char, PATH_MAX> path{};
    const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size());
    return length > 0 ? std::string(path.data(), static_cast<std::size_t>(length)) : std::string();
}

unsigned number_of(std::string_view text) {
    return static_cast<unsigned>(std::clamp<std::int64_t>(parse_integer(text).value_or(0), 0, 99));
}

int complain(std::string_view text) {
    fmt::print(stderr, "{}\n", text);
    return 1;
}

void print_help(const CommandLine& line) {
    fmt::print("{} driver host {}\n\nusage: {} -a NAME [option...]\n\n", kProduct, kVersion,
               line.program);
    for (const auto& row : option_help())
        fmt::print("  {:<18} {}\n", row.form, row.text);
}

class Main {
  public:
    Main(CommandLine line, EnvironmentVariables environment)
        : line_(std::move(line)), environment_(std::move(environment)),
          folders_(find_folders(environment_, own_path(), {}, {})) {}

    int run() {
        switch (line_.mode) {
        case Mode::help:
            print_help(line_);
            return 0;
        case Mode::version:
            return print_version(line_.program, folders_.plugins);
        case Mode::list_plugins:
            return print_plugins(folders_.plugins);
        case Mode::describe:
            return describe(line_.target, line_.json, folders_.plugins);
        case Mode::list_options:
            return print_options(line_.program, folders_.plugins);
        case Mode::check:
            return run_check();
        case Mode::probe:
            return run_probe();
        case Mode::serve:
        case Mode::dump:
        case Mode::killpower:
        case Mode::control:
            break;
        }
        auto chosen = choose_ups(line_, files_, folders_.conf);
        if (!chosen) return complain(chosen.error().text);
        chosen_ = *std::move(chosen);
        settle_folders();
        if (line_.mode == Mode::control) return run_control();
        return run_plugin();
    }

  private:
    void settle_folders() {
        std::string upsd_state_path;
        if (const auto upsd = conf::load_upsd_conf(files_, folders_.conf))
            upsd_state_path = upsd->value.state_path;
        folders_ = find_folders(environment_, own_path(), chosen_.state_path, upsd_state_path);
        place_ = {conf::driver_socket_path(folders_.state, chosen_.section),
                  conf::driver_pid_path(folders_.pid, chosen_.section), chosen_.section.driver,
                  is_on("NUT_IGNORE_CHECKPROCNAME")};
    }

    int run_check() {
        CheckInput input{.path = line_.target, .options = {}, .recording = {}, .port_file = {}};
        for (const auto& [key, value] : line_.set) {
            if (key == "port")
                input.port = value.value_or("");
            else
                input.options.emplace_back(key, value);
        }
        if (!line_.replay.empty()) {
            auto recording = read_file(line_.replay);
            if (!recording) return complain(recording.error().text);
            input.recording = *std::move(recording);
        }
        if (auto file = read_file(input.port)) input.port_file = *std::move(file);
        return check_plugin_file(input);
    }

    int run_probe() {
        auto section = options_only(line_);
        if (!section) return complain("Error: " + section.error().text);
        transport::ModuleOpener opener(folders_.transports);
        return probe_plugins({line_.target, line_.json, *std::move(section), folders_.conf},
                             folders_.plugins, opener, clock_);
    }

    int run_control() {
        const auto done = line_.pid ? control_pid(place_, *line_.pid, line_.control)
                                    : control(place_, line_.control, clock_);
        return done ? 0 : complain("Error: " + done.error().text);
    }

    [[nodiscard]] unsigned debug_level() const {
        unsigned level = std::max(line_.debug, chosen_.section.debug_min);
        if (line_.debug == 0)
            level = std::max(level, number_of(value_of(environment_, "NUT_DEBUG_LEVEL")));
        return level;
    }

    /// Whether a variable of the environment says yes.
    [[nodiscard]] bool is_on(std::string_view name) const {
        return parse_boolean(value_of(environment_, name)).value_or(false);
    }

    int run_plugin() {
        auto plugin = find_plugin(chosen_.section.driver, folders_.plugins);
        if (!plugin) return complain("Error: " + plugin.error().text);
        auto settings = make_settings(chosen_.section, *plugin->descriptor, folders_.conf);
        if (!settings)
            return complain("Fatal error: [" + chosen_.section.name + "] " + settings.error().text);
        settings->debug = debug_level();
        if (const auto status = make_room()) return *status;

        const bool foreground =
            line_.mode != Mode::serve || line_.foreground.value_or(line_.debug > 0);
        auto background = foreground ? Background::foreground() : Background::enter();
        if (!background) return complain("Error: " + background.error().text);
        const DebugLog where = parse_debug_log(value_of(environment_, "NUT_DEBUG_SYSLOG"));
        if (where == DebugLog::standard_error) background->keep_stderr();
        LogTarget logs(clock_, {.ident = chosen_.section.driver,
                                .background = background->is_background(),
                                .elapsed = line_.debug > 0,
                                .where = where});
        const LogLevel most = settings->debug > 0 ? LogLevel::debug
                              : line_.quiet       ? LogLevel::warning
                                                  : LogLevel::info;
        Logger log = Logger(logs.sink(), most).with("ups", chosen_.section.name);
        if (most == LogLevel::debug && is_on("NUT_DEBUG_PROCNAME"))
            log = log.with("program", chosen_.section.driver);
        if (most == LogLevel::debug && is_on("NUT_DEBUG_PID"))
            log = log.with("pid", std::to_string(::getpid()));
        for (const auto& note : chosen_.notes)
            log.warning("conf", note);
        return run_program({line_, folders_, chosen_.section, chosen_.chroot, *std::move(plugin),
                            *std::move(settings), place_},
                           log, *std::move(background));
    }

    int run_program(ProgramSetup setup, Logger& log, Background background) {
        Program program(std::move(setup), files_, clock_, log, std::move(background),
                        NotifySocket::from_environment());
        const int status = program.run();
        // The plugin's thread still runs: destructors would wait for it, or pull things from under it.
        if (program.has_hung()) ::_exit(status);
        return status;
    }

    // Those of `-x sdcommands=`, which an instance that runs already does not know.
    std::vector<std::string> given_commands() const {
        std::vector<std::string> commands;
        const bool given = std::ranges::any_of(
            line_.set, [](const auto& setting) { return setting.first == "sdcommands"; });
        if (!given) return commands;
        for (const auto command : split_at(chosen_.section.sd_commands, ','))
            if (const auto name = trim(command); !name.empty()) commands.emplace_back(name);
        return commands;
    }

    // Deals with another instance. A value is the exit status; none: go on.
    std::optional<int> make_room() {
        if (line_.mode == Mode::dump) return std::nullopt;
        if (line_.mode == Mode::killpower) {
            const auto done = killpower_by_socket(place_, given_commands(), clock_);
            if (done && *done) return 0;
        }
        const auto gone = evict(place_, clock_);
        if (!gone) return complain("Error: " + gone.error().text);
        if (*gone) fmt::print(stderr, "Ended another instance of {}\n", place_.socket_path);
        return std::nullopt;
    }

    CommandLine line_;
    EnvironmentVariables environment_;
    SystemClock clock_;
    conf::DiskFiles files_;
    Folders folders_;
    ChosenUps chosen_;
    DriverPlace place_;
};

}  // namespace

int main(int argc, char** argv) {
    // A client that goes away must not end the driver.
    std::signal(SIGPIPE, SIG_IGN);
    auto line = parse_command_line({argv, static_cast<std::size_t>(argc)});
    if (!line) return complain(line.error().text + "\nTry -h for help.");
    return Main(*std::move(line), read_environment()).run();
}
