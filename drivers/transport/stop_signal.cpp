// SPDX-License-Identifier: Apache-2.0
#include "drivers/transport/stop_signal.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace ups::transport {

StopSignal::StopSignal() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void StopSignal::raise() noexcept {
    raised_.store(true, std::memory_order_release);
    const std::uint64_t one = 1;
    // The descriptor stays readable for everyone; a full counter is readable as well.
    [[maybe_unused]] const auto written = ::write(event_.get(), &one, sizeof one);
}

WaitEnd StopSignal::wait(int fd, short events, Instant deadline, const Clock& clock) const {
    using std::chrono::milliseconds;
    for (;;) {
        if (is_raised()) return WaitEnd::stopping;
        const auto left = std::chrono::ceil<milliseconds>(deadline - clock.now());
        const auto bounded = std::clamp(left, milliseconds(0), milliseconds(std::chrono::hours(1)));
        std::array<pollfd, 2> watched = {pollfd{event_.get(), POLLIN, 0}, pollfd{fd, events, 0}};
        const int ready = ::poll(watched.data(), watched.size(), static_cast<int>(bounded.count()));
        if (ready < 0 && errno != EINTR) return WaitEnd::failed;
        if (is_raised()) return WaitEnd::stopping;
        if (ready > 0 && watched[1].revents != 0) return WaitEnd::ready;
        if (clock.now() >= deadline) return WaitEnd::timeout;
    }
}

}  // namespace ups::transport
