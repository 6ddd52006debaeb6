// SPDX-License-Identifier: Apache-2.0
/// The driver's end of a driver socket, as the generators play it.
#pragma once

#include "lib/base/fd.hpp"

#include <string>

namespace ups::bench {

/// The reply to DUMPALL. Names and values as real devices have them: `ups.status` "OL CHRG", some
/// strings, mostly numbers (`outlet.N.voltage`); `variables` of them, at least 5.
[[nodiscard]] std::string dump_of(int variables);

/// Listens at `path`, open to every account.
[[nodiscard]] Fd listen_as_driver(const std::string& path);

/// The server's connection, after its DUMPALL was answered with `dump`. Waits up to half a minute.
[[nodiscard]] Fd accept_server(int listener, const std::string& dump);

/// Answers the PING that may have come, without waiting for one.
void answer_pings(int server);

}  // namespace ups::bench
