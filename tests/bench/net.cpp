// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/net.hpp"

#include "lib/base/file.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace ups::bench {

void die(const std::string& what) {
    std::fprintf(stderr, "bench: %s (%s)\n", what.c_str(), std::strerror(errno));
    std::exit(1);
}

double now_seconds() {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration<double>(since).count();
}

Arguments::Arguments(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        const auto equals = word.find('=');
        if (equals == std::string::npos) die("not name=value: " + word);
        values_[word.substr(0, equals)] = word.substr(equals + 1);
    }
}

std::string Arguments::text(const std::string& name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) die("missing " + name + "=");
    return found->second;
}

std::string Arguments::text(const std::string& name, const std::string& fallback) const {
    const auto found = values_.find(name);
    return found == values_.end() ? fallback : found->second;
}

int Arguments::number(const std::string& name) const {
    return static_cast<int>(std::strtol(text(name).c_str(), nullptr, 10));
}

int Arguments::number(const std::string& name, int fallback) const {
    return values_.contains(name) ? number(name) : fallback;
}

double Arguments::seconds(const std::string& name) const {
    return std::strtod(text(name).c_str(), nullptr);
}

namespace {

sockaddr_in loopback(int port, unsigned host = 1) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl((127U << 24) + host);
    return address;
}

sockaddr_un unix_address(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) die("path too long: " + path);
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

template <typename Address> const sockaddr* generic(const Address& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

void wait_for(int fd, short events) {
    pollfd watched{fd, events, 0};
    if (::poll(&watched, 1, 30000) <= 0) die("no progress for 30 s");
}

void make_nonblocking(int fd) {
    if (!set_nonblocking(fd)) die("non-blocking mode");
}

}  // namespace

Fd connect_tcp(int port) {
    Fd fd = begin_connect_tcp(port);
    wait_for(fd.get(), POLLOUT);
    socklen_t size = sizeof errno;
    if (::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &errno, &size) != 0 || errno != 0) {
        die("connect to port " + std::to_string(port));
    }
    return fd;
}

Fd begin_connect_tcp(int port, unsigned source_host) {
    Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const sockaddr_in address = loopback(port);
    if (source_host != 0) {
        const int late = 1;
        ::setsockopt(fd.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &late, sizeof late);
        const sockaddr_in source = loopback(0, source_host);
        if (::bind(fd.get(), generic(source), sizeof source) != 0) die("bind to a source address");
    }
    if (!fd ||
        (::connect(fd.get(), generic(address), sizeof address) != 0 && errno != EINPROGRESS)) {
        die("connect to port " + std::to_string(port));
    }
    const int on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

Fd listen_tcp(int port) {
    Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int on = 1;
    ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const sockaddr_in address = loopback(port);
    if (!fd || ::bind(fd.get(), generic(address), sizeof address) != 0 ||
        ::listen(fd.get(), 4096) != 0) {
        die("listen on port " + std::to_string(port));
    }
    make_nonblocking(fd.get());
    return fd;
}

Fd listen_unix(const std::string& path) {
    ::unlink(path.c_str());
    Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_un address = unix_address(path);
    if (!fd || ::bind(fd.get(), generic(address), sizeof address) != 0 ||
        ::listen(fd.get(), 16) != 0) {
        die("listen on " + path);
    }
    make_nonblocking(fd.get());
    return fd;
}

Fd connect_unix(const std::string& path) {
    Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_un address = unix_address(path);
    if (!fd || ::connect(fd.get(), generic(address), sizeof address) != 0)
        die("connect to " + path);
    make_nonblocking(fd.get());
    return fd;
}

void write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN) {
            wait_for(fd, POLLOUT);
        } else {
            die("send");
        }
    }
}

bool read_some(int fd, std::string& into) {
    char chunk[65536];
    for (;;) {
        const ssize_t got = ::recv(fd, chunk, sizeof chunk, 0);
        if (got > 0) {
            into.append(chunk, static_cast<std::size_t>(got));
            return true;
        }
        if (got == 0) return false;
        if (errno != EAGAIN) die("recv");
        wait_for(fd, POLLIN);
    }
}

std::string exchange(int fd, const std::string& request) {
    write_all(fd, request + "\n");
    std::string reply;
    while (!is_whole_reply(reply, request)) {
        if (!read_some(fd, reply)) die("connection closed after " + request);
    }
    return reply;
}

bool is_whole_reply(std::string_view reply, const std::string& request) {
    if (!reply.ends_with('\n')) return false;
    return !reply.starts_with("BEGIN ") || reply.ends_with("\nEND " + request + "\n");
}

std::string file_content(const std::string& path) {
    const auto content = read_file(path);
    if (!content) die("read " + path);
    return *content;
}

}  // namespace ups::bench
