// SPDX-License-Identifier: Apache-2.0
#include "drivers/host/probe.hpp"

#include "drivers/host/device_keeper.hpp"
#include "drivers/host/plugin_module.hpp"
#include "drivers/host/settings.hpp"
#include "drivers/host/worker.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <unistd.h>
#include <vector>

namespace ups::host {
namespace {

// How much longer than its deadline a plugin may take before it is given up.
constexpr Duration kGrace = std::chrono::seconds(2);

struct Answer {
    std::string plugin;
    std::int32_t score = UPSDRV_E_UNSUPPORTED;  ///< or an error
    std::string problem;                        ///< why there is no score
    bool hangs = false;
};

// Runs one job to its end; nothing if the plugin does not return.
std::optional<JobDone> run_job(Worker& worker, Job job, const Clock& clock) {
    Mailbox& mailbox = worker.mailbox();
    const Instant end = job.deadline + kGrace;
    mailbox.submit(std::move(job));
    for (Instant now = clock.now(); now < end; now = clock.now()) {
        pollfd watched{mailbox.fd(), POLLIN, 0};
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - now);
        if (::poll(&watched, 1, static_cast<int>(left.count())) <= 0) continue;
        auto mail = mailbox.collect();
        if (!mail.done.empty()) return std::move(mail.done.front());
    }
    return std::nullopt;
}

Answer finish(Answer answer, const JobDone& done) {
    answer.score = done.code;
    if (done.code < 0)
        answer.problem = done.problem.empty() ? std::string(code_text(done.code)) : done.problem;
    return answer;
}

Answer ask(const PluginModule& module, const ProbeInput& input, transport::LinkOpener& opener,
           const Clock& clock) {
    Answer answer{.plugin = module.name};
    if (module.descriptor->probe == nullptr) {
        answer.problem = "it cannot tell: name it in ups.conf";
        return answer;
    }
    auto settings = make_settings(input.section, *module.descriptor, input.conf_folder);
    if (!settings) {
        answer.problem = settings.error().text;
        return answer;
    }
    const Duration limit = settings->keeper.open_timeout;
    // A plugin that hangs keeps its thread: then the worker is left to the end of the process.
    auto worker = std::make_unique<Worker>(*module.descriptor, settings->instance, settings->rules,
                                           opener, clock);
    auto done = run_job(*worker, {.kind = JobKind::create, .deadline = clock.now() + limit}, clock);
    if (done && done->code == UPSDRV_OK)
        done = run_job(*worker, {.kind = JobKind::probe, .deadline = clock.now() + limit}, clock);
    if (done && worker->end_within(kGrace)) return finish(std::move(answer), *done);
    (void)worker.release();
    answer.problem = "the plugin does not return";
    answer.hangs = true;
    return answer;
}

void print(const std::vector<Answer>& answers, bool json) {
    auto list = nlohmann::ordered_json::array();
    for (const Answer& answer : answers) {
        if (!json && answer.score >= 0)
            fmt::print("{} {}\n", answer.plugin, answer.score);
        else if (!json)
            fmt::print("{} - {}\n", answer.plugin, answer.problem);
        else if (answer.score >= 0)
            list.push_back({{"plugin", answer.plugin}, {"score", answer.score}});
        else
            list.push_back({{"plugin", answer.plugin}, {"problem", answer.problem}});
    }
    if (json)
        fmt::print("{}\n", list.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
    std::fflush(stdout);
}

// The plugins to ask; those of `all` that cannot be loaded are left out.
Result<std::vector<PluginModule>> choose(const std::string& target,
                                         std::span<const std::string> folders) {
    std::vector<PluginModule> chosen;
    if (target != "all") {
        UPS_TRY(PluginModule module, find_plugin(target, folders));
        chosen.push_back(std::move(module));
        return chosen;
    }
    for (const std::string& path : list_plugins(folders))
        if (auto module = load_plugin_file(path); module && module->descriptor->probe != nullptr)
            chosen.push_back(*std::move(module));
    return chosen;
}

}  // namespace

int probe_plugins(const ProbeInput& input, std::span<const std::string> folders,
                  transport::LinkOpener& opener, const Clock& clock) {
    const auto plugins = choose(input.target, folders);
    if (!plugins) {
        fmt::print(stderr, "Error: {}\n", plugins.error().text);
        return 1;
    }
    std::vector<Answer> answers;
    for (const PluginModule& module : *plugins)
        answers.push_back(ask(module, input, opener, clock));
    print(answers, input.json);
    const bool found = std::ranges::any_of(answers, [](const Answer& a) { return a.score > 0; });
    // Destructors would wait for a plugin that hangs.
    if (std::ranges::any_of(answers, &Answer::hangs)) ::_exit(found ? 0 : 1);
    return found ? 0 : 1;
}

}  // namespace ups::host
