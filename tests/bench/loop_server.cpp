// SPDX-License-Identifier: Apache-2.0
/// The ceiling: a bare libevent loop that does per request only what the protocol needs at least: one
/// read, split at LF, append the reply, one write. No state, no look-up; the replies are ready bytes.
///
///   bench-loop-server port=N get=FILE list=FILE [certificate=PEM] [drivers=PATH count=N]
///
/// `get` and `list` hold the replies to GET and LIST. With `certificate` it takes STARTTLS, under the
/// TLS settings of our server. With `drivers` it connects to the driver sockets PATH0, PATH1, … of the
/// UPSes u0, u1, …, splits what they send into lines, remembers the newest one (the reply to LAST), and
/// sends each SETINFO line as an EVENT to the clients that said SUBSCRIBE with that UPS's name.
#include "lib/tls/context.hpp"
#include "tests/bench/link.hpp"
#include "tests/bench/net.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <deque>
#include <event2/event.h>
#include <memory>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <string>
#include <sys/socket.h>
#include <vector>

namespace {

using namespace ups::bench;

class Server;
struct Driver;

struct Session {
    Server* server;
    ups::Fd fd;
    SslPtr ssl;
    event* readable = nullptr;
    event* writable = nullptr;
    Driver* subscribed = nullptr;
    std::string input;   // an unfinished line
    std::string output;  // what the socket did not take; nothing is read meanwhile
};

struct Driver {
    Server* server;
    std::string event_head;  // "EVENT VAR u0 "
    ups::Fd fd;
    std::string input;  // an unfinished line
    std::vector<Session*> subscribers;
};

class Server {
  public:
    explicit Server(const Arguments& arguments);
    void run() { event_base_dispatch(base_); }

  private:
    void connect_driver(const std::string& path, int number);
    void accept_all();
    ssize_t receive(Session& session);
    ssize_t transmit(Session& session, std::string_view bytes);
    void read_ready(Session& session);
    void take(Session& session, std::string_view bytes);
    void write_ready(Session& session);
    bool send(Session& session, std::string_view bytes);
    void answer(Session& session, std::string_view line);
    void subscribe(Session& session, std::string_view line);
    void driver_ready(Driver& driver);
    void driver_line(Driver& driver, std::string_view line);
    void end(Session& session);

    event_base* base_ = event_base_new();
    std::string get_;
    std::string list_;
    ups::tls::TlsContextPtr tls_;
    ups::Fd listener_;
    std::deque<Driver> drivers_;
    std::string last_ = "\n";  // the newest line of a driver
    std::string output_;       // replies of this readable event
    bool closing_ = false;     // the session said LOGOUT
    bool securing_ = false;    // the session said STARTTLS
    std::vector<char> scratch_ = std::vector<char>(65536);
};

Server::Server(const Arguments& arguments)
    : get_(file_content(arguments.text("get"))), list_(file_content(arguments.text("list"))),
      listener_(listen_tcp(arguments.number("port"))) {
    if (const std::string file = arguments.text("certificate", ""); !file.empty()) {
        auto made = ups::tls::TlsContext::server({.certificate_file = file}, {});
        if (!made) die(made.error().text);
        tls_ = *made;
    }
    event_add(
        event_new(
            base_, listener_.get(), EV_READ | EV_PERSIST,
            [](evutil_socket_t, short, void* self) { static_cast<Server*>(self)->accept_all(); },
            this),
        nullptr);
    for (int i = 0; i < arguments.number("count", 0); ++i)
        connect_driver(arguments.text("drivers") + std::to_string(i), i);
}

void Server::connect_driver(const std::string& path, int number) {
    Driver& driver = drivers_.emplace_back(this, "EVENT VAR u" + std::to_string(number) + " ",
                                           connect_unix(path));
    write_all(driver.fd.get(), "DUMPALL\n");
    event_add(event_new(
                  base_, driver.fd.get(), EV_READ | EV_PERSIST,
                  [](evutil_socket_t, short, void* data) {
                      auto& self = *static_cast<Driver*>(data);
                      self.server->driver_ready(self);
                  },
                  &driver),
              nullptr);
}

void Server::accept_all() {
    for (;;) {
        ups::Fd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (!fd) return;
        const int on = 1;
        ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        auto session = std::make_unique<Session>(this, std::move(fd));
        session->readable = event_new(
            base_, session->fd.get(), EV_READ | EV_PERSIST,
            [](evutil_socket_t, short, void* data) {
                auto& self = *static_cast<Session*>(data);
                self.server->read_ready(self);
            },
            session.get());
        event_add(session->readable, nullptr);
        static_cast<void>(session.release());  // the event owns it; freed in end()
    }
}

/// Bytes read into the scratch buffer; 0 at the end of the stream, -1 when nothing is there now.
ssize_t Server::receive(Session& session) {
    if (!session.ssl) {
        const ssize_t got = ::recv(session.fd.get(), scratch_.data(), scratch_.size(), 0);
        return got < 0 && errno != EAGAIN ? 0 : got;
    }
    const int got = SSL_read(session.ssl.get(), scratch_.data(), static_cast<int>(scratch_.size()));
    if (got > 0) return got;
    return SSL_get_error(session.ssl.get(), got) == SSL_ERROR_WANT_READ ? -1 : 0;
}

/// Bytes that the connection took.
ssize_t Server::transmit(Session& session, std::string_view bytes) {
    if (!session.ssl) return ::send(session.fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (bytes.empty()) return 0;
    return SSL_write(session.ssl.get(), bytes.data(), static_cast<int>(bytes.size()));
}

void Server::read_ready(Session& session) {
    output_.clear();
    closing_ = securing_ = false;
    do {
        const ssize_t got = receive(session);
        if (got == 0) return end(session);
        if (got < 0) break;
        take(session, {scratch_.data(), static_cast<std::size_t>(got)});
    } while (session.ssl && SSL_has_pending(session.ssl.get()) != 0);
    if (!output_.empty() && !send(session, output_)) return end(session);
    if (closing_) return end(session);
    if (securing_) {
        session.ssl.reset(SSL_new(tls_->native()));
        SSL_set_fd(session.ssl.get(), session.fd.get());
        SSL_set_accept_state(session.ssl.get());  // the reads that follow drive the handshake
    }
}

void Server::take(Session& session, std::string_view bytes) {
    for (auto lf = bytes.find('\n'); lf != std::string_view::npos; lf = bytes.find('\n')) {
        if (session.input.empty()) {
            answer(session, bytes.substr(0, lf));
        } else {
            session.input += bytes.substr(0, lf);
            answer(session, session.input);
            session.input.clear();
        }
        bytes.remove_prefix(lf + 1);
    }
    session.input += bytes;
}

void Server::answer(Session& session, std::string_view line) {
    if (line.starts_with("GET")) {
        output_ += get_;
    } else if (line.starts_with("LIST")) {
        output_ += list_;
    } else if (line.starts_with("LOGOUT")) {
        output_ += "OK Goodbye\n";
        closing_ = true;
    } else if (line.starts_with("SUBSCRIBE ")) {
        subscribe(session, line);
    } else if (line == "STARTTLS" && tls_) {
        output_ += "OK STARTTLS\n";
        securing_ = true;
    } else if (line == "LAST") {
        output_ += last_;
    } else {
        output_ += "OK\n";
    }
}

void Server::subscribe(Session& session, std::string_view line) {
    output_.append("BEGIN ").append(line).append("\nEND ").append(line).append("\n");
    const auto number = static_cast<std::size_t>(
        std::strtol(std::string(line.substr(std::strlen("SUBSCRIBE u"))).c_str(), nullptr, 10));
    if (number >= drivers_.size()) return;
    session.subscribed = &drivers_[number];
    session.subscribed->subscribers.push_back(&session);
}

/// False if the connection is broken.
bool Server::send(Session& session, std::string_view bytes) {
    if (session.output.empty()) {
        const ssize_t sent = transmit(session, bytes);
        if (sent < 0 && !session.ssl && errno != EAGAIN) return false;
        if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    if (bytes.empty()) return true;
    session.output += bytes;
    if (session.writable == nullptr) {
        session.writable = event_new(
            base_, session.fd.get(), EV_WRITE,
            [](evutil_socket_t, short, void* data) {
                auto& self = *static_cast<Session*>(data);
                self.server->write_ready(self);
            },
            &session);
    }
    event_del(session.readable);
    event_add(session.writable, nullptr);
    return true;
}

void Server::write_ready(Session& session) {
    const std::string rest = std::move(session.output);
    session.output.clear();
    if (!send(session, rest)) return end(session);
    if (session.output.empty()) event_add(session.readable, nullptr);
}

void Server::driver_ready(Driver& driver) {
    const ssize_t got = ::recv(driver.fd.get(), scratch_.data(), scratch_.size(), 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) die("driver gone");
    std::string_view bytes(scratch_.data(), static_cast<std::size_t>(got));
    for (auto lf = bytes.find('\n'); lf != std::string_view::npos; lf = bytes.find('\n')) {
        if (driver.input.empty()) {
            driver_line(driver, bytes.substr(0, lf + 1));
        } else {
            driver.input += bytes.substr(0, lf + 1);
            driver_line(driver, driver.input);
            driver.input.clear();
        }
        bytes.remove_prefix(lf + 1);
    }
    driver.input += bytes;
}

void Server::driver_line(Driver& driver, std::string_view line) {
    if (!line.starts_with("SETINFO ")) return;
    last_ = line;
    if (driver.subscribers.empty()) return;
    const std::string text = driver.event_head + std::string(line.substr(8));
    for (Session* subscriber : driver.subscribers)
        send(*subscriber, text);
}

void Server::end(Session& session) {
    if (session.subscribed != nullptr) std::erase(session.subscribed->subscribers, &session);
    if (session.ssl) SSL_shutdown(session.ssl.get());
    event_free(session.readable);
    if (session.writable != nullptr) event_free(session.writable);
    delete &session;
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    Server server{Arguments(argc, argv)};
    server.run();
    return 0;
}
