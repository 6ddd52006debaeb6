// SPDX-License-Identifier: Apache-2.0
#include "tools/upsrw/options.hpp"

#include "lib/base/build_info.hpp"

namespace ups::upsrw {
namespace {

using client::Credentials;

constexpr option kLong[] = {
    {"list", no_argument, nullptr, 'l'},
    {"set", required_argument, nullptr, 's'},
};

constexpr std::string_view kUsage = R"(
usage: upsrw [-l] <ups>
       upsrw -s <variable>[=<value>] [-u <username>] [-p <password>] [-w] <ups>

Shows and sets the variables of UPS hardware that can be written.

  <ups>                       <upsname>[@<hostname>[:<port>]]; an IPv6 address
                              in [brackets]; a path is a Unix socket
  -l, --list                  show them (this is the default)
  -s, --set VARIABLE[=VALUE]  set one; the value is asked for if it is missing
)";

void take_assignment(Options& options, std::string_view text) {
    options.action = Action::set;
    const std::size_t equals = text.find('=');
    options.variable = text.substr(0, equals);
    if (equals != std::string_view::npos) options.value = text.substr(equals + 1);
}

}  // namespace

std::string help_text() {
    return std::string(kProduct) + " upsrw " + std::string(kVersion) + "\n" + std::string(kUsage) +
           client::tracking_help() + client::common_help(Credentials::yes);
}

Result<Options> parse_options(int argc, char** argv) {
    Options options;
    const std::string shorts = client::short_options("ls:wt:", Credentials::yes);
    const auto longs = client::long_options(client::with_tracking(kLong), Credentials::yes);
    for (int code = 0;
         (code = getopt_long(argc, argv, shorts.c_str(), longs.data(), nullptr)) != -1;) {
        switch (code) {
        case 'l':
            options.action = Action::list;
            continue;
        case 's':
            take_assignment(options, optarg);
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
    if (optind < argc)
        options.ups = argv[optind];
    else
        options.action = Action::help;
    return options;
}

}  // namespace ups::upsrw
