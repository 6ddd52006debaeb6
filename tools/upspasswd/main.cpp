// SPDX-License-Identifier: Apache-2.0
#include "lib/base/build_info.hpp"
#include "lib/base/file.hpp"
#include "tools/upspasswd/options.hpp"
#include "tools/upspasswd/prompt.hpp"
#include "tools/upspasswd/users_file.hpp"

#include <cstdio>
#include <cstdlib>
#include <span>
#include <unistd.h>

namespace {

using namespace ups;
using namespace ups::upspasswd;

enum class Repeat : std::uint8_t { once, twice };

int complain(const Error& error) {
    std::fprintf(stderr, "upspasswd: %s\n", error.text.c_str());
    return EXIT_FAILURE;
}

Result<Secret> get_password(const Options& options, Repeat repeat) {
    if (options.from_stdin || ::isatty(STDIN_FILENO) == 0) return read_secret_line();
    UPS_TRY(Secret first, ask(repeat == Repeat::twice ? "New password: " : "Password: "));
    if (repeat == Repeat::once) return first;
    UPS_TRY(const Secret second, ask("Again, please: "));
    if (first.view() != second.view()) return fail(ErrorCode::invalid, "the passwords differ");
    return first;
}

/// `not_found` only if the folder of the file is there and the file may be made.
Result<std::string> read_users(const Options& options) {
    auto text = read_file(options.file);
    if (!text && text.error().code == ErrorCode::not_found && options.create) return std::string();
    return text;
}

int verify(const Options& options) {
    const auto text = read_file(options.file);
    if (!text) return complain(text.error());
    const auto stored = stored_password(*text, options.user);
    if (!stored) return complain(stored.error().within(options.file));
    if (password_form(*stored) == PasswordForm::unsupported)
        return complain({ErrorCode::unsupported,
                         "this system's crypt library does not know this kind of "
                         "hash; make a new one"});
    const auto password = get_password(options, Repeat::once);
    if (!password) return complain(password.error());
    const bool right = password_matches(*stored, password->view());
    std::puts(right ? "the password is right" : "the password is wrong");
    return right ? EXIT_SUCCESS : EXIT_FAILURE;
}

int set(const Options& options) {
    // Before anybody types: is there something to change?
    const auto text =
        options.user.empty() ? Result<std::string>(std::string()) : read_users(options);
    if (!text) return complain(text.error());
    const auto if_absent = options.create ? IfAbsent::create : IfAbsent::refuse;
    if (!options.user.empty()) {
        const auto possible = set_password(*text, options.user, "x", if_absent);
        if (!possible) return complain(possible.error().within(options.file));
    }
    const auto password = get_password(options, Repeat::twice);
    if (!password) return complain(password.error());
    const auto hash = hash_password(password->view());
    if (!hash) return complain(hash.error());
    if (const auto trouble = trouble_with(password->view()); !trouble.empty())
        std::fprintf(stderr, "upspasswd: note: %.*s\n", static_cast<int>(trouble.size()),
                     trouble.data());
    if (options.user.empty()) {
        std::printf("password = %s\n", hash->c_str());
        return EXIT_SUCCESS;
    }
    const auto changed = set_password(*text, options.user, *hash, if_absent);
    if (!changed) return complain(changed.error().within(options.file));
    if (auto written = replace_file(options.file, *changed); !written)
        return complain(written.error());
    std::printf("%s: the password of %s is set; \"upsd -c reload\" makes it valid\n",
                options.file.c_str(), options.user.c_str());
    return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
    const char* folder = std::getenv("NUT_CONFPATH");
    const std::string file =
        join_path(folder != nullptr && *folder != '\0' ? folder : kConfPath, "upsd.users");
    const auto options =
        parse_options(std::span(argv, static_cast<std::size_t>(argc)).subspan(1), file);
    if (!options) return complain(options.error());
    switch (options->action) {
    case Action::help:
        std::fputs(help_text(file).c_str(), stdout);
        return EXIT_SUCCESS;
    case Action::version:
        std::printf("%s upspasswd %s\n", std::string(kProduct).c_str(),
                    std::string(kVersion).c_str());
        return EXIT_SUCCESS;
    case Action::verify:
        return verify(*options);
    case Action::set:
        return set(*options);
    }
    return EXIT_FAILURE;
}
