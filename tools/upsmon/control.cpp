// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/control.hpp"

#include "lib/base/file.hpp"
#include "lib/base/pid_file.hpp"

#include <csignal>
#include <span>

namespace ups::upsmon {
namespace {

std::span<const std::string_view> program_names(const Environment& environment) {
    if (environment.ignore_program_name) return {};
    return kProgramNames;
}

Result<ProcessHandle> find_target(const Options& options, const Environment& environment) {
    const auto names = program_names(environment);
    if (!options.pid) {
        auto owner = find_owner(pid_file_path(environment), names);
        if (owner || owner.error().code != ErrorCode::not_found) return owner;
        return fail(ErrorCode::not_found, "upsmon does not run: " + owner.error().text);
    }
    UPS_TRY(ProcessHandle process, ProcessHandle::open(*options.pid));
    if (!names.empty() && !runs_program(*options.pid, names))
        return fail(ErrorCode::not_found, "process " + std::to_string(*options.pid) +
                                              " is not upsmon but " + program_of(*options.pid));
    return process;
}

int signal_of(Job job) {
    if (job == Job::fsd) return SIGUSR1;
    return job == Job::reload ? SIGHUP : SIGTERM;
}

}  // namespace

std::string pid_file_path(const Environment& environment) {
    return join_path(environment.pid_path, "upsmon.pid");
}

Result<void> tell_running(const Options& options, const Environment& environment) {
    UPS_TRY(const ProcessHandle process, find_target(options, environment));
    return process.signal(signal_of(options.job));
}

Result<void> check_alone(const Environment& environment) {
    const std::string path = pid_file_path(environment);
    const auto running = find_owner(path, program_names(environment));
    if (!running) return {};
    return fail(ErrorCode::busy, "upsmon runs already: process " + std::to_string(running->pid()) +
                                     " owns " + path);
}

}  // namespace ups::upsmon
