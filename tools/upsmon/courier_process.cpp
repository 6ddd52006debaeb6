// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/courier_process.hpp"

#include "tools/upsmon/local_courier.hpp"
#include "tools/upsmon/remote_courier.hpp"
#include "tools/upsmon/wakers.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <grp.h>
#include <unistd.h>

namespace ups::upsmon {
namespace {

void read_commands(LocalCourier& courier, LocalWaker& waker, const std::string& folder,
                   const Logger& logger) {
    conf::DiskFiles files;
    auto loaded = conf::load_upsmon_conf(files, folder);
    // The worker has told what is wrong with it.
    if (loaded && loaded->ok()) {
        waker.use(loaded->value);
        return courier.use(loaded->value);
    }
    logger.warning("config", loaded ? "the commands of notifications stay as they were"
                                    : loaded.error().text);
}

}  // namespace

Result<void> become(const Account& account) {
    if (account.is_root()) return {};
    if (::setgroups(account.groups.size(), account.groups.data()) < 0 ||
        ::setresgid(account.gid, account.gid, account.gid) < 0 ||
        ::setresuid(account.uid, account.uid, account.uid) < 0)
        return fail_errno("user " + account.name, errno);
    return {};
}

int run_courier(const Environment& environment, const Clock& clock, Fd channel,
                const std::optional<Account>& account, const Logger& logger) {
    // It goes when everybody else has gone: the news of a stop or a shutdown is to be delivered.
    for (const int number : {SIGHUP, SIGUSR1, SIGPIPE, SIGINT, SIGTERM, SIGQUIT})
        ::signal(number, SIG_IGN);
    Loop loop(clock);
    LocalCourier courier(loop, {.webhook_program = environment.webhook_program}, logger);
    LocalWaker waker(loop, logger);
    {
        conf::DiskFiles files;
        auto loaded = conf::load_upsmon_conf(files, environment.conf_path);
        if (loaded) {
            courier.use(loaded->value);
            waker.use(loaded->value);
        }
    }
    if (account)
        if (const auto became = become(*account); !became) {
            logger.error("courier", became.error().text);
            return EXIT_FAILURE;
        }
    bool is_last = false;
    courier.on_idle([&] {
        if (is_last) loop.stop();
    });
    CourierDesk desk(
        loop, std::move(channel), courier,
        [&] { read_commands(courier, waker, environment.conf_path, logger); },
        [&] {
            is_last = true;
            courier.finish();
            if (courier.is_idle()) loop.stop();
        });
    desk.serve(waker);
    loop.run();
    return EXIT_SUCCESS;
}

}  // namespace ups::upsmon
