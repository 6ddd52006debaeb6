// SPDX-License-Identifier: Apache-2.0
/// The privileged parent: keeps the worker and the courier running, and does what only it may.
///
/// A worker that died or hangs is replaced; what was decided is kept here meanwhile.
///
/// What it runs and where the flag goes is fixed when it starts. It reads nothing afterwards but the single
/// bytes of its worker (guardian.hpp).
#pragma once

#include "lib/base/daemonize.hpp"
#include "lib/base/log.hpp"
#include "lib/base/pid_file.hpp"
#include "tools/upsmon/guardian.hpp"

#include <memory>
#include <string>
#include <vector>

namespace ups::upsmon {

/// Where the others find their lines: the worker those to parent, courier and
/// upsmon-sleep, these their own.
inline constexpr int kFirstLine = 3;
inline constexpr int kSecondLine = 4;
inline constexpr int kThirdLine = 5;
/// And the worker its memory.
inline constexpr int kMemoryFile = 6;

struct ParentSetup {
    std::string program;                 ///< path of our own executable
    std::vector<std::string> arguments;  ///< ours, for the worker and the courier
    std::string shutdown_command;
    std::string power_down_flag;
    std::vector<std::string>
        sleep_program{};  ///< upsmon-sleep with its arguments; empty: there is none
    /// How long a shutdown takes from its decision to the command, at most. When workers die on the way and
    /// none comes so far, the parent does what was decided.
    Duration patience = std::chrono::minutes(1);
    Duration life_sign = life_sign_period({});
};

class Parent {
  public:
    /// `background` learns how the start ended.
    Parent(const Clock& clock, ParentSetup setup, Background& background, const Logger& logger);
    ~Parent();
    Parent(const Parent&) = delete;
    Parent& operator=(const Parent&) = delete;

    /// Starts the others and stays until the worker ends on purpose. The exit status.
    [[nodiscard]] int run();

  private:
    /// A process of ours that is started again when it dies.
    struct Ward;

    [[nodiscard]] Result<void> open_lines();
    void start_worker();
    void start_courier();
    void start_sleep_watcher();
    [[nodiscard]] Spawn plan(std::string_view word) const;
    void start_process(Ward& ward, const Spawn& what);
    void on_word();
    void on_worker_end();
    void on_courier_end();
    void on_sleep_watcher_end();
    void forward(int signal_number);
    void finish(int status);
    void finish_if_alone();
    void take(Verb verb);
    void check_life();
    void end_the_shutdown();
    void tell_given();

    ParentSetup setup_;
    Background& background_;
    Logger logger_;
    Loop loop_;
    ShutdownHands hands_;
    // Both ends are kept, so that what is on its way survives either process.
    Fd courier_desk_;
    Fd courier_line_;
    Fd sleep_desk_;
    Fd sleep_line_;
    Fd memory_;       ///< of the workers; never read here
    Fd worker_line_;  ///< our end; a new pair for each worker
    std::unique_ptr<IoWatch> worker_words_;
    std::unique_ptr<Ward> worker_;
    std::unique_ptr<Ward> courier_;
    std::unique_ptr<Ward> sleep_watcher_;
    std::vector<std::unique_ptr<SignalWatch>> signals_;
    Timer farewell_;
    Timer life_;
    Timer last_resort_;
    unsigned silent_periods_ = 0;
    bool has_spoken_ = false;  ///< this worker
    bool is_finishing_ = false;
    bool was_ready_ = false;
    bool is_stopping_ = false;
    int status_ = 0;
};

}  // namespace ups::upsmon
