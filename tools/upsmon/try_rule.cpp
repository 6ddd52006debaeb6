// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/try_rule.hpp"

#include "lib/base/text.hpp"
#include "lib/client/blocking_client.hpp"
#include "tools/upsmon/command_queue.hpp"
#include "tools/upsmon/configuration.hpp"
#include "tools/upsmon/courier_process.hpp"
#include "tools/upsmon/plan/text.hpp"
#include "tools/upsmon/rule_runner.hpp"
#include "tools/upsmon/try_notification.hpp"

#include <algorithm>
#include <cstdio>

namespace ups::upsmon {
namespace {

void say(const std::string& line) {
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
}

/// A connection for one order.
class OrderCall final : private client::ConnectionHandler {
  public:
    OrderCall(const client::Services& services, const FeedOptions& options)
        : queue_(services.loop, options.line.address.name),
          connection_(services, options.connection, static_cast<ConnectionHandler&>(*this)) {
        if (!options.line.user.empty())
            connection_.ask(client::command({"USERNAME", options.line.user}), [](auto) {});
        connection_.ask(client::command({"PASSWORD", options.line.password}), [](auto) {});
        queue_.attach(connection_);
    }
    void start(UpsOrder order, CommandQueue::Done done) {
        queue_.push(std::move(order), std::move(done));
    }

  private:
    void on_lost(const client::Failure& failure) override {
        queue_.detach(printable(failure.text));
    }

    CommandQueue queue_;
    client::Connection connection_;
};

/// What the texts of notifications may name.
FeedValues read_values(const FeedOptions& options) {
    FeedValues values;
    client::BlockingClient server;
    if (!server.connect(options.connection)) return values;
    for (const auto& [name, value] :
         {std::pair("ups.status", &values.status), std::pair("battery.charge", &values.charge),
          std::pair("battery.runtime", &values.runtime)})
        if (const auto answer = server.ask(client::get({"VAR", options.line.address.name, name})))
            *value = answer->word();
    server.log_out();
    return values;
}

/// Carries out one action, and is back when it has ended.
struct Trial {
    const Environment& environment;
    const Configuration& configuration;
    const std::string& host;
    const Logger& logger;
    Loop& loop;
    client::Resolver& resolver;
    Tokenizer& tokenizer;

    bool operator()(const plan::request::Run& run) const {
        ChildRunner runner(loop, logger);
        int end = -1;
        runner.run(command_of({run.rule, run.command}), [&](int status) {
            end = status;
            loop.stop();
        });
        if (!runner.is_idle()) loop.run();
        say(end == 0 ? "done" : "failed");
        return end == 0;
    }
    bool operator()(const plan::request::Send& send) const {
        return order(send.ups, {send.command, send.parameter});
    }
    bool operator()(const plan::request::Switch& wanted) const {
        return order(wanted.ups, {.command = {}, .outlet = wanted.outlet});
    }
    bool operator()(const plan::request::Notify& notify) const {
        const FeedOptions feed = configuration.feed_options(notify.ups);
        const FeedValues values = read_values(feed);
        return deliver_now({environment, configuration.conf, host, loop}, conf::NotifyType::rule,
                           [&](const Notifier& notifier) {
                               notifier.notify_rule(configuration.conf, notify.rule, notify.text,
                                                    {feed.line.text, &values});
                           });
    }
    bool operator()(const plan::request::ShutDown&) const { return leave_out(); }
    bool operator()(const plan::request::Fsd&) const { return leave_out(); }

  private:
    bool order(plan::UpsIndex ups, UpsOrder wanted) const {
        OrderCall call({loop, resolver, tokenizer}, configuration.feed_options(ups));
        bool is_good = false;
        call.start(std::move(wanted), [&](const Result<std::string>& outcome) {
            is_good = outcome.has_value();
            say(outcome ? "done: " + *outcome : "failed: " + outcome.error().text);
            loop.stop();
        });
        loop.run();
        return is_good;
    }
    static bool leave_out() {
        say("left out: only \"upsmon -c fsd\" shuts down on demand");
        return true;
    }
};

const conf::Rule* find_rule(const conf::UpsmonConf& conf, const std::string& name) {
    const auto found = std::ranges::find(conf.rules, name, &conf::Rule::name);
    return found == conf.rules.end() ? nullptr : &*found;
}

int complain(const std::string& why) {
    std::fprintf(stderr, "error: %s\n", why.c_str());
    return 1;
}

}  // namespace

int try_rule(const Environment& environment, const Options& options, const std::string& host,
             const std::optional<Account>& account) {
    const SystemClock clock;
    const LoadedConfiguration loaded = load_configuration(
        {environment.conf_path, options.connect_timeout.value_or(environment.connect_timeout),
         clock.wall()});
    for (const conf::Problem& problem : loaded.problems)
        std::fprintf(stderr, "%s\n", to_text(problem).c_str());
    if (!loaded.fatal.empty()) return complain(loaded.fatal);
    if (loaded.has_errors()) return 1;
    const conf::UpsmonConf& conf = loaded.value->conf;
    const conf::Rule* rule = find_rule(conf, options.subject);
    const auto type = conf::find_notify_type(options.subject);
    if (rule == nullptr && !type)
        return complain("there is no rule and no notification " + printable(options.subject));
    if (account)
        if (const auto became = become(*account); !became) return complain(became.error().text);

    StderrSink sink(clock);
    const Logger logger(sink, ups::LogLevel::info);
    Loop loop(clock);
    client::BlockingResolver resolver(loop);
    Tokenizer tokenizer(Charset::utf8);
    if (rule == nullptr) {
        TrialMessage message{*type, {}, {}};
        if (!conf.monitors.empty()) {
            message.ups = conf.monitors.front().text;
            message.values = read_values(loaded.value->feed_options(0));
        }
        return try_notification({environment, conf, host, loop}, message) ? 0 : 1;
    }
    const Trial trial{environment, *loaded.value, host, logger, loop, resolver, tokenizer};
    const auto position = static_cast<std::size_t>(rule - conf.rules.data());
    bool is_good = true;
    for (const conf::RuleAction& action : rule->actions) {
        say("rule " + rule->name + ": " + plan::action_text(action));
        is_good =
            std::visit(trial, plan::request_of(loaded.value->rules, position, action)) && is_good;
    }
    return is_good ? 0 : 1;
}

}  // namespace ups::upsmon
