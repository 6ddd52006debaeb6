// SPDX-License-Identifier: Apache-2.0
/// The longest time between two replies that an honest client sees, which asks one thing after the
/// other, while another client misbehaves. Prints it in milliseconds.
///
///   bench-gap port=N seconds=1 stays=8 beside=never-reads   sends LIST VAR without end, reads nothing
///   bench-gap port=N seconds=1 stays=8 beside=starttls      sends STARTTLS, and then nothing
///
/// The other one comes after a tenth of the time. If the honest one has no reply at the end of the
/// time, the other one leaves when it has stayed so many seconds, and the reply is waited for.
#include "tests/bench/net.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <poll.h>
#include <string>
#include <sys/socket.h>

namespace {

using namespace ups::bench;

/// The one that misbehaves.
class Other {
  public:
    Other(int port, bool floods) : fd_(connect_tcp(port)), floods_(floods) {
        const int small = 4096;
        ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
        if (!floods) write_all(fd_.get(), "STARTTLS\n");
        for (int i = 0; i < 100; ++i)
            requests_ += "LIST VAR u0\n";
    }
    /// One more push of what it does; never waits.
    void go_on() {
        if (!floods_) return;
        // A cut line is as good as any; that the server closes is good too.
        static_cast<void>(::send(fd_.get(), requests_.data(), requests_.size(), MSG_NOSIGNAL));
    }

  private:
    ups::Fd fd_;
    bool floods_;
    std::string requests_;
};

/// Waits for bytes; the other one goes on meanwhile, until it leaves.
void wait_for_reply(int honest, std::unique_ptr<Other>& other, double leaves) {
    pollfd watched{honest, POLLIN, 0};
    while (::poll(&watched, 1, 10) == 0) {
        if (now_seconds() > leaves) other.reset();
        if (now_seconds() > leaves + 60) die("no reply after the other one has left");
        if (other) other->go_on();
    }
}

}  // namespace

int main(int argc, char** argv) {
    const Arguments arguments(argc, argv);
    const int port = arguments.number("port");
    const double seconds = arguments.seconds("seconds");
    const bool floods = arguments.text("beside") == "never-reads";
    const std::string request = "GET VAR u0 ups.status\n";
    const ups::Fd honest = connect_tcp(port);
    std::unique_ptr<Other> other;
    double longest = 0;
    const double start = now_seconds();
    const double comes = start + seconds / 10;
    bool has_come = false;
    for (double last = start; last < start + seconds;) {
        if (other) other->go_on();
        if (!has_come && last > comes) {
            other = std::make_unique<Other>(port, floods);
            has_come = true;
        }
        const double asked = now_seconds();
        write_all(honest.get(), request);
        wait_for_reply(honest.get(), other, comes + arguments.seconds("stays"));
        std::string reply;
        if (!read_some(honest.get(), reply)) die("the honest client was thrown out");
        last = now_seconds();
        longest = std::max(longest, last - asked);
    }
    std::printf("%.3f\n", longest * 1000);
    return 0;
}
