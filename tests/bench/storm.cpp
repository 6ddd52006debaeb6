// SPDX-License-Identifier: Apache-2.0
/// Many clients that connect at once or at a steady rate, ask one thing each, and stay. One that is
/// refused, or has no answer after 2 s, tries again. Prints the seconds from the first connection begun
/// to the last answer.
///
///   bench-storm port=N count=1000 [rate=1000] [request="GET VAR u0 ups.status"]
///
/// `rate`: connections begun per second; absent: all at the same instant.
#include "tests/bench/net.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <vector>

namespace {

using namespace ups::bench;

/// Seconds after which a client without an answer tries again.
constexpr double kPatience = 2;

struct Client {
    ups::Fd fd;
    double begun = 0;
    bool asked = false;
    bool answered = false;
};

class Storm {
  public:
    explicit Storm(const Arguments& arguments);
    double run();

  private:
    void begin_due(double since);
    void begin(std::size_t number);
    void on_ready(std::size_t number);
    void retry_overdue();

    int port_;
    double rate_;
    std::string request_;
    std::vector<Client> clients_;
    std::size_t begun_ = 0;
    std::size_t answered_ = 0;
    ups::Fd epoll_;
};

Storm::Storm(const Arguments& arguments)
    : port_(arguments.number("port")), rate_(arguments.number("rate", 0)),
      request_(arguments.text("request", "GET VAR u0 ups.status") + "\n"),
      clients_(static_cast<std::size_t>(arguments.number("count"))),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}

/// Begins the connections that are due after `since` seconds.
void Storm::begin_due(double since) {
    const auto due = rate_ == 0
                         ? clients_.size()
                         : std::min(clients_.size(), static_cast<std::size_t>(since * rate_) + 1);
    for (; begun_ < due; ++begun_)
        begin(begun_);
}

void Storm::begin(std::size_t number) {
    Client& client = clients_[number];
    client = Client{begin_connect_tcp(port_, 2 + static_cast<unsigned>(number % 8)), now_seconds()};
    epoll_event event{EPOLLIN | EPOLLOUT | EPOLLET, {.u64 = number}};
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, client.fd.get(), &event) != 0) die("epoll");
}

void Storm::on_ready(std::size_t number) {
    Client& client = clients_[number];
    if (!client.asked) {
        client.asked = true;
        if (::send(client.fd.get(), request_.data(), request_.size(), MSG_NOSIGNAL) < 0)
            begin(number);
        return;
    }
    if (client.answered) return;
    char reply[512];
    const ssize_t got = ::recv(client.fd.get(), reply, sizeof reply, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
        begin(number);
        return;
    }
    if (std::string_view(reply, 4) != "VAR ") die("a client got no answer");
    client.answered = true;
    ++answered_;
}

void Storm::retry_overdue() {
    const double now = now_seconds();
    for (std::size_t number = 0; number < begun_; ++number) {
        if (!clients_[number].answered && now > clients_[number].begun + kPatience) begin(number);
    }
}

double Storm::run() {
    const double start = now_seconds();
    std::vector<epoll_event> events(512);
    while (answered_ < clients_.size()) {
        const double since = now_seconds() - start;
        if (since > 240) die("not all clients were answered");
        begin_due(since);
        const int wait = begun_ < clients_.size() ? 1 : 100;
        const int ready =
            ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), wait);
        if (ready == 0) retry_overdue();
        for (int i = 0; i < ready; ++i)
            on_ready(events[static_cast<std::size_t>(i)].data.u64);
    }
    return now_seconds() - start;
}

}  // namespace

int main(int argc, char** argv) {
    const Arguments arguments(argc, argv);
    Storm storm(arguments);
    std::printf("%.4f\n", storm.run());
    return 0;
}
