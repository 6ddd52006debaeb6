// SPDX-License-Identifier: Apache-2.0
/// upsrw: shows and sets the variables of UPS hardware that can be written.
#include "lib/base/build_info.hpp"
#include "lib/client/tool/start.hpp"
#include "lib/client/tool/terminal.hpp"
#include "tools/upsrw/listing.hpp"
#include "tools/upsrw/options.hpp"

#include <cstdio>
#include <cstdlib>

namespace ups::upsrw {
namespace {

using client::complain;
using client::print;

/// Asks everything in three round trips, however many variables there are.
Result<std::vector<Variable>> collect(client::BlockingClient& client, const std::string& ups) {
    auto names = client.ask(client::list({"RW", ups}));
    if (!names) return std::unexpected(names.error().as_error());
    std::vector<client::Request> questions;
    for (const auto& row : names->rows) {
        if (row.empty()) continue;
        for (const std::string_view what : {"DESC", "TYPE", "VAR"})
            questions.push_back(client::get({what, ups, row[0]}));
    }
    auto answers = client.ask_all(questions);
    std::vector<Variable> variables;
    std::vector<client::Request> lists;
    std::vector<std::size_t> asked;
    for (std::size_t i = 0; i + 2 < answers.size(); i += 3) {
        variables.push_back({.name = questions[i].echo[2],
                             .description = std::move(answers[i]),
                             .type = std::move(answers[i + 1]),
                             .value = std::move(answers[i + 2]),
                             .choices = client::Reply{}});
        auto list = choices_request(ups, variables.back());
        if (!list) continue;
        lists.push_back(std::move(*list));
        asked.push_back(variables.size() - 1);
    }
    auto choices = client.ask_all(lists);
    for (std::size_t i = 0; i < asked.size(); ++i)
        variables[asked[i]].choices = std::move(choices[i]);
    return variables;
}

int list_variables(client::BlockingClient& client, const std::string& ups) {
    const auto variables = collect(client, ups);
    if (!variables) return complain("Error: " + variables.error().text);
    std::string text;
    for (const Variable& variable : *variables) {
        if (const auto error = render(variable, text)) {
            print(text);
            return complain("Error: " + *error);
        }
    }
    client.log_out();
    return print(text);
}

int set_variable(client::BlockingClient& client, const Options& options, const client::Plan& plan,
                 const std::string& ups) {
    if (options.variable.find('.') == std::string::npos)
        return complain("Error: old variable names are not supported");
    const std::string account = client::own_account();
    auto login = client::complete_login(plan.user, plan.password, account);
    // Unlike upscmd, the incumbent's upsrw goes on with the account's name.
    if (!login) login = client::complete_login(account, plan.password, account);
    auto value = options.value;
    if (!value) value = client::ask_line("Enter new value for " + options.variable + ": ");
    const client::TrackedCommand tracked{
        .request = client::set_var(ups, options.variable, value.value_or("")),
        .what = "set variable",
        .failure = "Set variable",
        .tracking = options.tracked.tracking,
        .limit = options.tracked.limit};
    const int status = client::run_tracked(client, *login, tracked);
    client.log_out();
    return status;
}

int run(const Options& options) {
    if (options.action == Action::help) return print(help_text());
    if (options.action == Action::version)
        return print(std::string(kProduct) + " upsrw " + std::string(kVersion) + "\n");
    const auto address = client::parse_ups_address(options.ups);
    if (!address)
        return complain(
            "Error: invalid UPS definition.  Required format: upsname[@hostname[:port]]");
    client::BlockingClient client;
    const auto plan = client::start(client, options.common, address->server, &std::getenv);
    if (!plan) return complain("Error: " + plan.error().text);
    return options.action == Action::list ? list_variables(client, address->name)
                                          : set_variable(client, options, *plan, address->name);
}

}  // namespace
}  // namespace ups::upsrw

int main(int argc, char** argv) {
    const auto options = ups::upsrw::parse_options(argc, argv);
    if (options) return ups::upsrw::run(*options);
    std::fprintf(stderr, "%s\n", options.error().text.c_str());
    return 1;
}
