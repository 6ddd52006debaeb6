// SPDX-License-Identifier: Apache-2.0
/// TLS handshakes per second: connect, STARTTLS, a whole handshake, LOGOUT, end of stream; `parallel`
/// such sessions at once. Prints the rate.
///
///   bench-handshakes port=N parallel=8 seconds=1
#include "tests/bench/link.hpp"
#include "tests/bench/net.hpp"

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <openssl/ssl.h>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <vector>

namespace {

using namespace ups::bench;

enum class Step { connecting, asked, shaking, leaving };

struct Session {
    ups::Fd fd;
    SslPtr ssl;
    Step step = Step::connecting;
};

class Generator {
  public:
    explicit Generator(const Arguments& arguments)
        : port_(arguments.number("port")),
          sessions_(static_cast<std::size_t>(arguments.number("parallel"))),
          epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}
    double run(double seconds);

  private:
    void begin(Session& session);
    void on_ready(Session& session);
    void read_consent(Session& session);
    void shake(Session& session);
    void leave(Session& session);

    int port_;
    std::vector<Session> sessions_;
    ups::Fd epoll_;
    std::uint64_t done_ = 0;
};

void Generator::begin(Session& session) {
    session = Session{begin_connect_tcp(port_)};
    epoll_event event{EPOLLIN | EPOLLOUT | EPOLLET, {.ptr = &session}};
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, session.fd.get(), &event) != 0) die("epoll");
}

void Generator::on_ready(Session& session) {
    switch (session.step) {
    case Step::connecting:
        write_all(session.fd.get(), "STARTTLS\n");
        session.step = Step::asked;
        return;
    case Step::asked:
        return read_consent(session);
    case Step::shaking:
        return shake(session);
    case Step::leaving:
        return leave(session);
    }
}

void Generator::read_consent(Session& session) {
    char reply[64];
    const ssize_t got = ::recv(session.fd.get(), reply, sizeof reply, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0 || !std::string_view(reply, static_cast<std::size_t>(got)).starts_with("OK"))
        die("STARTTLS refused");
    session.ssl = new_client_session(session.fd.get());
    session.step = Step::shaking;
    shake(session);
}

void Generator::shake(Session& session) {
    const int result = SSL_do_handshake(session.ssl.get());
    if (result != 1) {
        if (SSL_get_error(session.ssl.get(), result) != SSL_ERROR_WANT_READ) die("TLS handshake");
        return;
    }
    constexpr std::string_view logout = "LOGOUT\n";
    if (SSL_write(session.ssl.get(), logout.data(), static_cast<int>(logout.size())) <= 0)
        die("TLS write");
    session.step = Step::leaving;
    leave(session);
}

/// The reply to LOGOUT shows that the server, too, is through with the handshake.
void Generator::leave(Session& session) {
    char reply[64];
    const int result = SSL_read(session.ssl.get(), reply, sizeof reply);
    if (result <= 0) {
        if (SSL_get_error(session.ssl.get(), result) != SSL_ERROR_WANT_READ) die("TLS read");
        return;
    }
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
