// SPDX-License-Identifier: Apache-2.0
/// The first steps of a tool that talks to one server.
#pragma once

#include "lib/client/blocking_client.hpp"
#include "lib/client/tool/common_options.hpp"

#include <string>

namespace ups::client {

/// Makes the plan, prints its warnings on stderr, and connects. The plan, or the message for the user
/// (without "Error: ").
[[nodiscard]] Result<Plan> start(BlockingClient& client, const CommonOptions& options,
                                 const ServerAddress& server, GetEnv get_env);

/// The name of the account this runs under, for the prompt; "unknown" if it has none.
[[nodiscard]] std::string own_account();

}  // namespace ups::client
