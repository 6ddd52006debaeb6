// SPDX-License-Identifier: Apache-2.0
/// The UPSes: found by name, listed in configuration order, changed by a reload.
#pragma once

#include "lib/vars/name_index.hpp"
#include "lib/vars/ups_state.hpp"
#include "server/upsd/driver_link.hpp"
#include "server/upsd/settings.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ups::upsd {

class Session;
struct Subscription;

/// One UPS: what is configured, what is known, who attends to it. Others hold its address.
struct Ups {
    Ups(const DriverLinkParts& parts, UpsSettings from, std::chrono::seconds max_age);

    UpsSettings settings;
    vars::UpsState state;
    DriverLink link;
    std::vector<Session*> attached;           ///< those that did LOGIN
    std::vector<Subscription*> subscriptions; ///< those that did SUBSCRIBE
};

/// What a reload did.
struct RegistryChange {
    std::vector<Ups*> added;
    std::vector<Ups*> moved; ///< the driver's socket is another one
    std::vector<std::unique_ptr<Ups>> removed;
};

/// The line of a UPS in LIST UPS.
void append_ups_line(std::string& out, const UpsSettings& ups);

class Registry {
  public:
    /// Case-insensitive; null if there is no such UPS.
    [[nodiscard]] Ups* find(std::string_view name) const;
    [[nodiscard]] std::span<const std::unique_ptr<Ups>> all() const noexcept { return upses_; }
    /// The lines between BEGIN LIST UPS and END LIST UPS.
    [[nodiscard]] std::string_view list_ups() const noexcept { return list_; }
    /// Takes over new settings. A UPS whose name is spelled differently is another one.
    RegistryChange apply(const Settings& settings, const DriverLinkParts& parts);

  private:
    [[nodiscard]] std::uint16_t number_of(std::string_view name) const;
    std::unique_ptr<Ups> keep(const UpsSettings& settings, RegistryChange& change);

    std::vector<std::unique_ptr<Ups>> upses_;
    vars::NameIndex index_;
    std::string list_;
};

} // namespace ups::upsd
