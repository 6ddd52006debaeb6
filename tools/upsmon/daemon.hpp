// SPDX-License-Identifier: Apache-2.0
/// The process around the monitor: from the command line to a confined worker, reloads, and the end.
#pragma once

#include "lib/base/log.hpp"
#include "lib/base/notify_socket.hpp"
#include "lib/base/pid_file.hpp"
#include "lib/base/privileges.hpp"
#include "lib/client/resolver.hpp"
#include "tools/upsmon/environment.hpp"
#include "tools/upsmon/level_sink.hpp"
#include "tools/upsmon/local_courier.hpp"
#include "tools/upsmon/monitor.hpp"
#include "tools/upsmon/options.hpp"
#include "tools/upsmon/sleep_line.hpp"
#include "tools/upsmon/wakers.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ups::upsmon {

struct DaemonParts {
    const Options& options;
    const Environment& environment;
    const Clock& clock;
    LevelSink& level;  ///< of `logger`
    Logger logger;
    /// Who to become once everything is open; absent: stay who we are.
    std::optional<Account> account;
    std::string host;  ///< the name of this host
    /// Lines to parent, courier and upsmon-sleep, of a worker; empty for a single process.
    Fd parent;
    Fd courier;
    Fd sleep;
    /// What earlier workers knew.
    Fd memory;
};

class Daemon {
  public:
    /// Everything that `parts` refers to outlives the object. Make it in the final process.
    explicit Daemon(DaemonParts parts);
    ~Daemon();
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;

    /// Everything up to watching: configuration, pid file, certificates, then no way back: user, sandbox.
    /// Fails with a text for people.
    [[nodiscard]] Result<void> start();
    /// Tells parent and service manager, and watches until told to stop or until this host goes down.
    void run();

  private:
    [[nodiscard]] Result<std::shared_ptr<const Configuration>> load(const TlsContexts* fallback);
    void make_helpers(const Configuration& configuration);
    [[nodiscard]] Result<void> give_up_rights(const Configuration& configuration);
    void confine(const Configuration& configuration);
    void watch_signals();
    void on_sleep_word(SleepWord word);
    void reload();
    void feed_watchdog();
    void tell_life();
    void set_log_level(const conf::UpsmonConf& conf);

    DaemonParts parts_;
    Logger& logger_ = parts_.logger;
    Loop loop_;
    client::BackgroundResolver names_;
    std::unique_ptr<client::Resolver> resolver_;
    Tokenizer tokenizer_{Charset::utf8};
    std::optional<PidFile> pid_file_;
    NotifySocket notify_;
    std::string sandbox_text_ = "off";
    // Of a worker: the lines; of a single process: the work itself.
    std::unique_ptr<ParentLine> parent_line_;
    std::unique_ptr<ShutdownHands> hands_;
    std::unique_ptr<LocalCourier> local_courier_;
    std::unique_ptr<Courier> remote_courier_;
    std::unique_ptr<LocalWaker> local_waker_;
    std::unique_ptr<RemoteWaker> remote_waker_;
    std::unique_ptr<Notifier> notifier_;
    // Later ones use earlier ones, and go first.
    std::unique_ptr<Monitor> monitor_;
    std::unique_ptr<SleepLine> sleep_line_;
    Timer watchdog_;
    Timer life_;
    std::vector<std::unique_ptr<SignalWatch>> signals_;
};

/// Puts what a reading of the configuration has to say into the log.
void log_problems(const Logger& logger, const LoadedConfiguration& loaded);

}  // namespace ups::upsmon
