// SPDX-License-Identifier: Apache-2.0
/// The drivers of a soak: `count` sockets, each with one update per second, spread over the second; every
/// `restart` seconds one driver goes away for two seconds. An update that does not fit is dropped and
/// counted, as a driver does not wait for its server. Prints "ready" when all listen; for each line on
/// its standard input one line `updates=N dropped=N restarts=N`; ends when that input ends.
///
///   bench-soak-drivers folder=/run/x driver=dummy-ups prefix=u count=2000 variables=60 restart=5
#include "tests/bench/net.hpp"

#include <cerrno>
#include <cstdio>
#include <list>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace {

using namespace ups::bench;

constexpr int kTicksPerSecond = 50;
constexpr double kAwaySeconds = 2;

struct Driver;

/// What epoll points to: a listener or a connection of `driver`, or the standard input (no driver).
struct Peer {
    Driver* driver = nullptr;
    ups::Fd fd;
    bool listens = false;
};

struct Driver {
    std::string path;
    Peer listener;
    std::list<Peer> peers;
    double back_at = 0;  // 0: there
    std::uint64_t updates = 0;
};

std::string initial_values(int variables) {
    std::string text = "SETINFO ups.status \"OL\"\nSETINFO battery.charge \"100\"\n";
    for (int i = 2; i < variables; ++i)
        text +=
            "SETINFO outlet." + std::to_string(i) + ".current \"1." + std::to_string(i) + "\"\n";
    return text + "ADDCMD test.battery.start\nDATAOK\nDUMPDONE\n";
}

class SoakDrivers {
  public:
    explicit SoakDrivers(const Arguments& arguments);
    void run();

  private:
    void watch(Peer& peer);
    void listen(Driver& driver);
    void go_away(Driver& driver, double now);
    void serve(Peer& peer);
    void answer(Peer& peer, std::string_view lines);
    void send(Peer& peer, const std::string& text);
    void update(Driver& driver);
    void tick(double now);
    bool report();

    std::string dump_;
    double restart_;
    ups::Fd epoll_;
    std::vector<Driver> drivers_;
    Peer input_;
    std::uint64_t updates_ = 0, dropped_ = 0, restarts_ = 0;
    std::size_t tick_ = 0;
    double next_restart_ = 0;
};

SoakDrivers::SoakDrivers(const Arguments& arguments)
    : dump_(initial_values(arguments.number("variables"))), restart_(arguments.seconds("restart")),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      drivers_(static_cast<std::size_t>(arguments.number("count"))),
      input_{nullptr, ups::Fd(STDIN_FILENO)} {
    for (std::size_t i = 0; i < drivers_.size(); ++i) {
        drivers_[i].path = arguments.text("folder") + "/" + arguments.text("driver") + "-" +
                           arguments.text("prefix") + std::to_string(i);
        listen(drivers_[i]);
    }
    watch(input_);
}

void SoakDrivers::watch(Peer& peer) {
    epoll_event event{EPOLLIN, {.ptr = &peer}};
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, peer.fd.get(), &event) != 0) die("epoll");
}

void SoakDrivers::listen(Driver& driver) {
    driver.listener = {&driver, listen_unix(driver.path), true};
    ::chmod(driver.path.c_str(), 0666);
    driver.back_at = 0;
    watch(driver.listener);
}

void SoakDrivers::go_away(Driver& driver, double now) {
    driver.listener.fd.reset();
    ::unlink(driver.path.c_str());
    for (Peer& peer : driver.peers)
        peer.fd.reset();  // the list is emptied later: this round of events may still point into it
    driver.back_at = now + kAwaySeconds;
    ++restarts_;
}

void SoakDrivers::serve(Peer& peer) {
    if (!peer.fd) return;
    if (peer.listens) {
        ups::Fd fd(::accept4(peer.fd.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (fd) watch(peer.driver->peers.emplace_back(peer.driver, std::move(fd)));
        return;
    }
    char lines[4096];
    const ssize_t got = ::recv(peer.fd.get(), lines, sizeof lines, 0);
    if (got > 0)
        answer(peer, {lines, static_cast<std::size_t>(got)});
    else if (got == 0 || errno != EAGAIN)
        peer.fd.reset();
}

void SoakDrivers::answer(Peer& peer, std::string_view lines) {
    if (lines.find("DUMPALL") != std::string_view::npos) send(peer, dump_);
    if (lines.find("PING") != std::string_view::npos) send(peer, "PONG\n");
}

/// A peer that took only a part would see a broken line, so it is dropped as a whole.
void SoakDrivers::send(Peer& peer, const std::string& text) {
    if (!peer.fd) return;
    const ssize_t sent = ::send(peer.fd.get(), text.data(), text.size(), MSG_NOSIGNAL);
    if (sent == static_cast<ssize_t>(text.size())) return;
    ++dropped_;
    if (sent >= 0 || errno != EAGAIN) peer.fd.reset();
}

void SoakDrivers::update(Driver& driver) {
    const auto number = ++driver.updates;
    std::string text = "SETINFO battery.charge \"" + std::to_string(number % 101) + "\"\n";
    if (number % 16 == 0) text += "SETINFO ups.status \"OB\"\n";
    if (number % 16 == 1) text += "SETINFO ups.status \"OL\"\n";
    for (Peer& peer : driver.peers) {
        updates_ += peer.fd ? 1 : 0;
        send(peer, text);
    }
}

void SoakDrivers::tick(double now) {
    for (std::size_t i = tick_++ % kTicksPerSecond; i < drivers_.size(); i += kTicksPerSecond) {
        Driver& driver = drivers_[i];
        std::erase_if(driver.peers, [](const Peer& peer) { return !peer.fd; });
        if (driver.back_at > 0 && driver.back_at <= now) listen(driver);
        if (driver.back_at <= 0) update(driver);
    }
    if (restart_ <= 0 || now < next_restart_) return;
    if (next_restart_ > 0) {
        Driver& driver = drivers_[restarts_ * 7919 % drivers_.size()];
        if (driver.back_at <= 0) go_away(driver, now);
    }
    next_restart_ = now + restart_;
}

bool SoakDrivers::report() {
    char line[64];
    if (::read(STDIN_FILENO, line, sizeof line) <= 0) return false;
    std::printf(
        "updates=%llu dropped=%llu restarts=%llu\n", static_cast<unsigned long long>(updates_),
        static_cast<unsigned long long>(dropped_), static_cast<unsigned long long>(restarts_));
    std::fflush(stdout);
    return true;
}

void SoakDrivers::run() {
    std::vector<epoll_event> events(256);
    double next = now_seconds();
    for (;;) {
        const double now = now_seconds();
        if (now >= next) {
            tick(now);
            next += 1.0 / kTicksPerSecond;
        }
        const int wait = now >= next ? 0 : static_cast<int>((next - now) * 1000) + 1;
        const int ready =
            ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), wait);
        for (int i = 0; i < ready; ++i) {
            auto& peer = *static_cast<Peer*>(events[static_cast<std::size_t>(i)].data.ptr);
            if (&peer != &input_)
                serve(peer);
            else if (!report())
                return;
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    SoakDrivers drivers{Arguments(argc, argv)};
    std::puts("ready");
    std::fflush(stdout);
    drivers.run();
    return 0;
}
