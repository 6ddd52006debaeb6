// SPDX-License-Identifier: Apache-2.0
/// Asking the server on this host, where asking a driver would harm it.
#pragma once

#include "conf/parse/upsd_conf.hpp"
#include "tools/upsdrvctl/status_job.hpp"

#include <string>
#include <vector>

namespace ups::upsdrvctl {

/// Asks a server on this host, on a loopback address or Unix socket of `conf`, for ups.status of the
/// running rows that have none: a fresh value makes a row responsive, stale data or an unconnected
/// driver make it not so. Blocks for 2 s at most. Nothing changes where no server answers.
/// `state_path`: where relative Unix sockets are.
void ask_server(const conf::UpsdConf& conf, const std::string& state_path,
                std::vector<DriverStatus>& rows);

}  // namespace ups::upsdrvctl
