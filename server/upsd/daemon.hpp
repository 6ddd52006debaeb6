// SPDX-License-Identifier: Apache-2.0
/// The process around the engine: from the command line to a confined server, reloads, and the end.
#pragma once

#include "lib/base/log.hpp"
#include "lib/base/notify_socket.hpp"
#include "lib/base/pid_file.hpp"
#include "lib/base/privileges.hpp"
#include "lib/base/random.hpp"
#include "lib/event/loop.hpp"
#include "lib/vars/dictionary.hpp"
#include "server/upsd/audit_log.hpp"
#include "server/upsd/configuration.hpp"
#include "server/upsd/listener_set.hpp"
#include "server/upsd/options.hpp"
#include "server/upsd/server.hpp"
#include "server/upsd/tls_setup.hpp"
#include "server/upsd/user_authenticator.hpp"

#include <memory>
#include <optional>
#include <string>

namespace ups::upsd {

struct DaemonParts {
    const Options& options;
    const Environment& environment;
    const Clock& clock;
    Logger logger;
    Logger audit_logger;
    /// Who to become; absent: stay who we are.
    std::optional<Account> account;
};

class Daemon {
  public:
    /// Everything that `parts` refers to outlives the object. Make it in the final process.
    explicit Daemon(const DaemonParts& parts);
    ~Daemon();
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;

    /// Everything up to serving: configuration, pid file, certificates, listeners, then no way back:
    /// user, sandbox. Fails with a text for people.
    [[nodiscard]] Result<void> start();
    /// Tells the service manager, and serves until a signal says stop.
    void run();

  private:
    [[nodiscard]] Result<Configuration> load();
    [[nodiscard]] Result<void> claim_pid_file();
    [[nodiscard]] Result<tls::TlsContextPtr> load_tls(const conf::UpsdConf& upsd);
    void log_news(const std::vector<std::string>& warnings);
    /// DEBUG_MIN, -D and NUT_DEBUG_LEVEL: the most talkative one counts.
    void set_log_level(const conf::UpsdConf& upsd);
    void raise_descriptor_limit();
    void limit_connections(Settings& settings) const;
    [[nodiscard]] Result<void> become_user();
    void confine_files(const Configuration& config);
    void make_server(Configuration& config);
    void log_start(const Configuration& config);
    void watch_signals();
    void reload();
    [[nodiscard]] Result<void> try_reload();
    void feed_watchdog();
    [[nodiscard]] std::string status_text() const;

    DaemonParts parts_;
    Logger& logger_ = parts_.logger;
    SystemRandom random_;
    Loop loop_;
    vars::Dictionary dictionary_;
    std::optional<PidFile> pid_file_;
    NotifySocket notify_;
    TlsSetup tls_;
    AuditLog audit_;
    std::string sandbox_text_ = "off (SANDBOX no)";
    std::vector<std::string> warned_;  // about the configuration: not repeated by reloads
    std::size_t ups_count_ = 0;
    std::size_t descriptor_limit_ = 0;
    // Later ones use earlier ones, and go first.
    std::unique_ptr<Worker> worker_;
    std::unique_ptr<UserAuthenticator> authenticator_;
    std::unique_ptr<Server> server_;
    ListenerSet listeners_;
    Timer watchdog_;
    std::vector<std::unique_ptr<SignalWatch>> signals_;
};

/// `upsd -t`: reads and checks everything as a start would, and prints every problem. Returns the exit
/// status: 0 if a start would serve all that is configured.
[[nodiscard]] int check_configuration(const Environment& environment, const Options& options,
                                      const Clock& clock);

}  // namespace ups::upsd
