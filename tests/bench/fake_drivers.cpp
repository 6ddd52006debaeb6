// SPDX-License-Identifier: Apache-2.0
/// Many drivers in one process: `count` sockets, each with `variables` variables, answering DUMPALL and
/// PING. Prints "ready" when all listen; ends when its standard input ends.
///
///   bench-fake-drivers folder=/run/x driver=dummy-ups prefix=u count=1000 variables=60 [first=0]
///
/// `first`: the number of the first one; each needs two descriptors here, so 10,000 take two processes.
/// A line "N" on standard input: from now on N readings per second change, one UPS after the other at
/// even distances; 0 for none.
#include "tests/bench/driver_side.hpp"
#include "tests/bench/net.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

using namespace ups::bench;

struct Peer {
    ups::Fd fd;
    bool listens = false;
};

class FakeDrivers {
  public:
    explicit FakeDrivers(const Arguments& arguments);
    void run();

  private:
    void watch(Peer& peer);
    void serve(Peer& peer);
    bool take_order();
    void send_due();
    [[nodiscard]] int timeout_ms() const;

    std::string dump_;
    ups::Fd epoll_;
    std::deque<Peer> peers_;
    std::vector<Peer*> servers_;  // those of `peers_` that a server holds
    Peer input_{ups::Fd(STDIN_FILENO)};
    int updates_per_second_ = 0;
    double begun_ = 0;        // when that rate was ordered
    std::uint64_t sent_ = 0;  // since then
};

FakeDrivers::FakeDrivers(const Arguments& arguments)
    : dump_(dump_of(arguments.number("variables"))), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    const int first = arguments.number("first", 0);
    for (int i = first; i < first + arguments.number("count"); ++i) {
        const std::string path = arguments.text("folder") + "/" + arguments.text("driver") + "-" +
                                 arguments.text("prefix") + std::to_string(i);
        watch(peers_.emplace_back(listen_as_driver(path), true));
    }
    watch(input_);
}

void FakeDrivers::watch(Peer& peer) {
    epoll_event event{EPOLLIN, {.ptr = &peer}};
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, peer.fd.get(), &event) != 0) die("epoll");
}

void FakeDrivers::serve(Peer& peer) {
    if (peer.listens) {
        ups::Fd fd(::accept4(peer.fd.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (!fd) return;
        servers_.push_back(&peers_.emplace_back(std::move(fd), false));
        watch(*servers_.back());
        return;
    }
    std::string lines;
    if (!read_some(peer.fd.get(), lines)) {
        peer.fd.reset();
        std::erase(servers_, &peer);
        return;
    }
    if (lines.find("DUMPALL") != std::string::npos) write_all(peer.fd.get(), dump_);
    if (lines.find("PING") != std::string::npos) write_all(peer.fd.get(), "PONG\n");
}

/// False at the end of standard input.
bool FakeDrivers::take_order() {
    char word[32] = {};
    if (::read(STDIN_FILENO, word, sizeof word - 1) <= 0) return false;
    updates_per_second_ = std::atoi(word);
    begun_ = now_seconds();
    sent_ = 0;
    return true;
}

void FakeDrivers::send_due() {
    if (updates_per_second_ == 0 || servers_.empty()) return;
    const auto due = static_cast<std::uint64_t>((now_seconds() - begun_) * updates_per_second_);
    for (; sent_ < due; ++sent_) {
        const std::uint64_t turn = sent_ / servers_.size();
        write_all(servers_[sent_ % servers_.size()]->fd.get(),
                  "SETINFO input.voltage \"" + std::to_string(221 + turn % 19) + ".5\"\n");
    }
}

int FakeDrivers::timeout_ms() const {
    if (updates_per_second_ == 0) return -1;
    const double next = begun_ + static_cast<double>(sent_ + 1) / updates_per_second_;
    return std::clamp(static_cast<int>((next - now_seconds()) * 1000) + 1, 0, 1000);
}

void FakeDrivers::run() {
    std::vector<epoll_event> events(256);
    for (;;) {
        const int ready = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()),
                                       timeout_ms());
        for (int i = 0; i < ready; ++i) {
            auto& peer = *static_cast<Peer*>(events[static_cast<std::size_t>(i)].data.ptr);
            if (&peer != &input_) {
                serve(peer);
            } else if (!take_order()) {
                return;
            }
        }
        send_due();
    }
}

}  // namespace

int main(int argc, char** argv) {
    FakeDrivers drivers{Arguments(argc, argv)};
    std::puts("ready");
    std::fflush(stdout);
    drivers.run();
    return 0;
}
