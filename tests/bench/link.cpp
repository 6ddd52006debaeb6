// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/link.hpp"

#include "tests/bench/net.hpp"

#include <cerrno>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <vector>

namespace ups::bench {

namespace {

SSL_CTX* client_context() {
    static SSL_CTX* const context = [] {
        SSL_CTX* made = SSL_CTX_new(TLS_client_method());
        SSL_CTX_set_mode(made, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                   SSL_MODE_RELEASE_BUFFERS);
        SSL_CTX_set_session_cache_mode(made, SSL_SESS_CACHE_OFF);
        return made;
    }();
    return context;
}

/// Waits for what a TLS call asked for; ends the program if it failed.
void wait_as_told(SSL* ssl, int result, const char* what) {
    const int error = SSL_get_error(ssl, result);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) die(what);
    pollfd watched{SSL_get_fd(ssl),
                   static_cast<short>(error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT), 0};
    if (::poll(&watched, 1, 30000) <= 0) die("no progress for 30 s");
}

}  // namespace

void SslFree::operator()(ssl_st* ssl) const noexcept {
    SSL_free(ssl);
}

SslPtr new_client_session(int fd) {
    SslPtr ssl(SSL_new(client_context()));
    if (!ssl || SSL_set_fd(ssl.get(), fd) != 1) die("TLS session");
    SSL_set_connect_state(ssl.get());
    return ssl;
}

Link::Link(int port, Security security) : fd_(connect_tcp(port)) {
    if (security == Security::plain) return;
    if (const std::string reply = ups::bench::exchange(fd_.get(), "STARTTLS");
        !reply.starts_with("OK")) {
        die("STARTTLS answered with " + reply);
    }
    ssl_ = new_client_session(fd_.get());
    for (int result = 0; (result = SSL_do_handshake(ssl_.get())) != 1;)
        wait_as_told(ssl_.get(), result, "TLS handshake");
}

std::size_t Link::read_now(std::span<char> into) {
    if (!ssl_) {
        const ssize_t got = ::recv(fd_.get(), into.data(), into.size(), 0);
        if (got > 0) return static_cast<std::size_t>(got);
        if (got < 0 && errno == EAGAIN) return 0;
        die("connection lost");
    }
    std::size_t got = 0;
    const int result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &got);
    if (result == 1) return got;
    if (SSL_get_error(ssl_.get(), result) != SSL_ERROR_WANT_READ) die("TLS connection lost");
    return 0;
}

void Link::write(std::string_view bytes) {
    if (!ssl_) {
        write_all(fd_.get(), bytes);
        return;
    }
    while (!bytes.empty()) {
        std::size_t sent = 0;
        const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &sent);
        if (result == 1) {
            bytes.remove_prefix(sent);
        } else {
            wait_as_told(ssl_.get(), result, "TLS write");
        }
    }
}

std::string Link::exchange(const std::string& request) {
    write(request + "\n");
    return reply_to(request);
}

std::string Link::reply_to(const std::string& request) {
    std::vector<char> chunk(65536);
    std::string reply;
    for (;;) {
        const std::size_t got = read_now(chunk);
        reply.append(chunk.data(), got);
        if (is_whole_reply(reply, request)) return reply;
        if (got > 0) continue;
        pollfd watched{fd_.get(), POLLIN, 0};
        if (::poll(&watched, 1, 30000) <= 0) die("no reply to " + request);
    }
}

}  // namespace ups::bench
