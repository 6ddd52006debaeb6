// SPDX-License-Identifier: Apache-2.0
/// The protocol engine: everything that sessions share. No I/O.
#pragma once

#include "lib/base/clock.hpp"
#include "lib/base/log.hpp"
#include "lib/base/random.hpp"
#include "lib/base/words.hpp"
#include "lib/vars/descriptions.hpp"
#include "server/upsd/access.hpp"
#include "server/upsd/commands.hpp"
#include "server/upsd/registry.hpp"
#include "server/upsd/request_cache.hpp"
#include "server/upsd/settings.hpp"
#include "server/upsd/tls_provider.hpp"
#include "server/upsd/tracking.hpp"

#include <string_view>

namespace ups::upsd {

/// What the engine needs of the program. All of it outlives the engine.
struct EngineParts {
    const Clock& clock;
    Random& random;
    const Logger& logger;
    Authenticator& authenticator;
    Audit& audit;
    const TlsProvider& tls;
    const vars::Descriptions& descriptions;
};

class Engine {
  public:
    Engine(const EngineParts& parts, Settings settings);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Swaps the settings. Removed UPSes have been detached from their sessions, and subscribers
    /// told; the caller ends their driver connections before it drops them.
    [[nodiscard]] RegistryChange apply(Settings settings);

    /// What happens on driver connections. Each passes on to the link and then to the subscribers.
    void driver_connected(Ups& ups, DriverOutput& output);
    void driver_bytes(Ups& ups, std::string_view bytes);
    void driver_lost(Ups& ups);
    void driver_time(Ups& ups, Instant now);
    /// Tells the subscribers of `ups` that have not seen all that there may be something new.
    void publish(Ups& ups);

    [[nodiscard]] const EngineParts& parts() const noexcept { return parts_; }
    [[nodiscard]] const Settings& settings() const noexcept { return settings_; }
    [[nodiscard]] const CommandTable& commands() const noexcept { return commands_; }
    [[nodiscard]] const Registry& registry() const noexcept { return registry_; }
    /// What a line of at least one word means. Views `words`.
    [[nodiscard]] Request understand(const LineWords& words) const;
    /// What lines like those of before mean.
    [[nodiscard]] RequestCache& requests() noexcept { return requests_; }
    [[nodiscard]] Tracking& tracking() noexcept { return tracking_; }
    [[nodiscard]] Tokenizer& tokenizer() noexcept { return tokenizer_; }
    /// Numbers sessions in the order of their connections.
    [[nodiscard]] std::uint64_t next_session() noexcept { return ++sessions_; }
    /// Changes whenever rights may have changed, so that nobody keeps old verdicts.
    [[nodiscard]] std::uint64_t access_epoch() const noexcept { return access_epoch_; }

  private:
    [[nodiscard]] DriverLinkParts link_parts();

    EngineParts parts_;
    Settings settings_;
    CommandTable commands_;
    Tokenizer tokenizer_;         // of client lines
    Tokenizer driver_tokenizer_;  // of driver lines; a driver's value may lead to a client's line
    Tracking tracking_;
    Registry registry_;
    RequestCache requests_;  // views `commands_` and `registry_`
    std::uint64_t sessions_ = 0;
    std::uint64_t access_epoch_ = 0;
};

}  // namespace ups::upsd
