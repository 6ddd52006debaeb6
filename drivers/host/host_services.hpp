// SPDX-License-Identifier: Apache-2.0
/// `upsdrv_host` for one instance of a plugin: the C functions over our objects. Lives on the plugin's
/// thread; nothing throws through it.
#pragma once

#include "driverapi/upsdrv.h"
#include "drivers/host/job.hpp"
#include "drivers/host/mailbox.hpp"
#include "drivers/host/publisher.hpp"
#include "drivers/transport/link.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ups::host {

/// What an instance is told about its place. Views of it reach the plugin.
struct InstanceConfig {
    std::string ups_name;
    std::string port;
    std::string conf_folder;  ///< where relative file names start
    PluginOptions options;
};

/// Neither copied nor moved: the plugin knows its address. All references outlive it.
class HostServices {
  public:
    HostServices(const upsdrv_plugin& plugin, InstanceConfig config, PublishRules rules,
                 const Clock& clock, const transport::StopSignal& stop, Mailbox& mailbox);
    HostServices(const HostServices&) = delete;
    HostServices& operator=(const HostServices&) = delete;

    [[nodiscard]] const upsdrv_host* abi() const noexcept { return &abi_; }
    [[nodiscard]] Publisher& publisher() noexcept { return publisher_; }
    [[nodiscard]] const InstanceConfig& config() const noexcept { return config_; }
    void set_options(PluginOptions options) { config_.options = std::move(options); }
    /// The link that the link services use; null: none is open. Not owned.
    void set_link(transport::Link* link) noexcept { link_ = link; }
    /// `use_link` is allowed only while the plugin is being created.
    void set_creating(bool creating) noexcept { creating_ = creating; }
    /// Which link to open, after `create`: as `use_link` in `upsdrv.h` says.
    [[nodiscard]] std::uint32_t link_kind() const;
    [[nodiscard]] const std::string& link_address() const;
    /// The earliest `poll_at` since the last call.
    [[nodiscard]] std::optional<Instant> take_poll_at() { return std::exchange(poll_at_, {}); }

  private:
    struct Services;
    struct LinkChoice {
        std::uint32_t kind;
        std::string address;
    };
    [[nodiscard]] std::optional<std::string_view> option(std::string_view name) const;

    const upsdrv_plugin& plugin_;
    InstanceConfig config_;
    Publisher publisher_;
    const Clock& clock_;
    const transport::StopSignal& stop_;
    Mailbox& mailbox_;
    transport::Link* link_ = nullptr;
    bool creating_ = false;
    std::optional<LinkChoice> choice_;
    std::optional<Instant> poll_at_;
    upsdrv_host abi_{};
};

/// Milliseconds of the plugin's clock, and back. Far away instants saturate.
[[nodiscard]] std::int64_t to_ms(Instant when) noexcept;
[[nodiscard]] Instant from_ms(std::int64_t ms) noexcept;

}  // namespace ups::host
