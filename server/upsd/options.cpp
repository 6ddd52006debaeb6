// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/options.hpp"

#include "lib/base/text.hpp"

#include <algorithm>
#include <array>

namespace ups::upsd {
namespace {

constexpr auto kRows = std::to_array<OptionRow>({
    {'c', "COMMAND", "tell the running server: reload (read the configuration again) or stop"},
    {'P', "PID", "with -c: the process to tell, instead of the one in the pid file"},
    {'t', "", "check the configuration, report every problem, and exit"},
    {'D', "", "more debugging, repeat for more; stays in the foreground unless -B is given"},
    {'F', "", "stay in the foreground; twice: keep a pid file as well"},
    {'B', "", "go to the background in spite of -D"},
    {'r', "DIR", "change the root folder to DIR before anything is read"},
    {'u', "USER", "run as USER when started by root"},
    {'q', "", "log warnings, errors and the audit trail only"},
    {'4', "", "serve IPv4 only"},
    {'6', "", "serve IPv6 only"},
    {'V', "", "show the version"},
    {'h', "", "show this text"},
});

constexpr std::string_view kObsolete =
    "-i ADDRESS and -p PORT are obsolete: use \"LISTEN ADDRESS [PORT]\" in upsd.conf instead. See "
    "upsd.conf(5).";

const OptionRow* find_row(char letter) {
    const auto found = std::ranges::find(kRows, letter, &OptionRow::letter);
    return found == kRows.end() ? nullptr : &*found;
}

Action command_of(std::string_view word) {
    for (const auto& [name, action] :
         {std::pair<std::string_view, Action>{"reload", Action::reload}, {"stop", Action::stop}})
        if (!word.empty() && name.starts_with(word)) return action;
    return Action::help;
}

Result<void> apply(Options& options, char letter, const std::string& value) {
    switch (letter) {
    case 'c':
        options.action = command_of(value);
        if (options.action == Action::help)
            options.complaint = "unknown command -c " + printable(value, 60);
        break;
    case 'P': {
        const auto pid = parse_integer(value);
        if (!pid || *pid <= 1 || *pid > 0x7FFFFFFF)
            return fail(ErrorCode::invalid, "-P " + printable(value) + ": not a process id");
        options.pid = static_cast<int>(*pid);
        break;
    }
    case 't':
        options.action = Action::check;
        break;
    case 'D':
        ++options.debug;
        break;
    case 'F':
        ++options.foreground;
        break;
    case 'B':
        options.background = true;
        break;
    case 'r':
        options.chroot = value;
        break;
    case 'u':
        options.user = value;
        break;
    case 'q':
        options.quiet = true;
        break;
    case '4':
        options.family = Family::v4;
        break;
    case '6':
        options.family = Family::v6;
        break;
    case 'V':
        options.action = Action::version;
        break;
    default:
        options.action = Action::help;
        break;
    }
    return {};
}

/// One argument such as "-DDF" or "-uroot"; `next` is the one behind it. Returns how many were used.
Result<std::size_t> parse_one(Options& options, std::string_view word, const char* next) {
    for (std::size_t at = 1; at < word.size(); ++at) {
        const char letter = word[at];
        if (letter == 'i' || letter == 'p') return fail(ErrorCode::invalid, std::string(kObsolete));
        const OptionRow* row = find_row(letter);
        if (row == nullptr) {
            options.action = Action::help;
            options.complaint = std::string("unknown option -") + letter;
            return 1;
        }
        if (row->argument.empty()) {
            UPS_CHECK(apply(options, letter, {}));
            continue;
        }
        if (at + 1 < word.size()) {
            UPS_CHECK(apply(options, letter, std::string(word.substr(at + 1))));
            return 1;
        }
        if (next == nullptr) {
            options.action = Action::help;
            options.complaint = std::string("option -") + letter + " needs an argument";
            return 1;
        }
        UPS_CHECK(apply(options, letter, next));
        return 2;
    }
    return 1;
}

bool is_last_word(Action action) {
    return action == Action::help || action == Action::version;
}

}  // namespace

std::span<const OptionRow> option_rows() noexcept {
    return kRows;
}

Result<Options> parse_options(std::span<const char* const> arguments) {
    Options options;
    for (std::size_t i = 0; i < arguments.size() && !is_last_word(options.action);) {
        const std::string_view word = arguments[i];
        if (word == "--version") {
            options.action = Action::version;
        } else if (word.size() < 2 || !word.starts_with('-') || word.starts_with("--")) {
            options.action = Action::help;
            if (word != "--help") options.complaint = "unknown argument " + printable(word, 60);
        }
        if (is_last_word(options.action)) break;
        const char* next = i + 1 < arguments.size() ? arguments[i + 1] : nullptr;
        UPS_TRY(const std::size_t used, parse_one(options, word, next));
        i += used;
    }
    return options;
}

std::string help_text() {
    std::string text = "Network server for UPS data.\n\nusage: upsd [OPTIONS]\n\n";
    for (const OptionRow& row : kRows) {
        std::string left = "  -";
        left += row.letter;
        if (!row.argument.empty()) left += " " + std::string(row.argument);
        left.resize(std::max<std::size_t>(left.size() + 1, 16), ' ');
        text += left + std::string(row.help) + "\n";
    }
    return text;
}

}  // namespace ups::upsd
