// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/options.hpp"

#include "lib/base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace ups::upsmon {
namespace {

constexpr auto kRows = std::to_array<OptionRow>({
    {'c', "COMMAND",
     "tell the running upsmon: fsd (shut down now, secondaries first), stop, reload"},
    {'P', "PID", "with -c: the process to tell, instead of the one in the pid file"},
    {'t', "", "check the configuration, connect, log in, say what would count, and exit"},
    {'K', "", "exit with 0 if the UPS is to cut the power (POWERDOWNFLAG is set), else with 1"},
    {'p', "", "one process only, without a privileged parent"},
    {'u', "USER", "work as USER when started by root, instead of RUN_AS_USER"},
    {'W', "SECONDS", "how long to try to connect to a server"},
    {'D', "", "debugging; stays in the foreground unless -B is given"},
    {'F', "", "stay in the foreground"},
    {'B', "", "go to the background in spite of -D"},
    {'4', "", "connect over IPv4 only"},
    {'6', "", "connect over IPv6 only"},
    {'V', "", "show the version"},
    {'h', "", "show this text"},
});

const OptionRow* find_row(char letter) {
    const auto found = std::ranges::find(kRows, letter, &OptionRow::letter);
    return found == kRows.end() ? nullptr : &*found;
}

Job command_of(std::string_view word) {
    for (const auto& [name, job] : {std::pair<std::string_view, Job>{"fsd", Job::fsd},
                                    {"stop", Job::stop},
                                    {"reload", Job::reload}})
        if (!word.empty() && name.starts_with(word)) return job;
    return Job::help;
}

Result<void> take_pid(Options& options, const std::string& value) {
    const auto pid = parse_integer(value);
    if (!pid || *pid <= 1 || *pid > 0x7FFFFFFF)
        return fail(ErrorCode::invalid, "-P " + printable(value) + ": not a process id");
    options.pid = static_cast<int>(*pid);
    return {};
}

Result<void> take_timeout(Options& options, const std::string& value) {
    const auto seconds = parse_integer(value);
    if (!seconds || *seconds < 0 || *seconds > 86400)
        return fail(ErrorCode::invalid, "-W " + printable(value) + ": not a number of seconds");
    options.connect_timeout = std::chrono::seconds(*seconds);
    return {};
}

void take_flag(Options& options, char letter) {
    switch (letter) {
    case 't':
        options.job = Job::check;
        break;
    case 'K':
        options.job = Job::power_flag;
        break;
    case 'p':
        options.single = true;
        break;
    case 'D':
        ++options.debug;
        break;
    case 'F':
        options.foreground = true;
        break;
    case 'B':
        options.background = true;
        break;
    case '4':
        options.family = Family::v4;
        break;
    case '6':
        options.family = Family::v6;
        break;
    case 'V':
        options.job = Job::version;
        break;
    default:
        options.job = Job::help;
        break;
    }
}

Result<void> take_value(Options& options, char letter, const std::string& value) {
    if (letter == 'P') return take_pid(options, value);
    if (letter == 'W') return take_timeout(options, value);
    if (letter == 'c') options.job = command_of(value);
    if (letter == 'u') options.user = value;
    return {};
}

/// One argument such as "-DF" or "-unobody"; `next` is the one behind it. Returns how many were used.
Result<std::size_t> parse_one(Options& options, std::string_view word, const char* next) {
    for (std::size_t at = 1; at < word.size(); ++at) {
        const OptionRow* row = find_row(word[at]);
        if (row == nullptr || row->argument.empty()) {
            take_flag(options, row == nullptr ? 'h' : word[at]);
            if (options.job == Job::help) return 1;
            continue;
        }
        const bool is_inside = at + 1 < word.size();
        if (!is_inside && next == nullptr) {
            options.job = Job::help;
            return 1;
        }
        UPS_CHECK(take_value(options, word[at],
                             is_inside ? std::string(word.substr(at + 1)) : std::string(next)));
        return is_inside ? 1 : 2;
    }
    return 1;
}

bool take_part(Options& options, std::string_view word) {
    if (word == kCourierWord) options.part = Part::courier;
    if (word == kWorkerWord || word == kStandingWorkerWord || word == kRecoveringWorkerWord)
        options.part = Part::worker;
    options.is_standing = word == kStandingWorkerWord;
    options.is_recovering = word == kRecoveringWorkerWord;
    return options.part != Part::whole;
}

bool is_last_word(Job job) {
    return job == Job::help || job == Job::version;
}

}  // namespace

std::span<const OptionRow> option_rows() noexcept {
    return kRows;
}

Result<Options> parse_options(std::span<const char* const> arguments) {
    Options options;
    if (!arguments.empty() && take_part(options, arguments.front()))
        arguments = arguments.subspan(1);
    for (std::size_t i = 0; i < arguments.size() && !is_last_word(options.job);) {
        const std::string_view word = arguments[i];
        if (word == "--explain" || word == "--drill") {
            options.job = word == "--drill" ? Job::drill : Job::explain;
            ++i;
            continue;
        }
        if (word == "--try" && i + 1 < arguments.size()) {
            options.job = Job::try_rule;
            options.subject = arguments[i + 1];
            i += 2;
            continue;
        }
        if (word == "--version")
            options.job = Job::version;
        else if (word.size() < 2 || !word.starts_with('-') || word.starts_with("--"))
            options.job = Job::help;
        if (is_last_word(options.job)) break;
        const char* next = i + 1 < arguments.size() ? arguments[i + 1] : nullptr;
        UPS_TRY(const std::size_t used, parse_one(options, word, next));
        i += used;
    }
    return options;
}

std::string help_text() {
    std::string text = "Watches UPSes and shuts this host down in time.\n\n"
                       "usage: upsmon [OPTIONS]\n\n";
    for (const OptionRow& row : kRows) {
        std::string left = "  -";
        left += row.letter;
        if (!row.argument.empty()) left += " " + std::string(row.argument);
        left.resize(std::max<std::size_t>(left.size() + 1, 16), ' ');
        text += left + std::string(row.help) + "\n";
    }
    return text + "  --explain     say what would happen if the mains failed now\n"
                  "  --drill       the same as a timeline, in fast time; nothing is executed\n"
                  "  --try RULE    carry out the actions of a rule now, and say how they end\n";
}

}  // namespace ups::upsmon
