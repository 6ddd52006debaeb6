// SPDX-License-Identifier: Apache-2.0
/// upsc: shows what a UPS server knows.
#include "lib/base/build_info.hpp"
#include "lib/client/tool/start.hpp"
#include "lib/client/tool/terminal.hpp"
#include "tools/upsc/options.hpp"
#include "tools/upsc/report.hpp"
#include "tools/upsc/watcher.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace ups::upsc {
namespace {

constexpr std::string_view kBadUps =
    "Error: invalid UPS definition.\nRequired format: upsname[@hostname[:port]]\n";
constexpr std::string_view kBadHost =
    "Error: invalid hostname.\nRequired format: [hostname[:port]]\n";

using client::print;

int complain(const Options& options, std::string_view text, std::string_view shown) {
    std::fwrite(shown.data(), 1, shown.size(), stderr);
    if (options.format == Format::json) print(render_error(text, options.action));
    return 1;
}

int complain(const Options& options, std::string_view text) {
    return complain(options, text, "Error: " + std::string(text) + "\n");
}

bool is_about_ups(Action action) {
    return action == Action::variables || action == Action::clients || action == Action::watch;
}

/// Asks the one question of this run and prints the answer.
int ask(client::BlockingClient& client, const Options& options, const std::string& ups) {
    using client::list;
    const bool one = options.action == Action::variables && options.arguments.size() > 1;
    const std::string name = one ? options.arguments[1] : std::string();
    if (one && name.find('.') == std::string::npos)
        return complain(options, "old-style variable names are not supported");
    const auto answer = one ? client.ask(client::get({"VAR", ups, name}))
                        : options.action == Action::variables ? client.ask(list({"VAR", ups}))
                        : options.action == Action::clients   ? client.ask(list({"CLIENT", ups}))
                                                              : client.ask(list({"UPS"}));
    if (!answer) return complain(options, answer.error().text);
    client.log_out();
    if (one) return print(render_value(answer->word(), options.format));
    const bool pairs =
        options.action == Action::variables || options.action == Action::names_and_descriptions;
    return print(pairs ? render_pairs(*answer, options.format)
                       : render_column(*answer, options.format));
}

int watch(const Options& options, client::ConnectionOptions connection, const std::string& ups) {
    const SystemClock clock;
    Loop loop(clock);
    client::BackgroundResolver resolver(loop);
    Tokenizer tokenizer(Charset::utf8);
    client::WatchOptions watched{
        .ups = ups,
        .filters = {options.arguments.begin() + 1, options.arguments.end()},
        .poll = std::chrono::seconds(std::max(options.interval, 1U))};
    Watcher watcher({loop, resolver, tokenizer}, std::move(connection), std::move(watched),
                    options.format);
    return watcher.run();
}

/// A watch connects for itself, again and again; only its settings are made here.
int run_watch(const Options& options, const client::UpsAddress& address) {
    auto plan =
        client::make_plan(options.common, address.server, &std::getenv, SystemClock().wall());
    if (!plan) return complain(options, plan.error().text);
    for (const std::string& warning : plan->warnings)
        std::fprintf(stderr, "Warning: %s\n", warning.c_str());
    return watch(options, std::move(plan->connection), address.name);
}

int run_once(const Options& options, const client::UpsAddress& address) {
    client::BlockingClient client;
    const auto plan = client::start(client, options.common, address.server, &std::getenv);
    if (!plan) return complain(options, plan.error().text);
    return ask(client, options, address.name);
}

int run(const Options& options) {
    if (options.action == Action::help) return print(help_text());
    if (options.action == Action::version) {
        std::fprintf(stderr, "%s upsc %s\n", kProduct.data(), kVersion.data());
        return 0;
    }
    const bool given = !options.arguments.empty();
    client::UpsAddress address;
    if (is_about_ups(options.action)) {
        auto parsed = client::parse_ups_address(given ? options.arguments[0] : "",
                                                client::GroupForm::refused);
        if (!parsed) return complain(options, "invalid UPS definition.", kBadUps);
        address = std::move(*parsed);
    } else if (given) {
        auto parsed = client::parse_server_address(options.arguments[0]);
        if (!parsed) return complain(options, "invalid hostname.", kBadHost);
        address.server = std::move(*parsed);
    }
    return options.action == Action::watch ? run_watch(options, address)
                                           : run_once(options, address);
}

}  // namespace
}  // namespace ups::upsc

int main(int argc, char** argv) {
    const auto options = ups::upsc::parse_options(argc, argv);
    if (options) return ups::upsc::run(*options);
    std::fprintf(stderr, "%s\n", options.error().text.c_str());
    return 1;
}
