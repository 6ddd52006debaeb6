// SPDX-License-Identifier: Apache-2.0
/// What upssched does when upsmon calls it: the matching AT lines, in the order of the file.
#pragma once

#include "conf/parse/upssched_conf.hpp"
#include "lib/base/log.hpp"
#include "lib/event/listener.hpp"
#include "tools/upssched/script.hpp"

#include <functional>
#include <optional>
#include <string>

namespace ups::upssched {

class Caller {
  public:
    /// A daemon that is being started by somebody else is waited for this often and long.
    static constexpr int kTries = 30;
    static constexpr std::chrono::milliseconds kPause{250};
    static constexpr std::chrono::seconds kReplyLimit{5};

    /// Becomes the daemon in a child process on this socket. Returns in the parent only.
    using StartDaemon = std::move_only_function<Result<void>(BoundSocket)>;

    /// All outlive the object.
    Caller(const conf::UpsschedConf& conf, const Script& script, const Clock& clock,
           const Logger& logger, StartDaemon start_daemon);

    /// Handles a notification. Commands of EXECUTE run side by side with everything else, and have ended when
    /// this returns. Fails with what could not be done last; the other lines have been done.
    [[nodiscard]] Result<void> notify(const Cause& cause);
    /// The daemon's list of timers as lines for people; empty if none runs.
    [[nodiscard]] Result<std::string> list();

  private:
    Result<void> obey(const conf::AtLine& line, const Cause& cause);
    Result<void> send(Request request);
    /// Nothing: nobody listens.
    Result<std::optional<std::string>> ask(const Request& request);
    /// Nobody listens: starts a daemon, or lets some time pass because somebody else does.
    Result<void> provide_daemon(int attempt);

    const conf::UpsschedConf& conf_;
    const Clock& clock_;
    Logger logger_;
    ScriptRunner runner_;
    StartDaemon start_daemon_;
};

}  // namespace ups::upssched
