// SPDX-License-Identifier: Apache-2.0
#include "lib/event/listener.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace ups {
namespace {

/// How long a listener rests that can neither serve nor refuse.
constexpr Duration kPause = std::chrono::seconds(1);

SocketAddress describe(const sockaddr_storage& raw) {
    SocketAddress address;
    char text[INET6_ADDRSTRLEN] = "";
    if (raw.ss_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &raw, sizeof v4);
        ::inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
        address.port = ntohs(v4.sin_port);
        address.loopback = (ntohl(v4.sin_addr.s_addr) >> 24) == 127;
    } else if (raw.ss_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &raw, sizeof v6);
        ::inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
        address.port = ntohs(v6.sin6_port);
        const bool mapped = IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr) != 0;
        address.loopback =
            IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr) != 0 || (mapped && v6.sin6_addr.s6_addr[12] == 127);
    } else {
        address.loopback = address.local = true;
    }
    address.host = text;
    return address;
}

Error bind_error(const std::string& what, int err) {
    Error error = fail_errno(what, err).error();
    if (err == EADDRINUSE) error.code = ErrorCode::busy;
    if (err == EADDRNOTAVAIL) error.code = ErrorCode::not_found;
    if (err == EACCES || err == EPERM) error.code = ErrorCode::denied;
    return error;
}

Result<BoundSocket> bind_one(const addrinfo& info, const std::string& what, int backlog) {
    Fd fd(::socket(info.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
    if (!fd) return std::unexpected(bind_error(what, errno));
    const int on = 1;
    ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    // Connections get it from the socket that accepts them: a call less for each.
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (info.ai_family == AF_INET6)
        ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (::bind(fd.get(), info.ai_addr, info.ai_addrlen) < 0 || ::listen(fd.get(), backlog) < 0)
        return std::unexpected(bind_error(what, errno));
    sockaddr_storage raw{};
    socklen_t size = sizeof raw;
    ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&raw), &size);
    return BoundSocket{std::move(fd), describe(raw)};
}

Result<sockaddr_un> unix_address(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return fail(ErrorCode::too_long, path + ": path too long for a socket (limit " +
                                             std::to_string(sizeof address.sun_path - 1) + ")");
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

struct AddrinfoFree {
    void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};

}  // namespace

Result<std::vector<BoundSocket>> bind_tcp(const std::string& host, std::uint16_t port,
                                          Family family, int backlog) {
    const std::string what = host + " port " + std::to_string(port);
    addrinfo hints{};
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_family = family == Family::v4 ? AF_INET : family == Family::v6 ? AF_INET6 : AF_UNSPEC;
    addrinfo* raw_list = nullptr;
    const std::string service = std::to_string(port);
    const int found =
        ::getaddrinfo(host == "*" ? nullptr : host.c_str(), service.c_str(), &hints, &raw_list);
    if (found != 0) return fail(ErrorCode::not_found, what + ": " + ::gai_strerror(found));
    const std::unique_ptr<addrinfo, AddrinfoFree> list(raw_list);
    std::vector<BoundSocket> bound;
    for (const addrinfo* at = list.get(); at != nullptr; at = at->ai_next) {
        auto one = bind_one(*at, what, backlog);
        if (!one) {
            // "*" and names on a machine without IPv6: the other family is enough.
            const int err = one.error().sys_errno;
            const bool no_family = err == EAFNOSUPPORT;
            if (no_family && (at->ai_next != nullptr || !bound.empty())) continue;
            return std::unexpected(std::move(one).error());
        }
        bound.push_back(std::move(*one));
    }
    return bound;
}

Result<Fd> connect_unix(const std::string& path) {
    UPS_TRY(const sockaddr_un address, unix_address(path));
    Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd) return fail_errno("socket", errno);
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
        return fd;
    const int err = errno;
    Error error = fail_errno(path, err).error();
    if (err == ENOENT) error.code = ErrorCode::not_found;
    if (err == ECONNREFUSED) error.code = ErrorCode::refused;
    if (err == EACCES || err == EPERM) error.code = ErrorCode::denied;
    if (err == EAGAIN) error.code = ErrorCode::busy;
    return std::unexpected(std::move(error));
}

Result<BoundSocket> bind_unix(const std::string& path, unsigned mode, int backlog) {
    UPS_TRY(const sockaddr_un address, unix_address(path));
    struct stat info{};
    if (::lstat(path.c_str(), &info) == 0) {
        if (!S_ISSOCK(info.st_mode))
            return fail(ErrorCode::invalid, path + ": exists and is not a socket");
        if (auto peer = connect_unix(path); peer || peer.error().code == ErrorCode::busy)
            return fail(ErrorCode::busy, path + ": another process listens here");
        ::unlink(path.c_str());
    }
    Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd) return fail_errno("socket", errno);
    // The file is created with the final mode: there is no moment in which others could connect.
    const mode_t old = ::umask(static_cast<mode_t>(~mode & 0777U));
    const int bound = ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    const int err = errno;
    ::umask(old);
    if (bound < 0) return std::unexpected(bind_error(path, err));
    if (::listen(fd.get(), backlog) < 0) return std::unexpected(bind_error(path, errno));
    return BoundSocket{std::move(fd), {.host = path, .port = 0, .loopback = true, .local = true}};
}

SocketAddress peer_of(int fd) {
    sockaddr_storage raw{};
    socklen_t size = sizeof raw;
    if (::getpeername(fd, reinterpret_cast<sockaddr*>(&raw), &size) < 0) return {};
    return describe(raw);
}

Listener::Listener(Loop& loop, BoundSocket socket, Accept on_accept, Refused on_refused)
    : socket_(std::move(socket)), on_accept_(std::move(on_accept)),
      on_refused_(std::move(on_refused)), spare_(::open("/dev/null", O_RDONLY | O_CLOEXEC)),
      watch_(loop, socket_.fd.get(), Interest::read, [this](Interest) { accept_ready(); }),
      pause_(loop, [this] { watch_.want(Interest::read); }) {}

bool Listener::refuse_one(int err) {
    spare_.reset();
    Fd victim(::accept4(socket_.fd.get(), nullptr, nullptr, SOCK_CLOEXEC));
    // accept() looks for a descriptor before it looks for a client, so there may be nobody at all.
    const bool nobody = !victim && (errno == EAGAIN || errno == EWOULDBLOCK);
    const bool refused = static_cast<bool>(victim);
    victim.reset();
    spare_.reset(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!nobody && on_refused_) on_refused_(fail_errno("accept", err).error());
    if (!nobody && !refused) {
        // Who waits keeps the socket readable, so it is not looked at for a while.
        watch_.want(Interest::none);
        pause_.start(kPause);
    }
    return refused;
}

void Listener::accept_ready() {
    // Bounded, so that a flood of connections cannot starve the sessions that exist.
    constexpr int kAtOnce = 64;
    for (int i = 0; i < kAtOnce; ++i) {
        sockaddr_storage raw{};
        socklen_t size = sizeof raw;
        Fd fd(::accept4(socket_.fd.get(), reinterpret_cast<sockaddr*>(&raw), &size,
                        SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!fd) {
            const int err = errno;
            if (err == EINTR || err == ECONNABORTED) continue;
            const bool no_room =
                err == EMFILE || err == ENFILE || err == ENOBUFS || err == ENOMEM;
            if (no_room && refuse_one(err)) continue;
            return;  // nobody waits, or a network error of one peer
        }
        SocketAddress peer = describe(raw);
        if (socket_.address.local) peer.host = socket_.address.host;
        on_accept_(std::move(fd), std::move(peer));
    }
}

}  // namespace ups
