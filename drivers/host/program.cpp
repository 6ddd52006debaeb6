// SPDX-License-Identifier: Apache-2.0
#include "drivers/host/program.hpp"

#include "lib/base/build_info.hpp"

#include <cerrno>
#include <csignal>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace ups::host {
namespace {

Result<void> give_up_ids(const std::optional<Account>& account) {
    return account ? drop_privileges(*account) : set_no_new_privileges();
}

}  // namespace

Program::Program(ProgramSetup setup, conf::FileSource& files, const Clock& clock, Logger& log,
                 Background background, NotifySocket notify)
    : setup_(std::move(setup)), files_(files), log_(log),
      background_(std::move(background)), notify_(std::move(notify)), loop_(clock),
      modules_(setup_.folders.transports), watchdog_(loop_, [this] { kick_watchdog(); }) {}

int Program::run() {
    const auto refuse = [this](const Error& error) {
        background_.failed(error.text);
        return 1;
    };
    if (auto chosen = choose_link(); !chosen) return refuse(chosen.error());
    if (is_root()) {
        const auto& settings = setup_.settings;
        const std::string user = settings.user.empty() ? std::string(kRunUser) : settings.user;
        auto account = find_account(user, settings.group);
        if (!account) return refuse(account.error());
        account_ = *std::move(account);
    }
    const SignalWatch on_term(loop_, SIGTERM, [this] { on_end(0, "signal"); });
    const SignalWatch on_int(loop_, SIGINT, [this] { on_end(0, "signal"); });
    const SignalWatch on_quit(loop_, SIGQUIT, [this] { on_end(0, "signal"); });
    const SignalWatch on_hup(loop_, SIGHUP, [this] {
        notify_.reloading();
        (void)driver_->reload();
        notify_.ready("running");
    });
    transport::LinkOpener& opener = tape_ ? *tape_ : modules_;
    DriverEvents& events = *this;
    driver_.emplace(loop_, setup_.plugin, setup_.settings, opener, events, log_);
    if (!ended_) loop_.run();
    notify_.stopping();
    hung_ = !driver_->end();
    if (hung_) log_.warning("driver.hung", "the plugin does not return; leaving without it");
    if (!socket_file_.empty()) ::unlink(socket_file_.c_str());
    pid_file_.reset();
    if (!hung_) driver_.reset();
    return status_;
}

Result<void> Program::choose_link() {
    const CommandLine& line = setup_.line;
    if (!line.replay.empty()) {
        UPS_TRY(auto recording, transport::load_recording(line.replay));
        tape_ = std::make_unique<transport::ReplayOpener>(std::move(recording));
    } else if (!line.record.empty()) {
        tape_ = std::make_unique<transport::RecordingOpener>(
            modules_, line.record,
            "plugin " + setup_.plugin.name + ", port " + setup_.settings.instance.port);
    }
    return {};
}

// ---- turns of the driver's life ----

Result<void> Program::on_open() {
    if (setup_.line.mode == Mode::killpower) {
        loop_.defer([this] { driver_->shutdown(); });
        return {};
    }
    if (setup_.line.mode == Mode::dump) return {};
    return give_up_rights();
}

Result<void> Program::give_up_rights() {
    if (!setup_.chroot.empty() && (::chroot(setup_.chroot.c_str()) != 0 || ::chdir("/") != 0))
        return fail_errno("cannot chroot to " + setup_.chroot, errno);
    const std::vector<sandbox::FileRule> files = file_rules();
    UPS_CHECK(give_up_ids(account_));
    (void)sandbox::restrict_files(sandbox::Profile::driver, files);
    // Ids are those of the process; the rest belongs to a thread, so the plugin's does the same. The
    // filter of system calls is for all threads at once and comes last.
    driver_->run_on_plugin_thread([account = account_, files] {
        if (!give_up_ids(account)) ::_exit(1);
        const auto layer = sandbox::restrict_files(sandbox::Profile::driver, files);
        const auto calls = sandbox::restrict_calls(sandbox::Profile::driver);
        return sandbox::describe(calls, layer);
    });
    return {};
}

// Plugins may read what their account may; nothing but sockets, pid file, recording and device is written.
std::vector<sandbox::FileRule> Program::file_rules() const {
    using sandbox::Access;
    std::vector<sandbox::FileRule> rules = {{"/", Access::read},
                                            {"/dev", Access::device},
                                            {setup_.folders.state, Access::read_write},
                                            {setup_.folders.pid, Access::read_write}};
    if (!setup_.line.record.empty()) rules.push_back({setup_.line.record, Access::read_write});
    return rules;
}

Result<void> Program::open_socket() {
    // The plugin's thread creates no files, so the mask of the process is ours to set.
    const mode_t before = ::umask(0007);
    auto socket = bind_unix(setup_.place.socket_path, 0660);
    ::umask(before);
    if (!socket) return std::unexpected(std::move(socket).error());
    socket_file_ = setup_.place.socket_path;
    driver_->serve(*std::move(socket));
    UPS_TRY(PidFile pid_file, PidFile::create(setup_.place.pid_path, setup_.place.programs()));
    pid_file_.emplace(std::move(pid_file));
    log_.info("driver.listening", "serving " + socket_file_);
    return {};
}

void Program::on_ready() {
    if (setup_.line.mode != Mode::serve) return;
    // Clients find a whole reading from the first moment on.
    if (const auto open = open_socket(); !open) return on_end(1, open.error().text);
    ready_ = true;
    if (const auto ready = background_.ready(); !ready) return on_end(1, ready.error().text);
    notify_.ready("running");
    kick_watchdog();
    log_.info("driver.ready", "plugin " + setup_.plugin.name);
}

void Program::kick_watchdog() {
    const auto limit = notify_.watchdog_limit();
    if (!limit) return;
    notify_.watchdog();
    watchdog_.start(*limit / 2);
}

void Program::on_reading() {
    if (setup_.line.mode != Mode::dump || ++readings_ < setup_.line.readings) return;
    print_variables();
    leave(0);
}

void Program::print_variables() const {
    for (const auto& [name, variable] : driver_->state().variables())
        fmt::print("{}: {}\n", name, variable.value);
    std::fflush(stdout);
}

void Program::on_shutdown(std::int32_t code) {
    log_.info("driver.killpower", code_text(code));
    if (setup_.line.mode != Mode::killpower) return;
    if (code < UPSDRV_OK) return on_end(1, "power-off failed: " + std::string(code_text(code)));
    leave(0);
}

void Program::on_end(int status, std::string_view reason) {
    if (ended_) return;
    if (status == 0) {
        log_.info("driver.end", reason);
    } else {
        log_.error("driver.end", reason);
        if (!ready_ && background_.is_background()) background_.failed(reason);
    }
    leave(status);
}

void Program::leave(int status) {
    if (ended_) return;
    ended_ = true;
    status_ = status;
    loop_.stop();
}

Result<DriverSettings> Program::reload() {
    UPS_TRY(const ChosenUps chosen, choose_ups(setup_.line, files_, setup_.folders.conf));
    for (const auto& note : chosen.notes)
        log_.warning("conf", note);
    return make_settings(chosen.section, *setup_.plugin.descriptor, setup_.folders.conf);
}

void Program::on_debug(unsigned level) {
    log_.set_most(level > 0 ? LogLevel::debug : LogLevel::info);
}

}  // namespace ups::host
