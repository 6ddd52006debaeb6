// SPDX-License-Identifier: Apache-2.0
#include "tools/upsc/options.hpp"

#include "lib/base/build_info.hpp"

namespace ups::upsc {
namespace {

constexpr int kInterval = 0x2000;

constexpr option kLong[] = {
    {"list", no_argument, nullptr, 'l'},    {"list-full", no_argument, nullptr, 'L'},
    {"clients", no_argument, nullptr, 'c'}, {"json", no_argument, nullptr, 'j'},
    {"watch", no_argument, nullptr, 'w'},   {"interval", required_argument, nullptr, kInterval},
};

constexpr std::string_view kUsage = R"(
usage: upsc -l | -L [<hostname>[:port]]
       upsc <ups> [<variable>]
       upsc -c <ups>
       upsc -w <ups> [<variable> | <prefix.>]...

Shows what a UPS server knows.

  <ups>                       <upsname>[@<hostname>[:<port>]]; an IPv6 address
                              in [brackets]; a path is a Unix socket
  -l, --list                  names of the UPSes, one per line
  -L, --list-full             names and descriptions
  -c, --clients               addresses of the clients logged in to <ups>
  -w, --watch                 print "name: value" now and at every change, as
                              the server pushes it; survives reconnects
  --interval SECONDS          with -w and a server that cannot push: how often
                              to ask (default 5)
  -j, --json                  JSON; with -w one object per line
)";

}  // namespace

std::string help_text() {
    return std::string(kProduct) + " upsc " + std::string(kVersion) + "\n" + std::string(kUsage) +
           client::common_help(client::Credentials::no);
}

Result<Options> parse_options(int argc, char** argv) {
    using client::Credentials;
    Options options;
    const std::string shorts = client::short_options("lLcjw", Credentials::no);
    const auto longs = client::long_options(kLong, Credentials::no);
    for (int code = 0;
         (code = getopt_long(argc, argv, shorts.c_str(), longs.data(), nullptr)) != -1;) {
        switch (code) {
        case 'l':
            options.action = Action::names;
            continue;
        case 'L':
            options.action = Action::names_and_descriptions;
            continue;
        case 'c':
            options.action = Action::clients;
            continue;
        case 'w':
            options.action = Action::watch;
            continue;
        case 'j':
            options.format = Format::json;
            continue;
        case 'V':
            options.action = Action::version;
            return options;
        case kInterval: {
            UPS_TRY(options.interval, client::parse_seconds(optarg, "--interval"));
            continue;
        }
        default:
            break;
        }
        UPS_TRY(const bool taken, client::take_common(options.common, code, optarg));
        if (taken) continue;
        options.action = Action::help;
        return options;
    }
    options.arguments.assign(argv + optind, argv + argc);
    return options;
}

}  // namespace ups::upsc
