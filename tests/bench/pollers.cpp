// SPDX-License-Identifier: Apache-2.0
/// Clients as monitors are: each either asks for its UPS's status every `interval` seconds, or has
/// subscribed. Client i is for the UPS u<i mod upses>. Prints "ready" when the load is on; ends when its
/// standard input ends.
///
///   bench-pollers port=N connections=1000 upses=1000 interval=5
///   bench-pollers port=N connections=1000 upses=1000 subscribe="ups.status"
///
/// `subscribe`: the variables of the subscription; may be empty, for all.
#include "tests/bench/net.hpp"

#include <algorithm>
#include <cstdio>
#include <poll.h>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

using namespace ups::bench;

class Monitors {
  public:
    explicit Monitors(const Arguments& arguments);
    void subscribe(const std::string& names);
    /// These two go on until standard input ends.
    void poll_in_turn(double interval);
    void read_pushed();

  private:
    std::string ups_of(std::size_t client) const {
        return std::string("u").append(std::to_string(client % upses_));
    }

    std::size_t upses_;
    std::vector<ups::Fd> clients_;
};

Monitors::Monitors(const Arguments& arguments)
    : upses_(static_cast<std::size_t>(arguments.number("upses"))) {
    // Each has its answer before the next one comes: no listen queue overflows.
    for (int i = 0; i < arguments.number("connections"); ++i) {
        clients_.push_back(connect_tcp(arguments.number("port")));
        static_cast<void>(exchange(clients_.back().get(), "GET VAR u0 ups.status"));
    }
}

void Monitors::subscribe(const std::string& names) {
    for (std::size_t i = 0; i < clients_.size(); ++i) {
        // The frame of the reply names the UPS, not the variables.
        const std::string head = "SUBSCRIBE " + ups_of(i);
        write_all(clients_[i].get(), head + (names.empty() ? "" : " " + names) + "\n");
        std::string reply;
        while (reply.find("\nEND " + head) == std::string::npos || !reply.ends_with('\n')) {
            if (!read_some(clients_[i].get(), reply)) die("SUBSCRIBE failed");
        }
    }
}

/// Waits until `until` or the end of standard input; whether it ended.
bool input_ends(double until) {
    const int wait = static_cast<int>(std::max(0.0, until - now_seconds()) * 1000);
    pollfd watched{STDIN_FILENO, POLLIN, 0};
    return ::poll(&watched, 1, wait) > 0;
}

void Monitors::poll_in_turn(double interval) {
    const double start = now_seconds();
    const double distance = interval / static_cast<double>(clients_.size());
    for (std::size_t turn = 0;; ++turn) {
        if (input_ends(start + static_cast<double>(turn) * distance)) return;
        const std::size_t client = turn % clients_.size();
        const std::string request = "GET VAR " + ups_of(client) + " ups.status";
        if (!exchange(clients_[client].get(), request).starts_with("VAR")) die("no answer");
    }
}

void Monitors::read_pushed() {
    const ups::Fd epoll(::epoll_create1(EPOLL_CLOEXEC));
    const auto watch = [&epoll](int fd) {
        epoll_event event{EPOLLIN, {.fd = fd}};
        if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd, &event) != 0) die("epoll");
    };
    watch(STDIN_FILENO);
    for (const ups::Fd& client : clients_)
        watch(client.get());
    std::vector<epoll_event> events(64);
    for (;;) {
        const int ready = ::epoll_wait(epoll.get(), events.data(), 64, -1);
        for (int i = 0; i < ready; ++i) {
            const int fd = events[static_cast<std::size_t>(i)].data.fd;
            char chunk[4096];
            if (fd == STDIN_FILENO) return;
            if (::recv(fd, chunk, sizeof chunk, 0) == 0) die("a subscriber was thrown out");
        }
    }
}

void say_ready() {
    std::puts("ready");
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
    const Arguments arguments(argc, argv);
    Monitors monitors(arguments);
    if (const std::string names = arguments.text("subscribe", "-"); names != "-") {
        monitors.subscribe(names);
        say_ready();
        monitors.read_pushed();
    } else {
        say_ready();
        monitors.poll_in_turn(arguments.seconds("interval"));
    }
    return 0;
}
