// SPDX-License-Identifier: Apache-2.0
/// One UPS: the plugin on its thread, the state it publishes, the clients that see it.
#pragma once

#include "drivers/host/device_keeper.hpp"
#include "drivers/host/driver_state.hpp"
#include "drivers/host/plugin_module.hpp"
#include "drivers/host/settings.hpp"
#include "drivers/host/socket_server.hpp"
#include "drivers/host/worker.hpp"
#include "lib/event/loop.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ups::host {

/// What the program does at the turns of a driver's life. All are called on the loop's thread.
class DriverEvents {
  public:
    virtual ~DriverEvents() = default;
    /// The device was opened for the first time. Rights may be given up here; the driver goes on when
    /// this returns, and ends if it fails.
    [[nodiscard]] virtual Result<void> on_open() { return {}; }
    /// The first reading was tried: there is something to show.
    virtual void on_ready() {}
    /// A reading ended, well or not.
    virtual void on_reading() {}
    /// `driver.killpower` or `shutdown()` was carried out, with a UPSDRV_... code.
    virtual void on_shutdown(std::int32_t /*code*/) {}
    /// The driver is over and must be destroyed from outside. `status`: for the process.
    virtual void on_end(int status, std::string_view reason) = 0;
    /// Reads the configuration again.
    [[nodiscard]] virtual Result<DriverSettings> reload() = 0;
    /// A client changed `driver.debug`.
    virtual void on_debug(unsigned /*level*/) {}
};

/// Neither copied nor moved. All references outlive it.
class Driver final : private RequestHandler {
  public:
    /// Requests that may wait while the plugin is busy; further ones fail at once.
    static constexpr std::size_t kMaxWaiting = 64;
    /// How long a plugin may take to return when the driver ends.
    static constexpr Duration kGrace = std::chrono::seconds(3);

    Driver(Loop& loop, const PluginModule& plugin, DriverSettings settings,
           transport::LinkOpener& opener, DriverEvents& events, const Logger& log);
    ~Driver() override;
    Driver(const Driver&) = delete;
    Driver& operator=(const Driver&) = delete;

    /// Serves clients from now on.
    void serve(BoundSocket socket);
    /// Runs `task` on the plugin's thread, between two calls of the plugin; what it returns is logged.
    void run_on_plugin_thread(std::function<std::string()> task);
    /// Cuts the power of the load: `sdcommands` in turn, else the plugin's `shutdown`. Reported by
    /// `on_shutdown`. The device must be open.
    void shutdown();
    /// `driver.reload`, as a signal asks for it. True if everything that differs could be applied.
    bool reload();
    /// Closes the device and ends the plugin. False if the plugin does not return in time: then the
    /// process must leave without running destructors.
    [[nodiscard]] bool end();

    [[nodiscard]] const DriverState& state() const noexcept { return state_; }
    [[nodiscard]] const DeviceKeeper& keeper() const noexcept { return keeper_; }
    [[nodiscard]] const DriverSettings& settings() const noexcept { return settings_; }

  private:
    // A request that waits for the plugin, or runs.
    struct Request {
        Job job;
        ClientId client = 0;  // 0: the host itself
        std::string tracking;
        bool shutdown = false;
        std::deque<std::string> more = {};  // commands to try if this one is not handled
    };
    enum class Running : std::uint8_t { nothing, device, request, own };

    void on_request(ClientId client, ClientRequest request) override;
    void on_set(ClientId client, ClientRequest request);
    void on_command(ClientId client, ClientRequest request);
    void on_own_command(ClientId client, const std::string& name, const std::string& tracking);
    [[nodiscard]] bool set_own(std::string_view name, std::string_view value,
                               proto::TrackingCode& code);
    void queue(Request request);
    [[nodiscard]] Request shutdown_request() const;
    void answer(ClientId client, std::string_view tracking, proto::TrackingCode code);

    void collect();
    void log_plugin(const PluginLog& line);
    void on_done(const JobDone& done);
    void on_device_done(const JobDone& done);
    void on_request_done(const JobDone& done);
    void pump();
    void submit(Job job, Running running);
    void submit_task(const Task& task);
    void publish_health(std::string& lines);
    void tell(std::string& lines);
    void finish(int status, std::string_view reason);

    Loop& loop_;
    const upsdrv_plugin& plugin_;
    DriverSettings settings_;
    DriverEvents& events_;
    const Logger& log_;
    DriverState state_;
    DeviceKeeper keeper_;
    Worker worker_;
    std::optional<SocketServer> server_;
    std::deque<Request> waiting_;
    std::deque<Job> own_jobs_;
    std::optional<Request> request_;  // the one that runs
    Running running_ = Running::nothing;
    bool created_ = false;
    bool opened_ = false;
    bool ready_ = false;
    bool over_ = false;
    Timer timer_;
    std::optional<IoWatch> mail_;
};

}  // namespace ups::host
