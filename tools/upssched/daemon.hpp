// SPDX-License-Identifier: Apache-2.0
/// The timer daemon of a host: serves the socket, keeps the timers, runs CMDSCRIPT, and ends when it has had
/// nothing to do for a while.
#pragma once

#include "lib/event/listener.hpp"
#include "lib/event/stream.hpp"
#include "tools/upssched/script.hpp"
#include "tools/upssched/timer_table.hpp"

#include <memory>
#include <string>
#include <vector>

namespace ups::upssched {

class Daemon {
  public:
    static constexpr std::chrono::seconds kIdle{15};
    /// A client that says nothing for this long is let go.
    static constexpr std::chrono::seconds kSilence{30};
    static constexpr std::size_t kMaxClients = 64;

    /// `loop` and `script` outlive the daemon. `idle`: how long it stays without timers.
    Daemon(Loop& loop, BoundSocket socket, const Script& script, const Logger& logger,
           Duration idle = kIdle);
    ~Daemon();
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;

    /// Runs until idle, SIGTERM or SIGINT. The socket file is gone afterwards.
    void run();

  private:
    class Client;
    void on_client(Fd fd);
    void drop(const Client& client);
    std::string handle(std::string_view line);
    void on_timer();
    void plan();

    Loop& loop_;
    Logger logger_;
    std::string path_;
    Duration idle_;
    TimerTable table_;
    ScriptRunner runner_;
    Timer timer_;
    Timer idle_timer_;
    std::vector<std::unique_ptr<Client>> clients_;
    std::unique_ptr<Listener> listener_;
    SignalWatch child_;
    SignalWatch terminate_;
    SignalWatch interrupt_;
};

}  // namespace ups::upssched
