// SPDX-License-Identifier: Apache-2.0
/// Log-ins per second: connect, USERNAME, PASSWORD, LOGIN, LOGOUT, end of stream, `parallel` such
/// sessions at once, each waiting for the reply before the next line, as stock clients do.
///
///   bench-sessions port=N ups=u0 user=U password=P parallel=8 seconds=1
#include "tests/bench/net.hpp"

#include <cerrno>
#include <cstdio>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <vector>

namespace {

using namespace ups::bench;

struct Session {
    ups::Fd fd;
    bool connected = false;
    std::size_t step = 0;  // the line whose reply is due
};

class Generator {
  public:
    explicit Generator(const Arguments& arguments);
    double run(double seconds);

  private:
    void begin(Session& session);
    void on_ready(Session& session);
    void read_reply(Session& session);

    int port_;
    std::vector<std::string> lines_;
    std::vector<Session> sessions_;
    ups::Fd epoll_;
    std::uint64_t done_ = 0;
};

Generator::Generator(const Arguments& arguments)
    : port_(arguments.number("port")), lines_{"USERNAME " + arguments.text("user") + "\n",
                                              "PASSWORD " + arguments.text("password") + "\n",
                                              "LOGIN " + arguments.text("ups") + "\n", "LOGOUT\n"},
      sessions_(static_cast<std::size_t>(arguments.number("parallel"))),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}

void Generator::begin(Session& session) {
    session = Session{begin_connect_tcp(port_)};
    epoll_event event{EPOLLIN | EPOLLOUT | EPOLLET, {.ptr = &session}};
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, session.fd.get(), &event) != 0) die("epoll");
}

void Generator::on_ready(Session& session) {
    if (session.connected) {
        read_reply(session);
    } else {
        session.connected = true;
        write_all(session.fd.get(), lines_[0]);
    }
}

void Generator::read_reply(Session& session) {
    char reply[256];
    const ssize_t got = ::recv(session.fd.get(), reply, sizeof reply, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got > 0) {
        if (reply[0] != 'O' || reply[got - 1] != '\n') {
            die("session refused: " + std::string(reply, static_cast<std::size_t>(got)));
        }
        ++session.step;
        if (session.step < lines_.size()) {
            write_all(session.fd.get(), lines_[session.step]);
        } else {
            read_reply(session);  // the end may have come together with the last reply
        }
        return;
    }
    if (got < 0 || session.step != lines_.size()) die("session broken");
    ++done_;
    begin(session);
}

double Generator::run(double seconds) {
    const double start = now_seconds();
    for (Session& session : sessions_)
        begin(session);
    std::vector<epoll_event> events(128);
    double now = start;
    while (now < start + seconds || done_ == 0) {
        const int ready =
            ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), 1000);
        for (int i = 0; i < ready; ++i) {
            on_ready(*static_cast<Session*>(events[static_cast<std::size_t>(i)].data.ptr));
        }
        now = now_seconds();
    }
    return static_cast<double>(done_) / (now - start);
}

}  // namespace

int main(int argc, char** argv) {
    const Arguments arguments(argc, argv);
    Generator generator(arguments);
    std::printf("%.2f\n", generator.run(arguments.seconds("seconds")));
    return 0;
}
