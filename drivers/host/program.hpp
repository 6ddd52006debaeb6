// SPDX-License-Identifier: Apache-2.0
/// The modes of `upsdrv` that run a plugin: serve, print readings (-d), cut the power (-k).
#pragma once

#include "drivers/host/driver.hpp"
#include "drivers/host/driver_client.hpp"
#include "drivers/host/environment.hpp"
#include "drivers/transport/opener.hpp"
#include "drivers/transport/recorder.hpp"
#include "lib/base/daemonize.hpp"
#include "lib/base/notify_socket.hpp"
#include "lib/base/pid_file.hpp"
#include "lib/base/privileges.hpp"
#include "lib/sandbox/sandbox.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ups::host {

/// What main() found out before.
struct ProgramSetup {
    CommandLine line;
    Folders folders;
    conf::UpsSection section;
    std::string chroot;
    PluginModule plugin;
    DriverSettings settings;
    DriverPlace place;
};

/// Neither copied nor moved. All references outlive it.
class Program final : private DriverEvents {
  public:
    Program(ProgramSetup setup, conf::FileSource& files, const Clock& clock, Logger& log,
            Background background, NotifySocket notify);

    /// Runs to the end; the exit status. With `has_hung()` the process must leave by _exit.
    [[nodiscard]] int run();
    [[nodiscard]] bool has_hung() const noexcept { return hung_; }

  private:
    [[nodiscard]] Result<void> on_open() override;
    void on_ready() override;
    void on_reading() override;
    void on_shutdown(std::int32_t code) override;
    void on_end(int status, std::string_view reason) override;
    [[nodiscard]] Result<DriverSettings> reload() override;
    void on_debug(unsigned level) override;

    [[nodiscard]] Result<void> choose_link();
    [[nodiscard]] Result<void> give_up_rights();
    [[nodiscard]] std::vector<sandbox::FileRule> file_rules() const;
    [[nodiscard]] Result<void> open_socket();
    void print_variables() const;
    void leave(int status);
    void kick_watchdog();

    ProgramSetup setup_;
    conf::FileSource& files_;
    Logger& log_;
    Background background_;
    NotifySocket notify_;
    std::optional<Account> account_;
    Loop loop_;
    transport::ModuleOpener modules_;
    std::unique_ptr<transport::LinkOpener> tape_;
    std::optional<PidFile> pid_file_;
    std::string socket_file_;  // removed at the end
    Timer watchdog_;
    std::optional<Driver> driver_;
    unsigned readings_ = 0;
    int status_ = 1;
    bool ended_ = false;
    bool ready_ = false;
    bool hung_ = false;
};

}  // namespace ups::host
