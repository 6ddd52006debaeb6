// SPDX-License-Identifier: Apache-2.0
#include "tools/upsdrvctl/run.hpp"

#include "conf/parse/upsd_conf.hpp"
#include "tools/upsdrvctl/command_job.hpp"
#include "tools/upsdrvctl/job.hpp"
#include "tools/upsdrvctl/server_query.hpp"
#include "tools/upsdrvctl/start_job.hpp"
#include "tools/upsdrvctl/status_job.hpp"
#include "tools/upsdrvctl/stop_job.hpp"
#include "tools/upsdrvctl/supervisor.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ups::upsdrvctl {
namespace {

using Chosen = std::vector<const conf::UpsSection*>;

int status_of(std::size_t failed) { return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE; }

/// The UPSes a command is for; nothing if one of them is unknown.
std::optional<Chosen> choose(const Context& context) {
    Chosen chosen;
    if (context.options.upses.empty())
        for (const conf::UpsSection& ups : context.conf.ups) chosen.push_back(&ups);
    for (const std::string& name : context.options.upses) {
        const conf::UpsSection* ups = context.conf.find(name);
        if (ups == nullptr) {
            context.console.say("UPS " + name + " not found in ups.conf");
            return std::nullopt;
        }
        if (std::ranges::find(chosen, ups) == chosen.end()) chosen.push_back(ups);
    }
    return chosen;
}

/// Runs one job per UPS and returns how many failed.
template <class JobType, class... Arguments>
std::size_t run_jobs(const Context& context, const Chosen& chosen, std::size_t at_once,
                     Arguments... arguments) {
    JobRunner runner(context.loop, at_once);
    for (const conf::UpsSection* ups : chosen)
        runner.add(std::make_unique<JobType>(context, *ups, arguments...));
    return runner.run();
}

int start(const Context& context, const Chosen& chosen) {
    const bool stays = context.options.ground == Ground::foreground;
    JobRunner runner(context.loop, stays ? chosen.size() : context.options.jobs);
    for (const conf::UpsSection* ups : chosen)
        runner.add(std::make_unique<StartJob>(context, *ups, Purpose::start));
    const SignalWatch on_term(context.loop, SIGTERM, [&runner] { runner.cancel(); });
    const SignalWatch on_int(context.loop, SIGINT, [&runner] { runner.cancel(); });
    return status_of(runner.run());
}

/// Rounds by sdorder: each ends before the next begins.
int power_off(const Context& context, const Chosen& chosen) {
    std::map<int, Chosen> rounds;
    const bool by_name = !context.options.upses.empty();
    for (const conf::UpsSection* ups : chosen)
        if (by_name || ups->sd_order >= 0) rounds[ups->sd_order].push_back(ups);
    std::size_t failed = 0;
    for (const auto& [order, round] : rounds)
        failed += run_jobs<StartJob>(context, round, context.options.jobs, Purpose::power_off);
    return status_of(failed);
}

int show_status(const Context& context, const Chosen& chosen) {
    std::vector<DriverStatus> rows(chosen.size());
    JobRunner runner(context.loop, context.options.jobs);
    for (std::size_t i = 0; i < chosen.size(); ++i)
        runner.add(std::make_unique<StatusJob>(context, *chosen[i], rows[i]));
    (void)runner.run();
    conf::DiskFiles files;
    if (const auto upsd = conf::load_upsd_conf(files, context.environment.conf_path))
        ask_server(upsd->value, context.state_path(), rows);
    const std::string text = context.options.json ? status_json(rows) : status_table(rows);
    std::fputs(text.c_str(), stdout);
    return std::ranges::all_of(rows, &DriverStatus::is_well) ? EXIT_SUCCESS : EXIT_FAILURE;
}

int show_names(const Chosen& chosen) {
    for (const conf::UpsSection* ups : chosen) std::printf("%s\n", ups->name.c_str());
    return EXIT_SUCCESS;
}

int perform(const Context& context, const Chosen& chosen) {
    const std::size_t at_once = context.options.jobs;
    switch (context.options.command) {
    case Command::start: return start(context, chosen);
    case Command::stop: return status_of(run_jobs<StopJob>(context, chosen, at_once));
    case Command::shutdown: return power_off(context, chosen);
    case Command::status: return show_status(context, chosen);
    case Command::list: return show_names(chosen);
    case Command::reload:
    case Command::reload_or_error:
    case Command::reload_or_exit:
    case Command::exit: return status_of(run_jobs<CommandJob>(context, chosen, at_once));
    case Command::supervise:
    case Command::help:
    case Command::version: break;
    }
    return EXIT_FAILURE;
}

void report(const Console& console, const std::vector<conf::Problem>& problems) {
    for (const conf::Problem& problem : problems)
        if (problem.severity == conf::Severity::note)
            console.debug(1, to_text(problem));
        else
            console.say(to_text(problem));
}

}  // namespace

int run(Loop& loop, const Console& console, const Options& options, const Environment& environment,
        const NotifySocket& notify) {
    conf::DiskFiles files;
    auto loaded = conf::load_ups_conf(files, environment.conf_path);
    if (!loaded) {
        console.say("Can't open " + loaded.error().text);
        return EXIT_FAILURE;
    }
    report(console, loaded->problems);
    conf::UpsConf& conf = loaded->value;
    const Context context{loop, console, options, environment, conf};
    const auto chosen = choose(context);
    if (!chosen) return EXIT_FAILURE;
    if (options.command == Command::supervise) {
        Supervisor(context, conf, notify).run();
        return EXIT_SUCCESS;
    }
    if (chosen->empty()) {
        console.say("Error: no UPS definitions found in ups.conf!");
        return EXIT_FAILURE;
    }
    return perform(context, *chosen);
}

}  // namespace ups::upsdrvctl
