// SPDX-License-Identifier: Apache-2.0
/// upsmon-sleep [UID GID]: tells on descriptor 3 when this host goes to sleep and when it wakes (words.hpp),
/// as this account. Ends with the other end. upsmon starts it; it alone loads the library for D-Bus.
#include "lib/base/log.hpp"
#include "lib/base/privileges.hpp"
#include "lib/base/text.hpp"
#include "lib/sandbox/sandbox.hpp"
#include "tools/upsmon/sleep/watcher.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <sys/socket.h>

namespace {

using namespace ups;
using namespace ups::upsmon;

constexpr int kLine = 3;

std::optional<Account> account_of(int argc, char** argv) {
    if (argc != 3) return std::nullopt;
    const auto uid = parse_integer(argv[1]);
    const auto gid = parse_integer(argv[2]);
    if (!uid || !gid || *uid < 0 || *gid < 0) return std::nullopt;
    const auto group = static_cast<gid_t>(*gid);
    return Account{argv[1], static_cast<uid_t>(*uid), group, {group}};
}

bool give_up_rights(const std::optional<Account>& account) {
    const auto given = account ? drop_privileges(*account) : set_no_new_privileges();
    if (!given) return false;
    // The bus is reached by its socket; the library reads nothing else that it could not do without.
    (void)sandbox::restrict_files(sandbox::Profile::upsd,
                                  {{"/dev/urandom", sandbox::Access::read}});
    (void)sandbox::restrict_calls(sandbox::Profile::upsd);
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    for (const int number : {SIGHUP, SIGUSR1, SIGPIPE})
        ::signal(number, SIG_IGN);
    if (!give_up_rights(account_of(argc, argv))) return EXIT_FAILURE;
    const SystemClock clock;
    Loop loop(clock);
    SleepWatcher watcher(loop, [](SleepWord word) {
        const char byte = static_cast<char>(word);
        (void)!::send(kLine, &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    });
    const IoWatch line(loop, kLine, Interest::read, [&](Interest) {
        char byte = 0;
        const ssize_t got = ::recv(kLine, &byte, 1, MSG_DONTWAIT);
        if (got > 0 && byte == static_cast<char>(SleepWord::known)) watcher.note_known();
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) loop.stop();
    });
    loop.run();
    return EXIT_SUCCESS;
}
