// SPDX-License-Identifier: Apache-2.0
#include "tools/upsdrvctl/options.hpp"

#include "lib/base/text.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace ups::upsdrvctl {
namespace {

struct CommandRow {
    std::string_view word;
    Command command;
    bool after_c;  ///< may follow -c
    bool alone;    ///< may stand as a word of its own
};

constexpr auto kCommands = std::to_array<CommandRow>({
    {"start", Command::start, false, true},
    {"stop", Command::stop, false, true},
    {"shutdown", Command::shutdown, false, true},
    {"status", Command::status, false, true},
    {"list", Command::list, false, true},
    {"reload", Command::reload, true, true},
    {"reload-or-error", Command::reload_or_error, true, true},
    {"reload-or-exit", Command::reload_or_exit, true, true},
    {"exit", Command::exit, true, false},
    {"supervise", Command::supervise, false, true},
});

/// The options in their short form; ':' behind those with a value.
constexpr std::string_view kLetters = "hVtFBDdlr:u:c:j:";

constexpr std::string_view kUsage = R"(Starts, stops and watches the UPS drivers of ups.conf.

usage: %PROGRAM% [OPTIONS] start | stop | shutdown | status | list | reload | supervise [UPS...]
       %PROGRAM% [OPTIONS] -c reload | reload-or-error | reload-or-exit | exit [UPS...]

  start          start drivers
  stop           stop drivers
  shutdown       let drivers switch the power off, in the order of sdorder
  status         show which drivers run and answer
  list, -l       show the names of the UPSes
  reload         let drivers read ups.conf again
  supervise      start drivers and start them again when they end, until told to stop

  -t             test: show what would be done
  -F             drivers stay in the foreground, and upsdrvctl with them
  -B             drivers go to the background, even with debugging
  -j N           work on N drivers at once, 16 without it
  -r DIR         drivers make DIR their root
  -u USER        drivers become USER
  -D             more debugging output; may be repeated
  -d             hand the debugging level on to the drivers
  --json         status as JSON
  --return       shutdown: the UPS comes back with the mains (shutdown.return)
  --stayoff      shutdown: the UPS stays off until someone switches it on (shutdown.stayoff)
  -V, -h         show the version, this help
)";

const CommandRow* find_command(std::string_view word) {
    const auto row = std::ranges::find(kCommands, word, &CommandRow::word);
    return row == kCommands.end() ? nullptr : &*row;
}

class Parser {
  public:
    explicit Parser(const std::vector<std::string>& arguments) : arguments_(arguments) {}
    Result<Options> parse();

  private:
    Result<void> take_letters(std::string_view letters);
    Result<void> take_letter(char letter, const std::string& value);
    Result<void> take_long(std::string_view name);
    Result<void> take_word(const std::string& word);
    Result<void> take_after_cut(AfterCut after_cut);
    Result<void> take_jobs(const std::string& value);

    const std::vector<std::string>& arguments_;
    std::size_t at_ = 0;
    Options options_;
    bool has_command_ = false;
    std::optional<Command> instead_;  // -h, -V
};

Result<void> Parser::take_jobs(const std::string& value) {
    const auto jobs = parse_integer(value);
    if (!jobs || *jobs < 1 || *jobs > kMostJobs)
        return fail(ErrorCode::invalid, "-j needs a number, 1 to " + std::to_string(kMostJobs));
    options_.jobs = static_cast<unsigned>(*jobs);
    return {};
}

Result<void> Parser::take_letter(char letter, const std::string& value) {
    switch (letter) {
    case 'h':
        instead_ = Command::help;
        break;
    case 'V':
        instead_ = Command::version;
        break;
    case 't':
        options_.dry_run = true;
        break;
    case 'F':
        options_.ground = Ground::foreground;
        break;
    case 'B':
        options_.ground = Ground::background;
        break;
    case 'D':
        ++options_.debug;
        break;
    case 'd':
        options_.pass_debug = true;
        break;
    case 'r':
        options_.chroot = value;
        break;
    case 'u':
        options_.user = value;
        break;
    case 'j':
        return take_jobs(value);
    case 'l':
        options_.command = Command::list;
        has_command_ = true;
        break;
    case 'c': {
        const CommandRow* row = find_command(value);
        if (row == nullptr || !row->after_c)
            return fail(ErrorCode::invalid, "Error: unrecognized driver command [" + value + "]");
        options_.command = row->command;
        has_command_ = true;
        break;
    }
    default:
        break;
    }
    return {};
}

Result<void> Parser::take_letters(std::string_view letters) {
    for (std::size_t i = 0; i < letters.size(); ++i) {
        const std::size_t known =
            letters[i] == ':' ? std::string_view::npos : kLetters.find(letters[i]);
        if (known == std::string_view::npos)
            return fail(ErrorCode::invalid, std::string("invalid option -- '") + letters[i] + "'");
        if (known + 1 >= kLetters.size() || kLetters[known + 1] != ':') {
            UPS_CHECK(take_letter(letters[i], {}));
            continue;
        }
        std::string value(letters.substr(i + 1));
        if (value.empty()) {
            if (at_ == arguments_.size())
                return fail(ErrorCode::invalid,
                            std::string("option requires an argument -- '") + letters[i] + "'");
            value = arguments_[at_++];
        }
        return take_letter(letters[i], value);
    }
    return {};
}

Result<void> Parser::take_after_cut(AfterCut after_cut) {
    if (options_.after_cut != AfterCut::as_configured && options_.after_cut != after_cut)
        return fail(ErrorCode::invalid, "--return and --stayoff exclude each other");
    options_.after_cut = after_cut;
    return {};
}

Result<void> Parser::take_long(std::string_view name) {
    if (name == "json")
        options_.json = true;
    else if (name == "return")
        return take_after_cut(AfterCut::comes_back);
    else if (name == "stayoff")
        return take_after_cut(AfterCut::stays_off);
    else if (name == "help")
        instead_ = Command::help;
    else if (name == "version")
        instead_ = Command::version;
    else
        return fail(ErrorCode::invalid, "unrecognized option '--" + std::string(name) + "'");
    return {};
}

Result<void> Parser::take_word(const std::string& word) {
    if (has_command_) {
        options_.upses.push_back(word);
        return {};
    }
    const CommandRow* row = find_command(word);
    if (row == nullptr || !row->alone)
        return fail(ErrorCode::invalid, "Error: unrecognized command [" + word + "]");
    options_.command = row->command;
    has_command_ = true;
    return {};
}

Result<Options> Parser::parse() {
    bool only_words = false;
    std::vector<std::string> words;
    while (at_ < arguments_.size()) {
        const std::string& argument = arguments_[at_++];
        if (only_words || argument.size() < 2 || argument[0] != '-')
            words.push_back(argument);
        else if (argument == "--")
            only_words = true;
        else if (argument.starts_with("--"))
            UPS_CHECK(take_long(std::string_view(argument).substr(2)));
        else
            UPS_CHECK(take_letters(std::string_view(argument).substr(1)));
    }
    for (const std::string& word : words)
        UPS_CHECK(take_word(word));
    if (instead_) options_.command = *instead_;
    const bool for_shutdown = options_.command == Command::shutdown || instead_;
    if (options_.after_cut != AfterCut::as_configured && !for_shutdown)
        return fail(ErrorCode::invalid, "--return and --stayoff are for shutdown");
    return std::move(options_);
}

}  // namespace

Result<Options> parse_options(const std::vector<std::string>& arguments) {
    return Parser(arguments).parse();
}

std::string_view command_word(Command command) noexcept {
    for (const CommandRow& row : kCommands)
        if (row.command == command) return row.word;
    return "";
}

std::string usage(std::string_view program) {
    std::string text(kUsage);
    constexpr std::string_view kPlace = "%PROGRAM%";
    for (std::size_t at = text.find(kPlace); at != std::string::npos; at = text.find(kPlace, at))
        text.replace(at, kPlace.size(), program);
    return text;
}

}  // namespace ups::upsdrvctl
