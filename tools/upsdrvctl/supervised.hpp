// SPDX-License-Identifier: Apache-2.0
/// One driver under supervision.
#pragma once

#include "conf/parse/ups_conf.hpp"
#include "tools/upsdrvctl/child.hpp"
#include "tools/upsdrvctl/context.hpp"
#include "tools/upsdrvctl/driver_program.hpp"
#include "tools/upsdrvctl/restart_policy.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace ups::upsdrvctl {

class Supervised {
  public:
    enum class State : std::uint8_t {
        queued,    ///< not started yet
        starting,  ///< runs, but does not listen on its socket yet
        running,   ///< runs and listens
        waiting,   ///< ended by itself; will be started again
        resting,   ///< was stopped by somebody; stays so until the next reload
        stopping,  ///< was told to stop by us
        over,      ///< stopped by us
    };

    /// `on_change` is called when the state changed by itself; it does not call back. References
    /// outlive this.
    Supervised(const Context& context, conf::UpsSection ups, std::move_only_function<void()> on_change);
    Supervised(const Supervised&) = delete;
    Supervised& operator=(const Supervised&) = delete;

    /// Starts a queued driver, or one that rests.
    void start();
    /// Ends the driver: SIGTERM, then SIGKILL. The state is `stopping`, later `over`.
    void stop();
    /// Ends the driver and starts it again with other settings.
    void replace(conf::UpsSection ups);
    /// Looks whether a starting driver is ready. `listening`: paths of the sockets that are listened on.
    void check_ready(const std::set<std::string>& listening);

    [[nodiscard]] const conf::UpsSection& ups() const noexcept { return ups_; }
    [[nodiscard]] State state() const noexcept { return state_; }
    /// Its first start came to some end: it runs, failed, or took too long.
    [[nodiscard]] bool is_settled() const noexcept { return settled_; }

  private:
    /// A driver of this UPS that we did not start, asked to leave.
    struct Predecessor {
        ProcessHandle process;
        IoWatch watch;
    };

    void launch();
    [[nodiscard]] bool evict();
    void succeed_predecessor();
    void on_end(Ending ending);
    void on_time();
    void retry(const std::string& why);
    void enter(State state);
    void say(const std::string& text) const;
    void write_pid_file();
    void remove_pid_file();

    const Context& context_;
    conf::UpsSection ups_;
    std::optional<conf::UpsSection> next_;  // settings to go on with after a stop
    std::move_only_function<void()> on_change_;
    RestartPolicy policy_;
    std::unique_ptr<Child> child_;
    std::unique_ptr<Predecessor> predecessor_;
    Timer timer_;
    std::string pid_file_;  // written by us for a driver that writes none
    Maker maker_ = Maker::stock;
    State state_ = State::queued;
    bool settled_ = false;
    bool killed_ = false;
};

}  // namespace ups::upsdrvctl
