// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/check.hpp"

#include "lib/base/build_info.hpp"
#include "lib/base/privileges.hpp"
#include "lib/base/text.hpp"
#include "lib/client/blocking_client.hpp"
#include "tools/upsmon/configuration.hpp"
#include "tools/upsmon/power_flag.hpp"
#include "tools/upsmon/rehearse.hpp"

#include <cstdint>
#include <cstdio>
#include <unistd.h>

namespace ups::upsmon {
namespace {

void print(std::FILE* to, const std::string& line) {
    std::fprintf(to, "%s\n", line.c_str());
}

struct Finding {
    bool is_good = false;
    std::string text;
};

using client::BlockingClient;

/// The log-in as the monitor does it. Empty: it is in.
std::string log_in(BlockingClient& server, const conf::MonitorLine& line) {
    const auto refused = [&server](client::Words words) {
        const auto answer = server.ask(client::command(words));
        return answer ? std::string() : answer.error().text;
    };
    if (!line.user.empty())
        if (auto why = refused({"USERNAME", line.user}); !why.empty()) return "USERNAME: " + why;
    if (auto why = refused({"PASSWORD", line.password}); !why.empty()) return "PASSWORD: " + why;
    if (auto why = refused({"LOGIN", line.address.name}); !why.empty()) return "LOGIN: " + why;
    if (line.role != conf::MonitorRole::primary) return {};
    if (refused({"PRIMARY", line.address.name}).empty()) return {};
    if (auto why = refused({"MASTER", line.address.name}); !why.empty()) return "PRIMARY: " + why;
    return {};
}

Finding try_monitor(const FeedOptions& options) {
    BlockingClient server;
    if (const auto connected = server.connect(options.connection); !connected)
        return {false, printable(connected.error().text)};
    const std::string tls = server.tls_description();
    const std::string line = tls.empty() ? "in clear" : tls;
    if (const std::string why = log_in(server, options.line); !why.empty())
        return {false, "the log-in is refused (" + printable(why) + "), " + line};
    const auto status = server.ask(client::get({"VAR", options.line.address.name, "ups.status"}));
    const std::string word = status ? std::string(status->word()) : status.error().text;
    server.log_out();
    return {status.has_value(), "logged in, " + line + ", status " + printable(word)};
}

bool check_flag(const conf::UpsmonConf& conf) {
    if (conf.power_down_flag.empty()) {
        print(stdout, "POWERDOWNFLAG: not set, so the UPS will not cut the power");
        return true;
    }
    switch (look_at_power_flag(conf.power_down_flag)) {
    case PowerFlag::absent:
    case PowerFlag::set:
        return true;
    case PowerFlag::unreadable:
        print(stdout, "POWERDOWNFLAG: " + conf.power_down_flag + " cannot be read");
        return ::geteuid() != 0;
    case PowerFlag::foreign:
        print(stderr, "error: POWERDOWNFLAG: " + conf.power_down_flag +
                          " is there and not a flag of upsmon");
        return false;
    }
    return false;
}

bool check_wake(const conf::UpsmonConf& conf) {
    if (conf.wake.empty() || !conf.power_down_flag.empty()) return true;
    print(stderr, "error: " + std::string(kNoFlagForWake));
    return false;
}

bool check_webhooks(const conf::UpsmonConf& conf, const Environment& environment) {
    const std::string& program = environment.webhook_program;
    if (conf.webhooks.empty() || ::access(program.c_str(), X_OK) == 0) return true;
    print(stderr, "error: WEBHOOK: " + program + " cannot be run, and it is what posts");
    return false;
}

bool check_account(const conf::UpsmonConf& conf, const Options& options) {
    if (!is_root() || options.single) return true;
    const std::string& user = options.user.empty() ? conf.run_as_user : options.user;
    const auto account = user.empty() ? find_account(std::string(kRunUser), std::string(kRunGroup))
                                      : find_account(user);
    if (!account) print(stderr, "error: " + account.error().text);
    return account.has_value();
}

bool check_monitors(const Configuration& configuration) {
    bool is_good = true;
    std::uint64_t counted = 0;
    std::uint64_t configured = 0;
    for (std::size_t i = 0; i < configuration.conf.monitors.size(); ++i) {
        const conf::MonitorLine& line = configuration.conf.monitors[i];
        const Finding finding = try_monitor(configuration.feed_options(i));
        is_good = is_good && finding.is_good;
        configured += line.power_value;
        if (finding.is_good) counted += line.power_value;
        print(stdout, line.text + ": " +
                          (line.role == conf::MonitorRole::primary ? "primary" : "secondary") +
                          ", power value " + std::to_string(line.power_value) + ", " +
                          finding.text);
    }
    print(stdout, "power: " + std::to_string(counted) + " of " + std::to_string(configured) +
                      " would count now, " + std::to_string(configuration.conf.min_supplies) +
                      " needed");
    return is_good;
}

}  // namespace

int check_everything(const Environment& environment, const Options& options, const Clock& clock) {
    const LoadedConfiguration loaded = load_configuration(
        {environment.conf_path, options.connect_timeout.value_or(environment.connect_timeout),
         clock.wall()});
    for (const conf::Problem& problem : loaded.problems)
        print(stderr, to_text(problem));
    for (const std::string& warning : loaded.warnings)
        print(stderr, "warning: " + warning);
    if (!loaded.fatal.empty()) print(stderr, "error: " + loaded.fatal);
    bool is_good = !loaded.has_errors();
    if (loaded.value) {
        const Configuration& configuration = *loaded.value;
        if (configuration.conf.shutdown_command.empty()) {
            print(stderr, "error: there is no SHUTDOWNCMD: this host would stay up");
            is_good = false;
        }
        for (const conf::Problem& problem : plan::check_names(configuration.conf))
            print(stderr, to_text(problem));
        is_good = check_account(configuration.conf, options) && is_good;
        is_good = check_webhooks(configuration.conf, environment) && is_good;
        is_good = check_flag(configuration.conf) && is_good;
        is_good = check_wake(configuration.conf) && is_good;
        is_good = check_monitors(configuration) && is_good;
    }
    print(stdout, environment.conf_path + ": " +
                      (is_good ? "everything is in order" : "not everything is in order"));
    return is_good ? 0 : 1;
}

}  // namespace ups::upsmon
