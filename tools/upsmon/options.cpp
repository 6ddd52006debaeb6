// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/options.hpp"

#include "lib/base/text.hpp"

#include <getopt.h>
#include <utility>
#include <vector>

namespace ups::upsmon {
namespace {

enum Code : int { c_explain = 0x1000, c_drill, c_json, c_for, c_try };

constexpr option kLong[] = {
    {"check", no_argument, nullptr, 't'},
    {"explain", no_argument, nullptr, c_explain},
    {"drill", no_argument, nullptr, c_drill},
    {"json", no_argument, nullptr, c_json},
    {"for", required_argument, nullptr, c_for},
    {"try", required_argument, nullptr, c_try},
    {"version", no_argument, nullptr, 'V'},
    {"help", no_argument, nullptr, 'h'},
    {nullptr, 0, nullptr, 0},
};

constexpr std::string_view kUsage = R"(
usage: upsmon [-DFBp46] [-u USER] [-W SECONDS]
       upsmon -c fsd|stop|reload [-P PID]
       upsmon -t | -K
       upsmon --explain | --drill [--for SECONDS] [--json]
       upsmon --try NAME

Watches UPSes and shuts this host down in time.

  -c COMMAND     tell the running upsmon: fsd (shut down now, secondaries
                 first), stop, reload (read upsmon.conf again)
  -P PID         with -c: the process to tell, not the one in the pid file
  -t, --check    check the configuration, connect, log in, say what would count,
                 and exit
  -K             exit with 0 if the UPS is to cut the power (POWERDOWNFLAG is
                 set), else with 1
  -p             one process only, without a privileged parent
  -u USER        work as USER when started by root, instead of RUN_AS_USER
  -W SECONDS     how long to try to connect to a server
  -D             debugging; stays in the foreground unless -B is given
  -F             stay in the foreground
  -B             go to the background in spite of -D
  -4, -6         connect over IPv4 only, over IPv6 only
  --explain      say what would happen if the mains failed now
  --drill        the same as a timeline, in fast time; nothing is executed
  --for SECONDS  with these: the mains are back after so long
  --json         with these: the timeline as JSON
  --try NAME     carry out the actions of a rule, or send a notification of this
                 type, now, and say how that ends
  -V, --version  show the version
  -h, --help     show this text

Exits with 0 if all went well, with 1 if not.
)";

/// A day is how far a rehearsal looks.
constexpr std::int64_t kLongestOutage = 86400;

Result<Job> command_of(const std::string& word) {
    for (const auto& [name, job] : {std::pair<std::string_view, Job>{"fsd", Job::fsd},
                                    {"stop", Job::stop},
                                    {"reload", Job::reload}})
        if (!word.empty() && name.starts_with(word)) return job;
    return fail(ErrorCode::invalid, "-c " + printable(word) + ": must be fsd, stop or reload");
}

Result<std::int64_t> number_of(std::string_view option, const char* text, std::int64_t least,
                               std::int64_t most) {
    const auto number = parse_integer(text);
    if (number && *number >= least && *number <= most) return *number;
    return fail(ErrorCode::invalid, std::string(option) + " " + printable(text) +
                                        ": must be a number from " + std::to_string(least) +
                                        " to " + std::to_string(most));
}

/// Those with an argument.
Result<void> take_value(Options& options, int code, const char* value) {
    switch (code) {
    case 'c': {
        UPS_TRY(options.job, command_of(value));
        break;
    }
    case 'P': {
        UPS_TRY(const auto pid, number_of("-P", value, 2, 0x7FFFFFFF));
        options.pid = static_cast<int>(pid);
        break;
    }
    case 'W': {
        UPS_TRY(const auto seconds, number_of("-W", value, 0, 86400));
        options.connect_timeout = std::chrono::seconds(seconds);
        break;
    }
    case 'u':
        options.user = value;
        break;
    case c_for: {
        UPS_TRY(const auto seconds, number_of("--for", value, 1, kLongestOutage));
        options.mains_back = std::chrono::seconds(seconds);
        break;
    }
    case c_try:
        options.job = Job::try_rule;
        options.subject = value;
        break;
    default:
        return fail(ErrorCode::invalid, "Try \"upsmon -h\" for the options.");
    }
    return {};
}

Result<void> take(Options& options, int code, const char* value) {
    switch (code) {
    case 't':
        options.job = Job::check;
        return {};
    case 'K':
        options.job = Job::power_flag;
        return {};
    case 'p':
        options.single = true;
        return {};
    case 'D':
        ++options.debug;
        return {};
    case 'F':
        options.foreground = true;
        return {};
    case 'B':
        options.background = true;
        return {};
    case '4':
        options.family = Family::v4;
        return {};
    case '6':
        options.family = Family::v6;
        return {};
    case c_explain:
        options.job = Job::explain;
        return {};
    case c_drill:
        options.job = Job::drill;
        return {};
    case c_json:
        options.is_json = true;
        return {};
    default:
        return take_value(options, code, value);
    }
}

bool take_part(Options& options, std::string_view word) {
    if (word == kCourierWord) options.part = Part::courier;
    if (word == kWorkerWord || word == kStandingWorkerWord || word == kRecoveringWorkerWord)
        options.part = Part::worker;
    options.is_standing = word == kStandingWorkerWord;
    options.is_recovering = word == kRecoveringWorkerWord;
    return options.part != Part::whole;
}

Result<Options> check_together(Options options) {
    const bool is_rehearsal = options.job == Job::explain || options.job == Job::drill;
    if (options.is_json && !is_rehearsal)
        return fail(ErrorCode::invalid, "--json goes with --explain or --drill");
    if (options.mains_back && !is_rehearsal)
        return fail(ErrorCode::invalid, "--for goes with --explain or --drill");
    return options;
}

}  // namespace

Result<Options> parse_options(std::span<const char* const> arguments) {
    Options options;
    if (!arguments.empty() && take_part(options, arguments.front()))
        arguments = arguments.subspan(1);
    std::vector<std::string> words{"upsmon"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    const int count = static_cast<int>(words.size());
    optind = 0;  // from the start, in tests more than once
    for (int code = 0;
         (code = getopt_long(count, argv.data(), "+c:P:tKpu:W:DFB46Vh", kLong, nullptr)) != -1;) {
        if (code == 'V' || code == 'h') {
            options.job = code == 'V' ? Job::version : Job::help;
            return options;
        }
        UPS_CHECK(take(options, code, optarg));
    }
    if (optind < count)
        return fail(ErrorCode::invalid, "unknown argument " +
                                            printable(words[static_cast<std::size_t>(optind)]) +
                                            "; try \"upsmon -h\"");
    return check_together(std::move(options));
}

std::string help_text() {
    return std::string(kUsage.substr(1));
}

}  // namespace ups::upsmon
