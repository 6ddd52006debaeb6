// SPDX-License-Identifier: Apache-2.0
/// Runs one instance of a plugin on a thread of its own, so that it may block.
#pragma once

#include "driverapi/upsdrv.h"
#include "drivers/host/host_services.hpp"
#include "drivers/host/job.hpp"
#include "drivers/host/mailbox.hpp"
#include "drivers/transport/link.hpp"

#include <memory>
#include <thread>

namespace ups::host {

/// Neither copied nor moved. What the constructor is given outlives it.
class Worker {
  public:
    /// Starts the thread; the instance is made by a `create` job.
    Worker(const upsdrv_plugin& plugin, InstanceConfig config, PublishRules rules,
           transport::LinkOpener& opener, const Clock& clock);
    /// Waits for the thread, which closes and destroys the instance. A plugin that never returns keeps it
    /// waiting: see `is_stuck`.
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    [[nodiscard]] Mailbox& mailbox() noexcept { return mailbox_; }
    /// Ends the plugin's waits: services answer UPSDRV_E_STOPPING from now on.
    void stop() noexcept { stop_.raise(); }
    /// After `stop`: closes, destroys and ends the thread within `grace`; false if the plugin does not
    /// return. Then only leaving the process helps, without running destructors.
    [[nodiscard]] bool end_within(Duration grace);

  private:
    void main() noexcept;
    [[nodiscard]] JobDone execute(Job& job);
    [[nodiscard]] std::int32_t create();
    [[nodiscard]] std::int32_t probe(Instant deadline, std::string& problem);
    [[nodiscard]] std::int32_t open(Instant deadline, std::string& problem);
    [[nodiscard]] std::int32_t open_link(Instant deadline, std::string& problem);
    [[nodiscard]] std::int32_t call(Job& job, std::string& problem);
    void close();

    const upsdrv_plugin& plugin_;
    transport::LinkOpener& opener_;
    const Clock& clock_;
    Mailbox mailbox_;
    transport::StopSignal stop_;
    HostServices services_;
    std::unique_ptr<transport::Link> link_;
    void* self_ = nullptr;
    bool created_ = false;
    bool open_ = false;
    std::mutex end_mutex_;
    std::condition_variable has_ended_;
    bool ended_ = false;
    std::thread thread_;
};

}  // namespace ups::host
