// SPDX-License-Identifier: Apache-2.0
/// What carries bytes between a plugin and its device.
///
/// Links block, on the plugin's thread, until a deadline; a raised `StopSignal` ends the wait at once.
/// Which kinds exist is decided at run time: see `opener.hpp`.
#pragma once

#include "drivers/transport/stop_signal.hpp"
#include "lib/base/clock.hpp"
#include "lib/base/result.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace ups::transport {

/// An open link. Results are UPSDRV_... codes of `upsdrv.h`, as the plugin sees them.
class Link {
  public:
    virtual ~Link() = default;
    /// Sends all of `bytes`. UPSDRV_OK, _E_TIMEOUT, _E_LOST, _E_STOPPING, _E_UNSUPPORTED.
    [[nodiscard]] virtual std::int32_t send(std::string_view bytes, Instant deadline) = 0;
    /// Waits for at least one byte. Count >= 1, or one of the codes of `send`.
    [[nodiscard]] virtual std::int32_t receive(std::span<char> into, Instant deadline) = 0;
    /// `operation`: UPSDRV_LINK_OP_.... UPSDRV_OK, the codes of `send`, _E_FAILED, _E_UNSUPPORTED.
    [[nodiscard]] virtual std::int32_t control(std::uint32_t operation, std::string_view argument,
                                               Instant deadline) = 0;
    /// Why the last call failed, for a log line; empty if there is nothing to say.
    [[nodiscard]] virtual std::string problem() const { return {}; }
};

/// What is wanted. `clock` and `stop` outlive the link.
struct LinkRequest {
    std::uint32_t kind;   ///< UPSDRV_LINK_...
    std::string address;  ///< as a `port` of that kind is written: "host:port" for TCP
    Instant deadline;     ///< by when it must be open
    const Clock& clock;
    const StopSignal& stop;
};

/// Opens links. Fails with `unsupported` (no such transport here), `invalid` (malformed address),
/// `not_found`, `denied`, `refused`, `timeout` or `io`.
class LinkOpener {
  public:
    virtual ~LinkOpener() = default;
    [[nodiscard]] virtual Result<std::unique_ptr<Link>> open(const LinkRequest& request) = 0;
};

/// The name of a UPSDRV_LINK_... kind ("none", "tcp", …), "unknown" for another number.
[[nodiscard]] std::string_view link_kind_name(std::uint32_t kind) noexcept;

}  // namespace ups::transport
