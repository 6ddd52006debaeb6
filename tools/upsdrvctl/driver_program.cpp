// SPDX-License-Identifier: Apache-2.0
#include "tools/upsdrvctl/driver_program.hpp"

#include "lib/base/build_info.hpp"
#include "lib/base/file.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ups::upsdrvctl {
namespace {

bool is_executable(const std::string& path) {
    std::error_code ignored;
    return ::access(path.c_str(), X_OK) == 0 && std::filesystem::is_regular_file(path, ignored);
}

Maker maker_of_file(const std::string& path) {
    std::error_code error;
    const auto real = std::filesystem::canonical(path, error);
    return !error && real.filename() == kDriverHost ? Maker::ours : Maker::stock;
}

/// Asks our driver host whether a plugin has `driver` among its aliases.
bool is_alias(const std::string& host, const std::string& driver) {
    posix_spawn_file_actions_t silent;
    if (::posix_spawn_file_actions_init(&silent) != 0) return false;
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        ::posix_spawn_file_actions_addopen(&silent, fd, "/dev/null", O_RDWR, 0);
    std::string program = host, option = "--describe", name = driver;
    std::array<char*, 4> call = {program.data(), option.data(), name.data(), nullptr};
    pid_t child = 0;
    const bool started =
        ::posix_spawn(&child, program.c_str(), &silent, nullptr, call.data(), environ) == 0;
    ::posix_spawn_file_actions_destroy(&silent);
    int status = 0;
    while (started && ::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return started && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// The programs that may own the pid file of a UPS.
std::array<std::string_view, 2> programs_of(const conf::UpsSection& ups) {
    return {ups.driver, kDriverHost};
}

void add_debug(const Options& options, std::vector<std::string>& call) {
    if (options.pass_debug && options.debug > 0)
        call.push_back("-" + std::string(options.debug, 'D'));
}

void add_ground(const Options& options, Purpose purpose, std::vector<std::string>& call) {
    if (purpose == Purpose::supervise)
        call.emplace_back("-FF");
    else if (purpose == Purpose::start && options.ground == Ground::foreground)
        call.emplace_back("-F");
    else if (purpose == Purpose::start && options.ground == Ground::background)
        call.emplace_back("-B");
}

/// The instant command that `after_cut` stands for; nothing for the driver's own way.
std::string_view off_command(AfterCut after_cut) {
    switch (after_cut) {
    case AfterCut::as_configured:
        return {};
    case AfterCut::comes_back:
        return "shutdown.return";
    case AfterCut::stays_off:
        return "shutdown.stayoff";
    }
    return {};
}

}  // namespace

std::string Context::state_path() const {
    if (!environment.state_path.empty()) return environment.state_path;
    if (!conf.state_path.empty()) return conf.state_path;
    return std::string(kStatePath);
}

std::string Context::socket_path(const conf::UpsSection& ups) const {
    return conf::driver_socket_path(state_path(), ups);
}

std::string Context::pid_path(const conf::UpsSection& ups) const {
    return conf::driver_pid_path(environment.pid_path, ups);
}

Result<DriverProgram> find_driver(const Context& context, const conf::UpsSection& ups) {
    if (!context.conf.driver_path.empty()) {
        std::string path = join_path(context.conf.driver_path, ups.driver);
        if (is_executable(path)) return DriverProgram{path, maker_of_file(path)};
    }
    const std::string& own = context.environment.own_driver_path;
    if (std::string path = join_path(own, ups.driver); is_executable(path))
        return DriverProgram{std::move(path), Maker::ours};
    const std::string plugin = join_path(own, "plugins/" + ups.driver + ".so");
    const std::string host = join_path(own, kDriverHost);
    if (is_executable(host) && (::access(plugin.c_str(), R_OK) == 0 || is_alias(host, ups.driver)))
        return DriverProgram{host, Maker::ours};
    for (const std::string& folder : context.environment.stock_driver_paths)
        if (std::string path = join_path(folder, ups.driver); is_executable(path))
            return DriverProgram{std::move(path), Maker::stock};
    return fail(ErrorCode::not_found, "there is no driver \"" + ups.driver + "\" here");
}

std::vector<std::string> driver_call(const Context& context, const DriverProgram& program,
                                     const conf::UpsSection& ups, Purpose purpose) {
    const Options& options = context.options;
    std::vector<std::string> call{program.path};
    add_debug(options, call);
    add_ground(options, purpose, call);
    call.insert(call.end(), {"-a", ups.name});
    if (purpose == Purpose::power_off) {
        call.emplace_back("-k");
        const std::string_view command = off_command(options.after_cut);
        if (!command.empty() && program.maker == Maker::ours)
            call.insert(call.end(), {"-x", "sdcommands=" + std::string(command)});
    }
    if (purpose == Purpose::command)
        call.insert(call.end(), {"-c", std::string(command_word(options.command))});
    if (!options.chroot.empty()) call.insert(call.end(), {"-r", options.chroot});
    if (!options.user.empty()) call.insert(call.end(), {"-u", options.user});
    return call;
}

Result<ProcessHandle> find_running(const Context& context, const conf::UpsSection& ups) {
    const auto programs = programs_of(ups);
    if (context.environment.ignore_process_name) return find_owner(context.pid_path(ups), {});
    return find_owner(context.pid_path(ups), programs);
}

bool may_drive(const Context& context, const conf::UpsSection& ups, pid_t pid) {
    const auto programs = programs_of(ups);
    return context.environment.ignore_process_name || runs_program(pid, programs);
}

Maker maker_of(pid_t pid) {
    return program_of(pid) == kDriverHost ? Maker::ours : Maker::stock;
}

std::set<std::string> listening_sockets() {
    // num refcount protocol flags type state inode path; flag 0x10000 is "listening".
    // Not /proc/net, which a unit with ProcSubset=pid does not have.
    std::set<std::string> paths;
    std::ifstream table("/proc/self/net/unix");
    for (std::string line; std::getline(table, line);) {
        const std::size_t path = line.find('/');
        if (path != std::string::npos && line.find(" 00010000 ") < path)
            paths.insert(line.substr(path));
    }
    return paths;
}

bool is_listening(const std::string& path) {
    return listening_sockets().contains(path);
}

}  // namespace ups::upsdrvctl
