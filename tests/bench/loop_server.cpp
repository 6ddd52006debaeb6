// SPDX-License-Identifier: Apache-2.0
/// The ceiling: a bare libevent loop that does per request only what the protocol needs at least: one
/// read, split at LF, append the reply, one write. No state, no look-up; the replies are ready bytes.
///
///   bench-loop-server port=N get=FILE list=FILE [relay=SOCKET ups=u0]
///
/// `get` and `list` hold the replies to GET and LIST. With `relay` it also connects to that driver
/// socket and sends each SETINFO line to every client that said SUBSCRIBE, as an EVENT line.
#include "tests/bench/net.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <event2/event.h>
#include <memory>
#include <netinet/tcp.h>
#include <string>
#include <sys/socket.h>
#include <unordered_set>
#include <vector>

namespace {

using namespace ups::bench;

class Server;

struct Session {
    Server* server;
    ups::Fd fd;
    event* readable = nullptr;
    event* writable = nullptr;
    std::string input;   // an unfinished line
    std::string output;  // what the socket did not take
};

class Server {
  public:
    explicit Server(const Arguments& arguments);
    void run() { event_base_dispatch(base_); }

  private:
    void accept_all();
    void read_ready(Session& session);
    void write_ready(Session& session);
    void send(Session& session, std::string_view bytes);
    void answer(Session& session, std::string_view line);
    void relay_ready();
    void end(Session& session);

    event_base* base_ = event_base_new();
    std::string get_;
    std::string list_;
    std::string event_head_;
    ups::Fd listener_;
    ups::Fd driver_;
    std::string driver_input_;
    std::string output_;    // replies of this readable event
    bool closing_ = false;  // the session said LOGOUT
    std::vector<char> scratch_ = std::vector<char>(65536);
    std::unordered_set<Session*> subscribers_;
};

Server::Server(const Arguments& arguments)
    : get_(file_content(arguments.text("get"))), list_(file_content(arguments.text("list"))),
      event_head_("EVENT VAR " + arguments.text("ups", "u0") + " "),
      listener_(listen_tcp(arguments.number("port"))) {
    event_add(
        event_new(
            base_, listener_.get(), EV_READ | EV_PERSIST,
            [](evutil_socket_t, short, void* self) { static_cast<Server*>(self)->accept_all(); },
            this),
        nullptr);
    const std::string relay = arguments.text("relay", "");
    if (relay.empty()) return;
    driver_ = connect_unix(relay);
    write_all(driver_.get(), "DUMPALL\n");
    event_add(
        event_new(
            base_, driver_.get(), EV_READ | EV_PERSIST,
            [](evutil_socket_t, short, void* self) { static_cast<Server*>(self)->relay_ready(); },
            this),
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

void Server::read_ready(Session& session) {
    const ssize_t got = ::recv(session.fd.get(), scratch_.data(), scratch_.size(), 0);
    if (got <= 0) {
        if (got < 0 && errno == EAGAIN) return;
        end(session);
        return;
    }
    std::string_view bytes(scratch_.data(), static_cast<std::size_t>(got));
    output_.clear();
    closing_ = false;
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
    send(session, output_);
    if (closing_) end(session);
}

void Server::answer(Session& session, std::string_view line) {
    if (line.starts_with("GET")) {
        output_ += get_;
    } else if (line.starts_with("LIST")) {
        output_ += list_;
    } else if (line.starts_with("LOGOUT")) {
        output_ += "OK Goodbye\n";
        closing_ = true;
    } else if (line.starts_with("SUBSCRIBE")) {
        output_ += "BEGIN ";
        output_ += line;
        output_ += "\nEND ";
        output_ += line;
        output_ += '\n';
        subscribers_.insert(&session);
    } else {
        output_ += "OK\n";
    }
}

void Server::send(Session& session, std::string_view bytes) {
    if (session.output.empty()) {
        const ssize_t sent = ::send(session.fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    if (bytes.empty()) return;
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
    event_add(session.writable, nullptr);
}

void Server::write_ready(Session& session) {
    const std::string rest = std::move(session.output);
    session.output.clear();
    send(session, rest);
}

void Server::relay_ready() {
    if (!read_some(driver_.get(), driver_input_)) die("driver gone");
    for (auto lf = driver_input_.find('\n'); lf != std::string::npos;
         lf = driver_input_.find('\n')) {
        if (driver_input_.starts_with("SETINFO ")) {
            const std::string line = event_head_ + driver_input_.substr(8, lf - 8 + 1);
            for (Session* subscriber : subscribers_)
                send(*subscriber, line);
        }
        driver_input_.erase(0, lf + 1);
    }
}

void Server::end(Session& session) {
    subscribers_.erase(&session);
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
