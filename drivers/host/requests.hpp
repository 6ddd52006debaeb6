// SPDX-License-Identifier: Apache-2.0
/// Lines that clients of the driver socket send, understood.
///
///     DUMPALL | PING | GETPID | LOGOUT | NOBROADCAST | BROADCAST [0|1] | DUMPVALUE var | DUMPSTATUS
///     SET var value [TRACKING id]
///     INSTCMD cmd [param] [TRACKING id]
#pragma once

#include "drivers/host/driver_state.hpp"
#include "lib/base/words.hpp"
#include "lib/proto/driver_line.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ups::host {

struct ClientRequest {
    proto::DriverRequest kind = proto::DriverRequest::ping;
    std::string name = {};                  ///< SET, INSTCMD, DUMPVALUE
    std::optional<std::string> value = {};  ///< SET; the parameter of INSTCMD
    std::string tracking = {};              ///< id, empty = none
    bool broadcast = true;                  ///< BROADCAST, NOBROADCAST
};

/// Nothing if the line is not a request, or has a wrong number of words: such lines get no reply.
[[nodiscard]] std::optional<ClientRequest> parse_request(const LineWords& line);

/// What is wrong with setting `name` to `value` as far as the published flags, length, enumeration and
/// range tell; nothing if the plugin may be asked.
[[nodiscard]] std::optional<proto::TrackingCode>
check_set(const DriverState& state, std::string_view name, std::string_view value);

/// The answer to a tracked request for what the plugin returned.
[[nodiscard]] proto::TrackingCode tracking_code(std::int32_t upsdrv_code) noexcept;

/// Appends `TRACKING id code`.
void append_tracking(std::string_view id, proto::TrackingCode code, std::string& lines);

}  // namespace ups::host
