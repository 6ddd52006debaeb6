// SPDX-License-Identifier: Apache-2.0
#include "tools/upspasswd/options.hpp"

#include "lib/base/text.hpp"

#include <algorithm>
#include <array>

namespace ups::upspasswd {
namespace {

constexpr auto kRows = std::to_array<OptionRow>({
    {'u', "user", "USER",
     "set the password of this user in the file; without it a line is printed"},
    {'f', "file", "FILE", "the file to change or look into"},
    {'c', "create", "", "with -u: add the user if it is not there (it has no rights yet)"},
    {'v', "verify", "", "with -u: ask for the password and tell whether it is the user's"},
    {'V', "version", "", "show the version"},
    {'h', "help", "", "show this text"},
});

const OptionRow* find_row(std::string_view word) {
    const auto found = std::ranges::find_if(kRows, [&](const OptionRow& row) {
        if (word.starts_with("--")) return word.substr(2) == row.name;
        return word.size() == 2 && word[1] == row.letter;
    });
    return found == kRows.end() ? nullptr : &*found;
}

void apply(Options& options, const OptionRow& row, const char* value) {
    switch (row.letter) {
    case 'u':
        options.user = value;
        break;
    case 'f':
        options.file = value;
        break;
    case 'c':
        options.create = true;
        break;
    case 'v':
        options.action = Action::verify;
        break;
    case 'V':
        options.action = Action::version;
        break;
    default:
        options.action = Action::help;
        break;
    }
}

}  // namespace

std::span<const OptionRow> option_rows() noexcept {
    return kRows;
}

Result<Options> parse_options(std::span<const char* const> arguments,
                              const std::string& default_file) {
    Options options{.file = default_file};
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view word = arguments[i];
        if (word == "-") {
            options.from_stdin = true;
            continue;
        }
        const OptionRow* row = word.starts_with('-') ? find_row(word) : nullptr;
        if (row == nullptr)
            return fail(ErrorCode::invalid, "what is \"" + printable(word, 40) +
                                                "\"? Try --help. (A password "
                                                "on the command line could be seen by everyone.)");
        const bool has_value = i + 1 < arguments.size();
        if (!row->argument.empty() && !has_value)
            return fail(ErrorCode::invalid,
                        std::string(word) + " needs a value: " + std::string(row->argument));
        apply(options, *row, row->argument.empty() ? "" : arguments[++i]);
        if (options.action == Action::help || options.action == Action::version) return options;
    }
    if (options.user.empty() && (options.action == Action::verify || options.create))
        return fail(ErrorCode::invalid, "--verify and --create need a user: -u USER");
    return options;
}

std::string help_text(const std::string& default_file) {
    std::string text = "Makes password hashes for upsd.users.\n\n"
                       "usage: upspasswd [-u USER [-c | -v]] [-f FILE] [-]\n\n";
    for (const OptionRow& row : kRows) {
        std::string left = std::string("  -") + row.letter + ", --" + std::string(row.name);
        if (!row.argument.empty()) left += " " + std::string(row.argument);
        left.resize(std::max<std::size_t>(left.size() + 1, 22), ' ');
        text += left + std::string(row.help) + "\n";
    }
    return text +
           "  -                   read the password from standard input, one line; so it is as "
           "well\n"
           "                      when standard input is no terminal\n\n"
           "FILE is " +
           default_file + " unless -f says otherwise. Everything else in it stays as it is.\n";
}

}  // namespace ups::upspasswd
