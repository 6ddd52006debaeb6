// SPDX-License-Identifier: Apache-2.0
/// Requests per second that a server answers: `connections` connections, each keeping `depth` copies
/// of one request in flight. Prints the rate and the number of replies.
///
///   bench-requests port=N request="GET VAR u0 ups.status" connections=10 depth=1 seconds=1
///                  [upses=1] [tls=1] [wait=1]
///
/// `wait`: prints "ready" when all are connected, and begins at a line on standard input.
/// A `#` in the request becomes the connection's number, modulo `upses`: each has a UPS of its own.
/// Replies are counted by their length, which is learnt from the first one: nothing is parsed, so that
/// the generator is never what limits.
#include "tests/bench/link.hpp"
#include "tests/bench/net.hpp"

#include <cstdio>
#include <string>
#include <sys/epoll.h>
#include <vector>

namespace {

using namespace ups::bench;

struct Connection {
    Link link;
    std::string batch;  // `depth` copies of the request
    std::size_t request_size = 0;
    std::size_t reply_size = 0;
    std::size_t pending = 0;  // bytes of the reply that is coming in
};

class Generator {
  public:
    explicit Generator(const Arguments& arguments);
    /// Replies per second over `seconds`.
    double run(double seconds);
    [[nodiscard]] std::uint64_t replies() const { return replies_; }

  private:
    void take(Connection& connection);

    std::vector<Connection> connections_;
    ups::Fd epoll_;
    std::vector<char> scratch_ = std::vector<char>(1 << 18);
    std::uint64_t replies_ = 0;
};

Generator::Generator(const Arguments& arguments) : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    const auto security = arguments.number("tls", 0) != 0 ? Security::tls : Security::plain;
    connections_.resize(static_cast<std::size_t>(arguments.number("connections")));
    int number = 0;
    for (Connection& connection : connections_) {
        std::string request = arguments.text("request");
        if (const auto mark = request.find('#'); mark != std::string::npos)
            request.replace(mark, 1, std::to_string(number++ % arguments.number("upses", 1)));
        connection.request_size = request.size() + 1;
        for (int i = 0; i < arguments.number("depth", 1); ++i)
            connection.batch += request + "\n";
        connection.link = Link(arguments.number("port"), security);
        const std::string reply = connection.link.exchange(request);
        if (reply.starts_with("ERR")) die(request + " answered with " + reply);
        connection.reply_size = reply.size();
        epoll_event event{EPOLLIN, {.ptr = &connection}};
        if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, connection.link.fd(), &event) != 0)
            die("epoll");
    }
}

void Generator::take(Connection& connection) {
    connection.pending += connection.link.read_now(scratch_);
    const std::size_t whole = connection.pending / connection.reply_size;
    connection.pending %= connection.reply_size;
    replies_ += whole;
    if (whole > 0) {
        connection.link.write(
            std::string_view(connection.batch).substr(0, whole * connection.request_size));
    }
}

double Generator::run(double seconds) {
    const double start = now_seconds();
    for (Connection& connection : connections_)
        connection.link.write(connection.batch);
    std::vector<epoll_event> events(512);
    double now = start;
    while (now < start + seconds || replies_ == 0) {
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
    if (arguments.number("wait", 0) != 0) {
        std::puts("ready");
        std::fflush(stdout);
        std::getchar();
    }
    const double rate = generator.run(arguments.seconds("seconds"));
    std::printf("%.2f %llu\n", rate, static_cast<unsigned long long>(generator.replies()));
    return 0;
}
