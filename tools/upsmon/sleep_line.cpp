// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/sleep_line.hpp"

#include <cerrno>
#include <sys/socket.h>

namespace ups::upsmon {

SleepLine::SleepLine(Loop& loop, Fd channel, Callback callback)
    : channel_(std::move(channel)), callback_(std::move(callback)),
      watch_(loop, channel_.get(), Interest::read, [this](Interest) { on_readable(); }) {}

void SleepLine::tell_known() {
    const char byte = static_cast<char>(SleepWord::known);
    (void)!::send(channel_.get(), &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void SleepLine::on_readable() {
    char byte = 0;
    const ssize_t got = ::recv(channel_.get(), &byte, 1, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) return watch_.want(Interest::none);
    for (const SleepWord word : {SleepWord::held, SleepWord::refused, SleepWord::no_bus,
                                 SleepWord::sleeping, SleepWord::woke})
        if (static_cast<char>(word) == byte) return callback_(word);
}

}  // namespace ups::upsmon
