// SPDX-License-Identifier: Apache-2.0
/// Requests per second that a server answers: `connections` connections, each keeping `depth` copies
/// of one request in flight. Prints the rate.
///
///   bench-requests port=N request="GET VAR u0 ups.status" connections=10 depth=1 seconds=1
///
/// Replies are counted by their length, which is learnt from the first one: nothing is parsed, so that
/// the generator is never what limits.
#include "tests/bench/net.hpp"

#include <cerrno>
#include <cstdio>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <vector>

namespace {

using namespace ups::bench;

struct Connection {
    ups::Fd fd;
    std::size_t pending = 0;  // bytes of the reply that is coming in
};

class Generator {
  public:
    explicit Generator(const Arguments& arguments);
    /// Replies per second over `seconds`.
    double run(double seconds);

  private:
    void take(Connection& connection);

    std::string batch_;  // `depth` copies of the request
    std::size_t request_size_;
    std::size_t reply_size_ = 0;
    std::vector<Connection> connections_;
    ups::Fd epoll_;
    std::vector<char> scratch_ = std::vector<char>(1 << 18);
    std::uint64_t replies_ = 0;
};

Generator::Generator(const Arguments& arguments) : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    const std::string request = arguments.text("request");
    request_size_ = request.size() + 1;
    for (int i = 0; i < arguments.number("depth", 1); ++i)
        batch_ += request + "\n";
    connections_.resize(static_cast<std::size_t>(arguments.number("connections")));
    for (Connection& connection : connections_) {
        connection.fd = connect_tcp(arguments.number("port"));
        const std::string reply = exchange(connection.fd.get(), request);
        if (reply.starts_with("ERR")) die(request + " answered with " + reply);
        reply_size_ = reply.size();
        epoll_event event{EPOLLIN, {.ptr = &connection}};
        if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, connection.fd.get(), &event) != 0)
            die("epoll");
    }
}

void Generator::take(Connection& connection) {
    const ssize_t got = ::recv(connection.fd.get(), scratch_.data(), scratch_.size(), 0);
    if (got <= 0) {
        if (got < 0 && errno == EAGAIN) return;
        die("connection lost under load");
    }
    connection.pending += static_cast<std::size_t>(got);
    const std::size_t whole = connection.pending / reply_size_;
    connection.pending %= reply_size_;
    replies_ += whole;
    if (whole > 0) {
        write_all(connection.fd.get(), std::string_view(batch_).substr(0, whole * request_size_));
    }
}

double Generator::run(double seconds) {
    const double start = now_seconds();
    for (Connection& connection : connections_)
        write_all(connection.fd.get(), batch_);
    std::vector<epoll_event> events(512);
    double now = start;
    while (now < start + seconds) {
        const int ready =
            ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), 1000);
        for (int i = 0; i < ready; ++i) {
            take(*static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr));
        }
        now = now_seconds();
    }
    return static_cast<double>(replies_) / (now - start);
}

}  // namespace

int main(int argc, char** argv) {
    const Arguments arguments(argc, argv);
    Generator generator(arguments);
    std::printf("%.2f\n", generator.run(arguments.seconds("seconds")));
    return 0;
}
