// SPDX-License-Identifier: Apache-2.0
/// Many drivers in one process: `count` sockets, each with `variables` variables, answering DUMPALL and
/// PING. Prints "ready" when all listen; ends when its standard input ends.
///
///   bench-fake-drivers folder=/run/x driver=dummy-ups prefix=u count=1000 variables=60
#include "tests/bench/net.hpp"

#include <cstdio>
#include <deque>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace {

using namespace ups::bench;

struct Peer {
    ups::Fd fd;
    bool listens = false;
};

/// Names and values as real devices have them: `ups.status`, some strings, mostly numbers.
std::string dump_of(int variables) {
    std::string dump = "SETINFO ups.status \"OL CHRG\"\nSETINFO ups.mfr \"Example\"\n"
                       "SETINFO battery.charge \"97\"\nSETFLAGS battery.charge RW NUMBER\n"
                       "SETINFO ups.model \"Smart 1500 RM\"\n";
    for (int i = 4; i < variables; ++i) {
        dump += "SETINFO outlet." + std::to_string(i) + ".voltage \"23" + std::to_string(i % 10) +
                ".5\"\n";
    }
    return dump + "ADDCMD load.off\nADDCMD load.on\nDATAOK\nDUMPDONE\n";
}

class FakeDrivers {
  public:
    explicit FakeDrivers(const Arguments& arguments);
    void run();

  private:
    void watch(Peer& peer);
    void serve(Peer& peer);

    std::string dump_;
    ups::Fd epoll_;
    std::deque<Peer> peers_;
    Peer input_{ups::Fd(STDIN_FILENO)};
};

FakeDrivers::FakeDrivers(const Arguments& arguments)
    : dump_(dump_of(arguments.number("variables"))), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    for (int i = 0; i < arguments.number("count"); ++i) {
        const std::string path = arguments.text("folder") + "/" + arguments.text("driver") + "-" +
                                 arguments.text("prefix") + std::to_string(i);
        Peer& peer = peers_.emplace_back(listen_unix(path), true);
        ::chmod(path.c_str(), 0666);
        watch(peer);
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
        if (fd) watch(peers_.emplace_back(std::move(fd), false));
        return;
    }
    std::string lines;
    if (!read_some(peer.fd.get(), lines)) {
        peer.fd.reset();
        return;
    }
    if (lines.find("DUMPALL") != std::string::npos) write_all(peer.fd.get(), dump_);
    if (lines.find("PING") != std::string::npos) write_all(peer.fd.get(), "PONG\n");
}

void FakeDrivers::run() {
    std::vector<epoll_event> events(256);
    for (;;) {
        const int ready =
            ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), -1);
        for (int i = 0; i < ready; ++i) {
            auto& peer = *static_cast<Peer*>(events[static_cast<std::size_t>(i)].data.ptr);
            if (&peer == &input_) return;
            serve(peer);
        }
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
