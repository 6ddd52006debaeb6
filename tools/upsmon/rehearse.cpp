// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/rehearse.hpp"

#include "lib/base/text.hpp"
#include "lib/client/blocking_client.hpp"
#include "tools/upsmon/configuration.hpp"
#include "tools/upsmon/plan/drill.hpp"

#include <algorithm>
#include <cstdio>
#include <string>

namespace ups::upsmon {
namespace {

plan::UpsReading read_ups(const FeedOptions& options) {
    plan::UpsReading reading;
    client::BlockingClient server;
    const auto complain = [&options](const client::Failure& failure) {
        std::fprintf(stderr, "%s: %s\n", options.line.text.c_str(),
                     printable(failure.text).c_str());
    };
    if (const auto connected = server.connect(options.connection); !connected) {
        complain(connected.error());
        return reading;
    }
    const auto answer = server.ask(client::list({"VAR", options.line.address.name}));
    if (!answer) {
        complain(answer.error());
        return reading;
    }
    reading.is_fresh = true;
    for (const auto& row : answer->rows)
        if (row.size() >= 2) reading.set(row[0], row[1]);
    server.log_out();
    return reading;
}

}  // namespace

int rehearse(const Environment& environment, const Options& options, const Clock& clock) {
    const LoadedConfiguration loaded = load_configuration(
        {environment.conf_path, options.connect_timeout.value_or(environment.connect_timeout),
         clock.wall()});
    for (const conf::Problem& problem : loaded.problems)
        std::fprintf(stderr, "%s\n", to_text(problem).c_str());
    if (!loaded.fatal.empty()) std::fprintf(stderr, "error: %s\n", loaded.fatal.c_str());
    if (loaded.has_errors()) return 1;
    const Configuration& configuration = *loaded.value;
    plan::Readings readings;
    for (std::size_t i = 0; i < configuration.conf.monitors.size(); ++i)
        readings.push_back(read_ups(configuration.feed_options(i)));
    if (std::ranges::none_of(readings, &plan::UpsReading::is_fresh)) return 1;
    plan::Plan rules = plan::make_plan(configuration.conf);
    if (!rules.recovery.steps.empty() && configuration.conf.power_down_flag.empty()) {
        std::fprintf(stderr, "warning: %s\n", std::string(kNoFlagForWake).c_str());
        rules.recovery.steps.clear();
    }
    plan::Outage outage;
    outage.mains_back = options.mains_back;
    const plan::Timeline timeline = plan::drill(rules, *configuration.settings, readings, outage);
    const std::string text = options.is_json               ? to_json(timeline)
                             : options.job == Job::explain ? plan::explain(timeline)
                                                           : to_text(timeline);
    std::fputs(text.c_str(), stdout);
    return 0;
}

}  // namespace ups::upsmon
