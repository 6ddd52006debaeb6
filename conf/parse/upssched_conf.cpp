// SPDX-License-Identifier: Apache-2.0
#include "conf/parse/upssched_conf.hpp"

#include "conf/parse/needed_file.hpp"
#include "conf/parse/statement.hpp"
#include "conf/schema/notify_type.hpp"
#include "lib/base/file.hpp"
#include "lib/base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace ups::conf {
namespace {

/// Longest time of a timer, seconds.
constexpr std::int64_t kLongestTimer = std::int64_t{366} * 86400;

struct CommandRow {
    std::string_view word;
    AtCommand command;
    std::size_t least;  ///< words behind the command
    std::size_t most;
    std::string_view shape;
};

constexpr auto kCommands = std::to_array<CommandRow>({
    {"START-TIMER", AtCommand::start_timer, 2, 2, "START-TIMER NAME SECONDS"},
    {"START-TIMER-SHARED", AtCommand::start_timer_shared, 2, 2, "START-TIMER-SHARED NAME SECONDS"},
    {"CANCEL-TIMER", AtCommand::cancel_timer, 1, 2, "CANCEL-TIMER NAME [ELSE]"},
    {"EXECUTE", AtCommand::execute, 1, 1, "EXECUTE NAME"},
});

/// AT TYPE UPS COMMAND: the index of the first word behind the command.
constexpr std::size_t kArguments = 4;

void set_script(UpsschedConf& conf, const Statement& s) {
    if (s.values() == 0 || s.word(1).empty()) return report_no_value(s.row, s.place(0), s.problems);
    conf.cmd_script.assign(s.line.words.begin() + 1, s.line.words.end());
}

const CommandRow* find_command(const Statement& s) {
    std::vector<std::string_view> words;
    for (const CommandRow& row : kCommands) {
        if (row.word == s.word(3)) return &row;
        words.push_back(row.word);
    }
    std::string hint = "expected " + join(words, ", ");
    if (s.word(3) == "CANCEL-TIMER-MATCHED")
        hint = "no release ever took it; name the timer with CANCEL-TIMER";
    else if (const auto near = nearest(s.word(3), words))
        hint = "did you mean " + in_quotes(*near) + "?";
    s.error(3, in_quotes(s.word(3)) + " is no command of AT", std::move(hint));
    return nullptr;
}

void check_type(const Statement& s) {
    if (find_notify_type(s.word(1))) return;
    std::string hint;
    if (const auto near = nearest_notify_type(s.word(1)))
        hint = "did you mean " + in_quotes(*near) + "?";
    s.report(Severity::warning, 1, in_quotes(s.word(1)) + " is no type of notification",
             std::move(hint));
}

void tell_order(const UpsschedConf& conf, const Statement& s) {
    const bool complete =
        !conf.cmd_script.empty() && !conf.pipe_path.empty() && !conf.lock_path.empty();
    if (conf.at.empty() && !complete)
        s.report(Severity::note, 0, "AT before CMDSCRIPT, PIPEFN and LOCKFN",
                 "the stock program wants these three first");
}

void add_at(UpsschedConf& conf, const Statement& s) {
    if (s.values() < 3) return report_no_value(s.row, s.place(0), s.problems);
    check_type(s);
    const CommandRow* command = find_command(s);
    if (command == nullptr) return;
    const std::size_t given = s.line.words.size() - kArguments;
    const bool empty = given > 0 && s.word(kArguments).empty();
    if (given < command->least || empty)
        return s.error(3, "AT ... " + std::string(command->word) + " needs more",
                       "expected " + std::string(command->shape));
    AtLine at;
    at.type = s.word(1);
    at.ups = s.word(2);
    at.command = command->command;
    at.name = s.word(kArguments);
    at.place = s.place(0);
    if (command->least == 2) {
        static constexpr Row kSeconds = {.name = "the time of a timer",
                                         .type = Type::seconds,
                                         .least = 0,
                                         .most = kLongestTimer};
        const auto seconds = check_value(kSeconds, s.word(5), s.place(5), s.problems);
        if (!seconds) return;
        at.delay = std::chrono::seconds(seconds->number);
    } else if (given > 1 && command->most == 2) {
        at.otherwise = s.word(5);
    }
    report_surplus(s.row, s.line, kArguments + command->most, s.problems);
    tell_order(conf, s);
    conf.at.push_back(std::move(at));
}

constexpr auto kSetters = std::to_array<Setter<UpsschedConf>>({
    {"CMDSCRIPT", set_script},
    {"PIPEFN", set_text<&UpsschedConf::pipe_path>},
    {"LOCKFN", set_text<&UpsschedConf::lock_path>},
    {"AT", add_at},
    {"DEBUG_MIN", set_number<&UpsschedConf::debug_min>},
});

void check_whole(Loaded<UpsschedConf>& loaded) {
    const UpsschedConf& conf = loaded.value;
    if (conf.at.empty()) return;
    const auto missing = [&](const Place& place, std::string_view name, std::string_view why) {
        loaded.problems.push_back({Severity::error, place, std::string(name) + " is missing",
                                   "needed for " + std::string(why)});
    };
    if (conf.cmd_script.empty()) missing(conf.at.front().place, "CMDSCRIPT", "every AT line");
    const auto timer = std::ranges::find_if(
        conf.at, [](const AtLine& at) { return at.command != AtCommand::execute; });
    if (timer == conf.at.end()) return;
    if (conf.pipe_path.empty()) missing(timer->place, "PIPEFN", "timers");
    if (conf.lock_path.empty()) missing(timer->place, "LOCKFN", "timers");
}

}  // namespace

bool AtLine::matches(std::string_view notify_type, std::string_view ups_name) const {
    return iequals(type, notify_type) && (ups == "*" || ups == ups_name);
}

Loaded<UpsschedConf> parse_upssched_conf(std::string_view text, const std::string& file) {
    Loaded<UpsschedConf> loaded;
    LineReader reader(text, file, loaded.problems);
    while (const Line* line = reader.next())
        apply_line<UpsschedConf>(loaded.value, File::upssched_conf, kSetters, *line,
                                 loaded.problems);
    check_whole(loaded);
    return loaded;
}

Result<Loaded<UpsschedConf>> load_upssched_conf(FileSource& files, const std::string& folder) {
    const std::string path = join_path(folder, "upssched.conf");
    UPS_TRY(const FileText file, read_needed(files, path, "upssched.conf(5)"));
    Loaded<UpsschedConf> loaded = parse_upssched_conf(file.text, path);
    loaded.files.push_back({path, file.mode});
    return loaded;
}

}  // namespace ups::conf
