// SPDX-License-Identifier: Apache-2.0
#include "lib/client/tool/start.hpp"

#include <cstdio>
#include <pwd.h>
#include <unistd.h>

namespace ups::client {

Result<Plan> start(BlockingClient& client, const CommonOptions& options,
                   const ServerAddress& server, GetEnv get_env) {
    UPS_TRY(Plan plan, make_plan(options, server, get_env, SystemClock().wall()));
    for (const std::string& warning : plan.warnings)
        std::fprintf(stderr, "Warning: %s\n", warning.c_str());
    const Instant begun = client.loop().now();
    if (const auto connected = client.connect(plan.connection); !connected)
        return std::unexpected(connected.error().as_error());
    if (options.debug > 0) {
        const std::chrono::duration<double> took = client.loop().now() - begun;
        const std::string tls = client.tls_description();
        std::fprintf(stderr, "%11.6f\t[D1] connected to %s, %s\n", took.count(),
                     server.to_text().c_str(), tls.empty() ? "in clear" : tls.c_str());
    }
    return plan;
}

std::string own_account() {
    const passwd* entry = getpwuid(getuid());
    return entry != nullptr ? entry->pw_name : "unknown";
}

}  // namespace ups::client
