// SPDX-License-Identifier: Apache-2.0
#include "tools/upslog/options.hpp"

#include "lib/base/build_info.hpp"
#include "lib/base/text.hpp"

#include <algorithm>

namespace ups::upslog {
namespace {

constexpr int kChanges = 0x2000;

constexpr option kLong[] = {
    {"ups", required_argument, nullptr, 's'},      {"file", required_argument, nullptr, 'l'},
    {"pair", required_argument, nullptr, 'm'},     {"interval", required_argument, nullptr, 'i'},
    {"count", required_argument, nullptr, 'd'},    {"format", required_argument, nullptr, 'f'},
    {"name", no_argument, nullptr, 'N'},           {"json", no_argument, nullptr, 'j'},
    {"pid-base", required_argument, nullptr, 'p'}, {"user", required_argument, nullptr, 'u'},
    {"foreground", no_argument, nullptr, 'F'},     {"background", no_argument, nullptr, 'B'},
    {"changes", no_argument, nullptr, kChanges},
};

constexpr std::string_view kUsage = R"(
usage: upslog -s <ups> -l <file> [OPTIONS]
       upslog -m <ups>,<file> [-m <ups>,<file>]... [OPTIONS]

Writes a line about a UPS, or several, into a file every now and then.

  -s, --ups <ups>             <upsname>[@<hostname>[:<port>]]; "*" as the name
                              is all UPSes of the server
  -l, --file <file>           where the records go; "-" is standard output
  -m, --pair <ups>,<file>     both in one, may be repeated
  -i, --interval SECONDS      time between records (default 30)
  --changes                   a record also when a variable it shows changes
  -d, --count NUMBER          end after this many records of each UPS
  -f, --format <format>       what a record looks like, see below
  -N, --name                  start each record with %UPSHOST% and a tab
  -j, --json                  records are JSON, with the variables of -f or all
  -p, --pid-base <name>       name of the pid file without .pid (default upslog)
  -u, --user <user>           run as this user when started by root
  -F, --foreground            stay in the foreground
  -B, --background            go to the background, standard output or not
)";

constexpr std::string_view kEscapes = R"(
In a format:
  %%                a "%"                     %HOST%     name of this machine
  %t                a tab                     %UPSHOST%  the UPS as in -s
  %TIME <format>%   the time, as strftime     %PID%      process id of upslog
                    does with @ in place      %VAR <v>%  value of a variable,
                    of its %                             NA if there is none
  %ETIME%           seconds since 1970

The default is:
)";

constexpr std::string_view kFormatLines =
    "  %TIME @Y@m@d @H@M@S% %VAR battery.charge% %VAR input.voltage% %VAR ups.load%\n"
    "  [%VAR ups.status%] %VAR ups.temperature% %VAR input.frequency%\n";

Result<unsigned> parse_count(std::string_view text, std::string_view name, unsigned most) {
    const auto number = parse_integer(text);
    if (!number || *number < 1 || *number > most)
        return fail(ErrorCode::invalid, std::string(name) + " " + printable(text) +
                                            ": not a number from 1 to " + std::to_string(most));
    return static_cast<unsigned>(*number);
}

Result<Pair> build_pair(const std::string& ups, const std::string& file) {
    auto address = client::parse_ups_address(ups);
    if (!address)
        return fail(ErrorCode::invalid, "Error: invalid UPS definition.\n"
                                        "Required format: upsname[@hostname[:port]]");
    if (file.empty()) return fail(ErrorCode::invalid, "No filename defined for logging of " + ups);
    return Pair{*std::move(address), ups, file};
}

Result<Pair> parse_pair(std::string_view text) {
    const std::size_t comma = text.find(',');
    if (comma == std::string_view::npos)
        return fail(ErrorCode::invalid, "-m " + printable(text) + ": must be <ups>,<file>");
    return build_pair(std::string(text.substr(0, comma)), std::string(text.substr(comma + 1)));
}

/// What -s and -l say, which is complete only when all options are read.
struct Single {
    std::string ups;
    std::string file;
};

Result<void> take(Options& options, Single& single, int code, const char* argument) {
    switch (code) {
    case 's':
        single.ups = argument;
        break;
    case 'l':
        single.file = argument;
        break;
    case 'm': {
        UPS_TRY(Pair pair, parse_pair(argument));
        options.pairs.push_back(std::move(pair));
        break;
    }
    case 'i': {
        UPS_TRY(const unsigned seconds, parse_count(argument, "-i", kLongestInterval));
        options.interval = std::chrono::seconds(seconds);
        break;
    }
    case 'd': {
        UPS_TRY(options.count, parse_count(argument, "-d", 1'000'000'000));
        break;
    }
    case 'f':
        options.format = argument;
        break;
    case 'N':
        options.with_name = true;
        break;
    case 'j':
        options.json = true;
        break;
    case kChanges:
        options.changes = true;
        break;
    case 'p':
        options.pid_base = argument;
        break;
    case 'u':
        options.user = argument;
        break;
    case 'F':
        options.foreground = true;
        break;
    case 'B':
        options.background = true;
        break;
    default:
        return fail(ErrorCode::unsupported, {});
    }
    return {};
}

Result<Options> complete(Options options, const Single& single) {
    if (single.ups.empty() && options.pairs.empty())
        return fail(ErrorCode::invalid, "No UPS defined for monitoring - use -s <system>");
    if (!single.ups.empty()) {
        if (single.file.empty())
            return fail(ErrorCode::invalid, "No filename defined for logging - use -l <file>");
        UPS_TRY(Pair pair, build_pair(single.ups, single.file));
        options.pairs.insert(options.pairs.begin(), std::move(pair));
    }
    if (options.pairs.size() > kMaxPairs)
        return fail(ErrorCode::too_long,
                    "more than " + std::to_string(kMaxPairs) + " UPSes to log");
    if (options.pid_base.empty() || options.pid_base.find('/') != std::string::npos)
        return fail(ErrorCode::invalid, "-p " + printable(options.pid_base) + ": not a file name");
    return options;
}

}  // namespace

bool Options::stays_in_foreground() const {
    if (foreground) return true;
    return !background &&
           std::ranges::any_of(pairs, [](const Pair& pair) { return pair.file == "-"; });
}

std::string help_text() {
    return std::string(kProduct) + " upslog " + std::string(kVersion) + "\n" + std::string(kUsage) +
           client::common_help(client::Credentials::no) + std::string(kEscapes) +
           std::string(kFormatLines);
}

Result<Options> parse_options(int argc, char** argv) {
    using client::Credentials;
    Options options;
    Single single;
    const std::string shorts = client::short_options("s:l:m:i:d:f:Njp:u:FB", Credentials::no);
    const auto longs = client::long_options(kLong, Credentials::no);
    for (int code = 0;
         (code = getopt_long(argc, argv, shorts.c_str(), longs.data(), nullptr)) != -1;) {
        if (code == 'V') {
            options.action = Action::version;
            return options;
        }
        if (code == '?' || code == ':')
            return fail(ErrorCode::invalid, "Try upslog -h for the options.");
        const auto taken = take(options, single, code, optarg);
        if (taken) continue;
        if (taken.error().code != ErrorCode::unsupported) return std::unexpected(taken.error());
        UPS_TRY(const bool common, client::take_common(options.common, code, optarg));
        if (common) continue;
        options.action = Action::help;
        return options;
    }
    if (optind < argc)
        return fail(ErrorCode::invalid, "unknown argument " + printable(argv[optind]) +
                                            ": a UPS is named with -s or -m; upslog -h tells more");
    return complete(std::move(options), single);
}

}  // namespace ups::upslog
