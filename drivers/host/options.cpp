// SPDX-License-Identifier: Apache-2.0
#include "drivers/host/options.hpp"

#include "lib/base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace ups::host {
namespace {

enum class Takes : std::uint8_t { nothing, value };

// One option. `apply` gets the value, empty where it takes none.
struct Row {
    char letter;            // 0: long form only
    std::string_view word;  // empty: short form only
    Takes takes;
    Result<void> (*apply)(CommandLine& line, std::string_view value);
    std::string_view form;
    std::string_view text;
};

Result<void> set_mode(CommandLine& line, Mode mode, std::string_view value = {}) {
    line.mode = mode;
    line.target = value;
    return {};
}

Result<unsigned> natural(std::string_view value, std::int64_t least, std::int64_t most) {
    const auto number = parse_integer(value);
    if (!number || *number < least || *number > most)
        return fail(ErrorCode::invalid, "\"" + printable(value) + "\" is not a number between " +
                                            std::to_string(least) + " and " + std::to_string(most));
    return static_cast<unsigned>(*number);
}

Result<void> set_ups(CommandLine& line, std::string_view value, bool without_file) {
    if (line.ups) return fail(ErrorCode::invalid, "-a and -s may be given once only");
    line.ups = value;
    line.without_file = without_file;
    return {};
}

Result<void> add_setting(CommandLine& line, std::string_view value) {
    if (!line.ups && line.mode != Mode::check && line.mode != Mode::probe)
        return fail(ErrorCode::invalid, "-x must follow -a, -s, --check or --probe");
    const std::size_t equals = value.find('=');
    if (equals == std::string_view::npos)
        line.set.emplace_back(value, std::nullopt);
    else
        line.set.emplace_back(value.substr(0, equals), std::string(value.substr(equals + 1)));
    return {};
}

Result<void> set_control(CommandLine& line, std::string_view value) {
    constexpr std::array<std::string_view, 4> kCommands = {"reload", "reload-or-error",
                                                           "reload-or-exit", "exit"};
    if (std::find(kCommands.begin(), kCommands.end(), value) == kCommands.end())
        return fail(ErrorCode::invalid, "unknown command -c " + printable(value));
    line.mode = Mode::control;
    line.control = value;
    return {};
}

Result<void> set_readings(CommandLine& line, std::string_view value) {
    UPS_TRY(line.readings, natural(value, 1, 1'000'000));
    return set_mode(line, Mode::dump);
}

Result<void> set_interval(CommandLine& line, std::string_view value) {
    UPS_TRY(line.interval, natural(value, 1, 86'400));
    return {};
}

Result<void> set_pid(CommandLine& line, std::string_view value) {
    UPS_TRY(const unsigned pid, natural(value, 2, 0x7FFF'FFFF));
    line.pid = static_cast<int>(pid);
    return {};
}

template <auto Member> Result<void> store(CommandLine& line, std::string_view value) {
    line.*Member = value;
    return {};
}
template <auto Member> Result<void> raise(CommandLine& line, std::string_view) {
    line.*Member = true;
    return {};
}
template <Mode M> Result<void> mode(CommandLine& line, std::string_view value) {
    return set_mode(line, M, value);
}

using enum Takes;
using C = CommandLine;
constexpr std::array kRows = {
    Row{'a', "", value, [](C& l, std::string_view v) { return set_ups(l, v, false); }, "-a NAME",
        "drive the UPS of section NAME of ups.conf"},
    Row{'s', "", value, [](C& l, std::string_view v) { return set_ups(l, v, true); }, "-s NAME",
        "drive a UPS called NAME without ups.conf; all options by -x"},
    Row{'x', "", value, add_setting, "-x KEY[=VALUE]",
        "set an option, as a line of ups.conf would"},
    Row{'k', "", nothing, mode<Mode::killpower>, "-k", "cut the power of the load and exit"},
    Row{'d', "", value, set_readings, "-d N", "take N readings, print the variables, exit"},
    Row{'c', "", value, set_control, "-c COMMAND",
        "tell the running instance: reload, reload-or-error, reload-or-exit, exit"},
    Row{'P', "", value, set_pid, "-P PID", "with -c: signal this process instead"},
    Row{'D', "", nothing,
        [](C& l, std::string_view) {
            ++l.debug;
            return Result<void>();
        },
        "-D", "debug messages on stderr, stay in the foreground; may be repeated"},
    Row{'F', "", nothing, raise<&C::foreground>, "-F", "stay in the foreground"},
    Row{'B', "", nothing,
        [](C& l, std::string_view) {
            l.foreground = false;
            return Result<void>();
        },
        "-B", "go to the background even with -D"},
    Row{'q', "", nothing, raise<&C::quiet>, "-q", "log warnings and errors only"},
    Row{'L', "", nothing, mode<Mode::list_options>, "-L", "list the driver's options for programs"},
    Row{'i', "", value, set_interval, "-i SECONDS", "time between two readings"},
    Row{'r', "", value, store<&C::chroot>, "-r DIR", "chroot to DIR once the device is open"},
    Row{'u', "", value, store<&C::user>, "-u USER", "become USER once the device is open"},
    Row{'g', "", value, store<&C::group>, "-g GROUP", "group of the process and of its socket"},
    Row{0, "describe", value, mode<Mode::describe>, "--describe PLUGIN",
        "what a plugin is and which options it takes"},
    Row{0, "check", value, mode<Mode::check>, "--check FILE",
        "test a plugin file against the contract of upsdrv.h"},
    Row{0, "probe", value, mode<Mode::probe>, "--probe PLUGIN",
        "ask a plugin, or all, whether the device at -x port=… is theirs"},
    Row{0, "list-plugins", nothing, mode<Mode::list_plugins>, "--list-plugins",
        "the plugins that are installed"},
    Row{0, "json", nothing, raise<&C::json>, "--json", "with --describe and --probe: as JSON"},
    Row{0, "record", value, store<&C::record>, "--record FILE",
        "write what passes between plugin and device to FILE"},
    Row{0, "replay", value, store<&C::replay>, "--replay FILE",
        "play a recording in place of the device"},
    Row{'V', "version", nothing, mode<Mode::version>, "-V", "print the version"},
    Row{'h', "help", nothing, mode<Mode::help>, "-h", "print this"},
};

constexpr auto kHelp = [] {
    std::array<OptionHelp, kRows.size()> rows;
    for (std::size_t i = 0; i < kRows.size(); ++i)
        rows[i] = {kRows[i].form, kRows[i].text};
    return rows;
}();

class Parser {
  public:
    explicit Parser(std::span<const char* const> arguments) : arguments_(arguments) {}

    Result<CommandLine> parse() {
        if (!arguments_.empty()) {
            const std::string_view path = arguments_[0];
            line_.program = path.substr(path.rfind('/') + 1);
        }
        for (next_ = 1; next_ < arguments_.size();) {
            const std::string_view word = arguments_[next_++];
            if (word.starts_with("--") && word.size() > 2)
                UPS_CHECK(long_option(word.substr(2)));
            else if (word.starts_with('-') && word.size() > 1)
                UPS_CHECK(letters(word.substr(1)));
            else
                return fail(ErrorCode::invalid, "unexpected argument " + printable(word));
        }
        return std::move(line_);
    }

  private:
    Result<void> long_option(std::string_view word) {
        const std::size_t equals = word.find('=');
        const std::string_view name = word.substr(0, equals);
        for (const Row& row : kRows) {
            if (row.word.empty() || row.word != name) continue;
            if (equals == std::string_view::npos) return apply(row, {}, false);
            return apply(row, word.substr(equals + 1), true);
        }
        return fail(ErrorCode::invalid, "unknown option --" + printable(name));
    }

    // Letters may be joined (-FF, -DDD); the rest of the word is the value of one that takes one.
    Result<void> letters(std::string_view word) {
        while (!word.empty()) {
            const char letter = word.front();
            word.remove_prefix(1);
            const auto row = std::find_if(kRows.begin(), kRows.end(), [letter](const Row& one) {
                return one.letter == letter;
            });
            if (row == kRows.end())
                return fail(ErrorCode::invalid, "unknown option -" + printable({&letter, 1}));
            if (row->takes == value) return apply(*row, word, !word.empty());
            UPS_CHECK(row->apply(line_, {}));
        }
        return {};
    }

    Result<void> apply(const Row& row, std::string_view given, bool has_value) {
        if (row.takes == nothing) {
            if (has_value)
                return fail(ErrorCode::invalid, std::string(row.form) + " takes no value");
            return row.apply(line_, {});
        }
        if (!has_value) {
            if (next_ == arguments_.size())
                return fail(ErrorCode::invalid, std::string(row.form) + ": the value is missing");
            given = arguments_[next_++];
        }
        return row.apply(line_, given);
    }

    std::span<const char* const> arguments_;
    std::size_t next_ = 1;
    CommandLine line_;
};

}  // namespace

std::span<const OptionHelp> option_help() noexcept {
    return kHelp;
}

Result<CommandLine> parse_command_line(std::span<const char* const> arguments) {
    return Parser(arguments).parse();
}

}  // namespace ups::host
