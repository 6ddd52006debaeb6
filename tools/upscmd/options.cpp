// SPDX-License-Identifier: Apache-2.0
#include "tools/upscmd/options.hpp"

#include "lib/base/build_info.hpp"

namespace ups::upscmd {
namespace {

using client::Credentials;

constexpr option kLong[] = {
    {"list", required_argument, nullptr, 'l'},
};

constexpr std::string_view kUsage = R"(
usage: upscmd -l <ups>
       upscmd [-u <username>] [-p <password>] [-w] <ups> <command> [<value>]

Runs commands on UPS hardware.

  <ups>                       <upsname>[@<hostname>[:<port>]]; an IPv6 address
                              in [brackets]; a path is a Unix socket
  <command>                   name of the command, such as test.panel.start
  <value>                     what the command is given, such as seconds
  -l, --list UPS              show the commands that the UPS has
)";

}  // namespace

std::string help_text() {
    return std::string(kProduct) + " upscmd " + std::string(kVersion) + "\n" + std::string(kUsage) +
           client::tracking_help() + client::common_help(Credentials::yes);
}

Result<Options> parse_options(int argc, char** argv) {
    Options options;
    const std::string shorts = client::short_options("l:wt:", Credentials::yes);
    const auto longs = client::long_options(client::with_tracking(kLong), Credentials::yes);
    for (int code = 0;
         (code = getopt_long(argc, argv, shorts.c_str(), longs.data(), nullptr)) != -1;) {
        switch (code) {
        case 'l':
            options.action = Action::list;
            options.list_ups = optarg;
            continue;
        case 'V':
            options.action = Action::version;
            return options;
        default:
            break;
        }
        UPS_TRY(const bool tracks, client::take_tracking(options.tracked, code, optarg));
        if (tracks) continue;
        UPS_TRY(const bool taken, client::take_common(options.common, code, optarg));
        if (taken) continue;
        options.action = Action::help;
        return options;
    }
    options.arguments.assign(argv + optind, argv + argc);
    if (options.action == Action::run && options.arguments.size() < 2)
        options.action = Action::help;
    return options;
}

}  // namespace ups::upscmd
