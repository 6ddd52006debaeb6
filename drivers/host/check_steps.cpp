// SPDX-License-Identifier: Apache-2.0
#include "drivers/host/check_steps.hpp"

#include "driverapi/kit/testing/fake_host.hpp"
#include "drivers/host/option_table.hpp"
#include "drivers/host/plugin_module.hpp"
#include "lib/base/text.hpp"

#include <chrono>
#include <dirent.h>
#include <malloc.h>
#include <memory>
#include <sys/stat.h>

namespace ups::host {
namespace {

using kit::testing::FakeHost;
using kit::testing::Session;

constexpr auto kMostRealTime = std::chrono::seconds(2);  // of a call whose clock stands still
constexpr int kPolls = 5;
constexpr int kCyclesForLeaks = 40;

// What is wrong; empty = nothing.
using Problem = std::string;

// How a step ended that may have nothing to work with.
struct Outcome {
    Verdict verdict = Verdict::passed;
    std::string text = {};

    static Outcome of(Problem problem) {
        return {problem.empty() ? Verdict::passed : Verdict::failed, std::move(problem)};
    }
    static Outcome no_device() {
        return {Verdict::skipped, "the plugin cannot be opened without its device; "
                                  "give a recording with --replay, or its file with -x port=FILE"};
    }
};

enum class Device : std::uint8_t { silent, garbage, lost, recorded };

std::size_t count_entries(const char* folder) {
    std::size_t count = 0;
    const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(folder), &::closedir);
    while (dir && ::readdir(dir.get()) != nullptr)
        ++count;
    return count;
}

// A value that a required option accepts.
std::string plausible_value(const upsdrv_option& row) {
    switch (row.type) {
    case UPSDRV_OPT_CHOICE:
        return std::string(split_at(row.choices, '|').front());
    case UPSDRV_OPT_BOOLEAN:
        return "yes";
    case UPSDRV_OPT_INTEGER:
    case UPSDRV_OPT_DECIMAL:
    case UPSDRV_OPT_SECONDS:
        return std::to_string(static_cast<long long>(row.max));
    default:
        return "x";
    }
}

// One call with its budget on both clocks.
template <class F>
Problem timed(FakeHost& host, std::string_view name, Session& session, F&& call) {
    const std::int64_t deadline = host.now_ms + session.budget_ms;
    const auto begin = std::chrono::steady_clock::now();
    const std::int32_t code = call();
    const auto took = std::chrono::steady_clock::now() - begin;
    const std::string what(name);
    if (host.now_ms > deadline)
        return what + " returned " + std::to_string(host.now_ms - deadline) +
               " ms after its deadline";
    if (took > kMostRealTime)
        return what + " waits by itself instead of through the host's services";
    if (code < UPSDRV_E_LIMIT || code > 1'000'000)
        return what + " returned " + std::to_string(code) + ", which is no result code";
    return {};
}

class Steps {
  public:
    Steps(const CheckInput& input, const upsdrv_plugin& plugin) : input_(input), plugin_(plugin) {}

    [[nodiscard]] Problem options() const {
        PluginOptions given;
        for (const auto& [name, value] : input_.options)
            given.push_back({name, value});
        for (const auto& row : option_rows(plugin_))
            if ((row.flags & UPSDRV_OPT_REQUIRED) != 0 && !has_option(row.name))
                given.push_back({row.name, plausible_value(row)});
        const auto checked = check_options(plugin_, given);
        return checked ? Problem() : checked.error().text;
    }

    [[nodiscard]] Problem create_and_destroy() const {
        const auto host = make_host();
        const Session session(plugin_, *host);
        if (session.created() != UPSDRV_OK)
            return "create returned " + std::to_string(session.created()) + log_of(*host) +
                   "; give what it needs with -x port=… and -x KEY=VALUE";
        return said(*host);
    }

    [[nodiscard]] Problem life_with(Device device) const {
        const auto host = make_host();
        connect(*host, device);
        Session session(plugin_, *host);
        return live(*host, session);
    }

    // After a failed open, and after a close, the next open starts afresh.
    [[nodiscard]] Problem reopen() const {
        const auto host = make_host();
        connect(*host, Device::silent);
        Session session(plugin_, *host);
        for (int i = 0; i < 3; ++i) {
            if (auto problem = timed(*host, "open", session, [&] { return session.open(); });
                !problem.empty())
                return problem;
            session.close();
        }
        return said(*host);
    }

    [[nodiscard]] Outcome stop() const {
        const auto host = make_host();
        connect(*host, Device::recorded);
        Session session(plugin_, *host);
        if (session.open() != UPSDRV_OK) return Outcome::no_device();
        host->stopping = true;
        const std::int64_t before = host->now_ms;
        (void)session.poll();
        return Outcome::of(host->now_ms == before ? ""
                                                  : "poll waits although the host wants to stop");
    }

    // Names nobody knows, empty and odd arguments; what was passed in is gone afterwards.
    [[nodiscard]] Outcome requests() const {
        const auto host = make_host();
        connect(*host, Device::recorded);
        Session session(plugin_, *host);
        if (session.open() != UPSDRV_OK) return Outcome::no_device();
        (void)session.poll();
        host->problems.clear();  // what is sent from here on is in no recording
        return Outcome::of(request_all(*host, session));
    }

    // What an instance publishes does not depend on another one that lives at the same time.
    [[nodiscard]] Problem two_instances() const {
        const auto alone = make_host();
        connect(*alone, Device::garbage);
        {
            Session session(plugin_, *alone);
            run(session);
        }
        const auto first = make_host();
        const auto second = make_host();
        second->ups_name = "other";
        connect(*first, Device::garbage);
        connect(*second, Device::silent);
        {
            Session one(plugin_, *first);
            Session two(plugin_, *second);
            const std::int32_t opened = one.open();
            (void)two.open();
            for (int i = 0; i < kPolls && opened == UPSDRV_OK; ++i) {
                (void)one.poll();
                (void)two.poll();
            }
        }
        if (values(*first) != values(*alone))
            return "an instance publishes something else while another one lives";
        return {};
    }

    [[nodiscard]] Problem leaks() const {
        const auto cycle = [this] {
            const auto host = make_host();
            connect(*host, Device::garbage);
            Session session(plugin_, *host);
            run(session);
        };
        for (int i = 0; i < 5; ++i)
            cycle();  // what is allocated once and for all
        const std::size_t before = ::mallinfo2().uordblks;
        for (int i = 0; i < kCyclesForLeaks; ++i)
            cycle();
        const std::size_t after = ::mallinfo2().uordblks;
        if (after < before + std::size_t{8} * kCyclesForLeaks) return {};
        return std::to_string((after - before) / kCyclesForLeaks) + " bytes stay behind per life";
    }

    [[nodiscard]] Problem recording() const {
        std::vector<std::pair<std::string, std::string>> options;
        options.reserve(input_.options.size());
        for (const auto& [name, value] : input_.options)
            options.emplace_back(name, value.value_or(""));
        const auto problems = kit::testing::replay(plugin_, input_.recording, options, input_.port);
        return problems.empty() ? Problem() : problems.front();
    }

  private:
    [[nodiscard]] bool has_option(std::string_view name) const {
        for (const auto& [key, value] : input_.options)
            if (key == name) return true;
        return false;
    }

    [[nodiscard]] std::unique_ptr<FakeHost> make_host() const {
        auto host = std::make_unique<FakeHost>();
        host->port = input_.port;
        if (!input_.port_file.empty()) host->files[input_.port] = input_.port_file;
        for (const auto& [name, value] : input_.options)
            host->options.emplace_back(name, value.value_or(""));
        for (const auto& row : option_rows(plugin_))
            if ((row.flags & UPSDRV_OPT_REQUIRED) != 0 && !has_option(row.name))
                host->options.emplace_back(row.name, plausible_value(row));
        return host;
    }

    // Without a recording, a recorded device is a silent one.
    void connect(FakeHost& host, Device device) const {
        if (device == Device::recorded && !input_.recording.empty())
            return host.play(input_.recording);
        if (device == Device::lost) return host.play("! lost\n! lost\n! lost\n! lost\n");
        if (device != Device::garbage) {
            host.device = [](std::string_view) { return std::string(); };
            return;
        }
        // Always something, never sense; time passes with it. The same bytes every time.
        host.device = [&host, seed = 1U](std::string_view) mutable {
            host.advance_ms(20);
            std::string bytes;
            for (int i = 0; i < 40; ++i) {
                seed = seed * 1664525U + 1013904223U;
                bytes.push_back("0123456789 ().\r\n\"VAR\xFF#"[(seed >> 16) % 21]);
            }
            return bytes;
        };
    }

    static void run(Session& session) {
        if (session.created() != UPSDRV_OK || session.open() != UPSDRV_OK) return;
        for (int i = 0; i < kPolls; ++i)
            (void)session.poll();
    }

    static Problem live(FakeHost& host, Session& session) {
        if (auto problem = timed(host, "open", session, [&] { return session.open(); });
            !problem.empty())
            return problem;
        for (int i = 0; i < kPolls && session.is_open(); ++i) {
            if (auto problem = timed(host, "poll", session, [&] { return session.poll(); });
                !problem.empty())
                return problem;
            host.advance_ms(1000);
        }
        return said(host);
    }

    [[nodiscard]] Problem request_all(FakeHost& host, Session& session) const {
        if (plugin_.command != nullptr && session.command("no.such.command") >= UPSDRV_OK)
            return "command accepts a command that it did not publish";
        for (const auto& name : std::set<std::string>(host.commands))
            if (auto problem = timed(host, "command " + name, session,
                                     [&] { return session.command(name, ""); });
                !problem.empty())
                return problem;
        for (const auto& [name, variable] : std::map(host.vars))
            if ((variable.flags & UPSDRV_VAR_RW) != 0)
                if (auto problem = set_each(host, session, name); !problem.empty()) return problem;
        return said(host);
    }

    static Problem set_each(FakeHost& host, Session& session, const std::string& name) {
        for (const char* value : {"", "0", "-1", "a \"quoted\" #value"})
            if (auto problem =
                    timed(host, "set " + name, session, [&] { return session.set(name, value); });
                !problem.empty())
                return problem;
        return {};
    }

    static Problem said(const FakeHost& host) {
        return host.problems.empty() || host.problems.front().starts_with("sent ")
                   ? Problem()
                   : host.problems.front();
    }
    static std::string log_of(const FakeHost& host) {
        return host.logs.empty() ? std::string() : " (" + printable(host.logs.back().second) + ")";
    }
    static std::map<std::string, std::string> values(const FakeHost& host) {
        std::map<std::string, std::string> found = {{"ups.status", host.status}};
        for (const auto& [name, variable] : host.vars)
            found.emplace(name, variable.value);
        return found;
    }

    const CheckInput& input_;
    const upsdrv_plugin& plugin_;
};

void run_outcome(CheckReport& report, std::string_view name, const std::function<Outcome()>& step) {
    report.begin(name);
    const Outcome outcome = step();
    report.end(outcome.verdict, outcome.text);
}

void run_step(CheckReport& report, std::string_view name, const std::function<Problem()>& step) {
    run_outcome(report, name, [&] { return Outcome::of(step()); });
}

// Descriptors, threads and output that a plugin leaves behind.
Problem leftovers(std::size_t descriptors, std::size_t threads, int output) {
    struct stat status{};
    if (::fstat(output, &status) == 0 && status.st_size > 0)
        return "it writes to stdout or stderr; use the host's log";
    if (count_entries("/proc/self/fd") > descriptors) return "a descriptor stays open";
    if (count_entries("/proc/self/task") > threads) return "a thread stays behind";
    return {};
}

void run_life_steps(const CheckInput& input, const upsdrv_plugin& plugin, CheckReport& report) {
    const Steps steps(input, plugin);
    run_step(report, "options are accepted", [&] { return steps.options(); });
    bool created = false;
    run_step(report, "create and destroy", [&] {
        Problem problem = steps.create_and_destroy();
        created = problem.empty();
        return problem;
    });
    if (!created) return;  // nothing below would mean anything
    run_step(report, "a silent device: deadlines are kept",
             [&] { return steps.life_with(Device::silent); });
    run_step(report, "a device that sends garbage",
             [&] { return steps.life_with(Device::garbage); });
    run_step(report, "a link that breaks", [&] { return steps.life_with(Device::lost); });
    run_step(report, "opened, closed and opened again", [&] { return steps.reopen(); });
    run_outcome(report, "stops when the host wants to stop", [&] { return steps.stop(); });
    run_outcome(report, "commands and settings, odd ones too", [&] { return steps.requests(); });
    run_step(report, "two instances do not meet", [&] { return steps.two_instances(); });
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    report.begin("no memory is lost");
    report.end(Verdict::skipped, "this build counts memory in its own way");
#else
    run_step(report, "no memory is lost", [&] { return steps.leaks(); });
#endif
    if (!input.recording.empty())
        run_step(report, "plays the recording", [&] { return steps.recording(); });
}

}  // namespace

void run_check_steps(const CheckInput& input, int output, CheckReport& report) {
    const std::size_t descriptors = count_entries("/proc/self/fd");
    const std::size_t threads = count_entries("/proc/self/task");
    report.begin("the file loads and exports a descriptor");
    const auto module = load_plugin_file(input.path);
    report.end(module ? Verdict::passed : Verdict::failed, module ? "" : module.error().text);
    if (!module) return;
    run_life_steps(input, *module->descriptor, report);
    run_step(report, "nothing is left behind",
             [&] { return leftovers(descriptors, threads, output); });
}

}  // namespace ups::host
