// SPDX-License-Identifier: Apache-2.0
/// upscmd: runs commands on UPS hardware, through its server.
#include "lib/base/build_info.hpp"
#include "lib/client/tool/start.hpp"
#include "lib/client/tool/terminal.hpp"
#include "tools/upscmd/options.hpp"

#include <cstdio>
#include <cstdlib>

namespace ups::upscmd {
namespace {

using client::complain;
using client::print;

int list_commands(client::BlockingClient& client, const std::string& ups) {
    const auto names = client.ask(client::list({"CMD", ups}));
    if (!names) return complain("Error: " + names.error().text);
    std::vector<client::Request> questions;
    for (const auto& row : names->rows)
        if (!row.empty()) questions.push_back(client::get({"CMDDESC", ups, row[0]}));
    const auto descriptions = client.ask_all(questions);
    std::string text = "Instant commands supported on UPS [" + ups + "]:\n\n";
    for (std::size_t i = 0; i < questions.size(); ++i) {
        text += questions[i].echo[2];
        if (descriptions[i]) text.append(" - ").append(descriptions[i]->word());
        text += '\n';
    }
    client.log_out();
    return print(text);
}

int run_command(client::BlockingClient& client, const Options& options, const client::Plan& plan,
                const std::string& ups) {
    const std::string& name = options.arguments[1];
    if (name.find('.') == std::string::npos)
        return complain("Error: old command names are not supported");
    const auto login = client::complete_login(plan.user, plan.password, client::own_account());
    if (!login) return complain("Error reading from stdin!");
    const bool has_value = options.arguments.size() > 2;
    const client::TrackedCommand tracked{
        .request = has_value ? client::command({"INSTCMD", ups, name, options.arguments[2]})
                             : client::command({"INSTCMD", ups, name}),
        .what = "command",
        .failure = "Instant command",
        .tracking = options.tracked.tracking,
        .limit = options.tracked.limit};
    const int status = client::run_tracked(client, *login, tracked);
    client.log_out();
    return status;
}

int run(const Options& options) {
    if (options.action == Action::help) return print(help_text());
    if (options.action == Action::version) {
        std::fprintf(stderr, "%s upscmd %s\n", kProduct.data(), kVersion.data());
        return 0;
    }
    const bool lists = options.action == Action::list;
    const auto address = client::parse_ups_address(lists ? options.list_ups : options.arguments[0]);
    if (!address)
        return complain(
            "Error: invalid UPS definition.  Required format: upsname[@hostname[:port]]");
    client::BlockingClient client;
    const auto plan = client::start(client, options.common, address->server, &std::getenv);
    if (!plan) return complain("Error: " + plan.error().text);
    return lists ? list_commands(client, address->name)
                 : run_command(client, options, *plan, address->name);
}

}  // namespace
}  // namespace ups::upscmd

int main(int argc, char** argv) {
    const auto options = ups::upscmd::parse_options(argc, argv);
    if (options) return ups::upscmd::run(*options);
    std::fprintf(stderr, "%s\n", options.error().text.c_str());
    return 1;
}
