// SPDX-License-Identifier: Apache-2.0
#include "tools/upssched/options.hpp"

#include "lib/base/build_info.hpp"

#include <getopt.h>

namespace ups::upssched {
namespace {

constexpr option kLong[] = {
    {"list", no_argument, nullptr, 'l'},  {"check", no_argument, nullptr, 't'},
    {"debug", no_argument, nullptr, 'D'}, {"version", no_argument, nullptr, 'V'},
    {"help", no_argument, nullptr, 'h'},  {nullptr, 0, nullptr, 0},
};

constexpr std::string_view kUsage = R"(
usage: upssched [OPTIONS] [<message>]

Starts and cancels timers, and runs commands, when upsmon notifies. It is meant
to be the NOTIFYCMD of upsmon.conf, which sets UPSNAME and NOTIFYTYPE.

  -l, --list       show the timers that run
  -t, --check      check upssched.conf, report every problem, and exit
  -D, --debug      say more on standard error
  -V, --version    print the version
  -h, --help       print this text
)";

}  // namespace

std::string help_text() {
    return std::string(kProduct) + " upssched " + std::string(kVersion) + "\n" +
           std::string(kUsage);
}

Result<Options> parse_options(int argc, char** argv) {
    Options options;
    for (int code = 0; (code = getopt_long(argc, argv, "+ltDVh", kLong, nullptr)) != -1;) {
        switch (code) {
        case 'l':
            options.action = Action::list;
            break;
        case 't':
            options.action = Action::check;
            break;
        case 'D':
            ++options.debug;
            break;
        case 'V':
            options.action = Action::version;
            return options;
        case 'h':
            options.action = Action::help;
            return options;
        default:
            return fail(ErrorCode::invalid, "Try upssched -h for the options.");
        }
    }
    if (optind < argc) options.message = argv[optind];
    return options;
}

}  // namespace ups::upssched
