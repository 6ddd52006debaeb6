// SPDX-License-Identifier: Apache-2.0
#include "lib/tls/tls_io.hpp"

#include "lib/base/assert.hpp"
#include "lib/tls/openssl_error.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <climits>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace ups::tls {

/// The BIO between OpenSSL and the socket. OpenSSL's own one writes with write(2), which raises
/// SIGPIPE.
struct SocketBio {
    static const BIO_METHOD* method() {
        static const BIO_METHOD* const instance = make();
        return instance;
    }

  private:
    static TlsIo& self(BIO* bio) { return *static_cast<TlsIo*>(BIO_get_data(bio)); }

    static int moved(BIO* bio, IoOutcome result) {
        BIO_clear_retry_flags(bio);
        switch (result.status) {
        case IoStatus::done:
            return static_cast<int>(result.bytes);
        case IoStatus::want_read:
            BIO_set_retry_read(bio);
            return -1;
        case IoStatus::want_write:
            BIO_set_retry_write(bio);
            return -1;
        case IoStatus::closed:
            BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
            return 0;
        case IoStatus::failed:
            return -1;
        }
        return -1;
    }
    static int read(BIO* bio, char* into, int size) noexcept {
        return moved(bio, self(bio).plain_.read({into, static_cast<std::size_t>(size)}));
    }
    static int write(BIO* bio, const char* bytes, int size) noexcept {
        return moved(bio, self(bio).plain_.write({bytes, static_cast<std::size_t>(size)}));
    }
    static long control(BIO* bio, int what, long, void*) noexcept {
        if (what == BIO_CTRL_FLUSH) return 1;
        if (what == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
        return 0;
    }
    static int created(BIO* bio) noexcept {
        BIO_set_init(bio, 1);
        return 1;
    }
    static const BIO_METHOD* make() {
        BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "ups socket");
        UPS_ASSERT(made != nullptr);
        BIO_meth_set_read(made, &SocketBio::read);
        BIO_meth_set_write(made, &SocketBio::write);
        BIO_meth_set_ctrl(made, &SocketBio::control);
        BIO_meth_set_create(made, &SocketBio::created);
        return made;
    }
};

namespace {

bool is_numeric_address(const std::string& name) {
    std::array<unsigned char, sizeof(in6_addr)> address{};
    return inet_pton(AF_INET, name.c_str(), address.data()) == 1 ||
           inet_pton(AF_INET6, name.c_str(), address.data()) == 1;
}

/// False if `name` cannot be a name in a certificate at all (embedded NUL, too long).
bool expect_name(SSL* ssl, const std::string& name, bool verify) {
    if (name.empty()) return true;
    X509_VERIFY_PARAM* rules = SSL_get0_param(ssl);
    if (is_numeric_address(name))
        return !verify || X509_VERIFY_PARAM_set1_ip_asc(rules, name.c_str()) == 1;
    // SNI is a hint; whether the name is acceptable is decided by the check of the certificate.
    std::string sni = name;
    SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, sni.data());
    X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return !verify || X509_VERIFY_PARAM_set1_host(rules, name.data(), name.size()) == 1;
}

} // namespace

void SslFree::operator()(ssl_st* ssl) const noexcept {
    SSL_free(ssl);
}

TlsIo::TlsIo(Private, TlsContextPtr context, Fd fd)
    : context_(std::move(context)), plain_(std::move(fd)), ssl_(SSL_new(context_->native())) {
    UPS_ASSERT(ssl_ != nullptr);
    BIO* bio = BIO_new(SocketBio::method());
    UPS_ASSERT(bio != nullptr);
    BIO_set_data(bio, this);
    SSL_set_bio(ssl_.get(), bio, bio); // takes the one reference for both directions
}

TlsIo::~TlsIo() = default;

std::unique_ptr<TlsIo> TlsIo::server(TlsContextPtr context, Fd fd) {
    auto made = std::make_unique<TlsIo>(Private{}, std::move(context), std::move(fd));
    SSL_set_accept_state(made->ssl_.get());
    return made;
}

std::unique_ptr<TlsIo> TlsIo::client(TlsContextPtr context, Fd fd, const std::string& peer_name) {
    auto made = std::make_unique<TlsIo>(Private{}, std::move(context), std::move(fd));
    SSL_set_connect_state(made->ssl_.get());
    if (!expect_name(made->ssl_.get(), peer_name, made->context_->verifies_peer())) {
        made->broken_ = true;
        made->problem_ = "no certificate can be for the name '" + peer_name + "'";
    }
    ERR_clear_error();
    return made;
}

IoOutcome TlsIo::read(std::span<char> into) noexcept {
    if (broken_) return {IoStatus::failed, 0};
    ERR_clear_error();
    std::size_t got = 0;
    const int result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &got);
    IoOutcome read = outcome(result, got);
    read.more = has_buffered_input();
    return read;
}

IoOutcome TlsIo::write(std::string_view bytes) noexcept {
    if (broken_) return {IoStatus::failed, 0};
    if (bytes.empty()) return {IoStatus::done, 0};
    ERR_clear_error();
    std::size_t put = 0;
    const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &put);
    return outcome(result, put);
}

IoOutcome TlsIo::handshake() noexcept {
    if (broken_) return {IoStatus::failed, 0};
    ERR_clear_error();
    return outcome(SSL_do_handshake(ssl_.get()), 0);
}

IoOutcome TlsIo::outcome(int result, std::size_t bytes) noexcept {
    if (SSL_is_init_finished(ssl_.get()) != 0) established_ = true;
    if (result > 0) return {IoStatus::done, bytes};
    const int error = SSL_get_error(ssl_.get(), result);
    switch (error) {
    case SSL_ERROR_WANT_READ:
        return {IoStatus::want_read, 0};
    case SSL_ERROR_WANT_WRITE:
        return {IoStatus::want_write, 0};
    case SSL_ERROR_ZERO_RETURN:
        return {IoStatus::closed, 0};
    default:
        break;
    }
    const unsigned long queued = ERR_peek_error();
    const bool at_eof = ERR_GET_LIB(queued) == ERR_LIB_SSL &&
                        ERR_GET_REASON(queued) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
    broken_ = true;
    if (at_eof && established_) {
        cut_ = true;
        ERR_clear_error();
        return {IoStatus::closed, 0};
    }
    if (at_eof) {
        problem_ = "the peer ended the connection during the TLS handshake";
        ERR_clear_error();
    } else {
        explain(error);
    }
    return {IoStatus::failed, 0};
}

namespace {

/// The name or address that a certificate lacks; empty: it was something else.
std::string name_lacking(SSL* ssl, long verdict) {
    X509_VERIFY_PARAM* const rules = SSL_get0_param(ssl);
    if (verdict == X509_V_ERR_HOSTNAME_MISMATCH) {
        const char* const host = X509_VERIFY_PARAM_get0_host(rules, 0);
        return host != nullptr ? host : "";
    }
    if (verdict != X509_V_ERR_IP_ADDRESS_MISMATCH) return {};
    char* const address = X509_VERIFY_PARAM_get1_ip_asc(rules);
    const std::string name = address != nullptr ? address : "";
    OPENSSL_free(address);
    return name;
}

}  // namespace

void TlsIo::explain(int error) {
    const unsigned long code = ERR_peek_error();
    const int reason = ERR_GET_LIB(code) == ERR_LIB_SSL ? ERR_GET_REASON(code) : 0;
    const long verdict = SSL_get_verify_result(ssl_.get());
    const std::string text = take_openssl_error("the connection broke");
    if (error == SSL_ERROR_SYSCALL && !plain_.problem().empty()) {
        problem_ = plain_.problem();
    } else if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED && verdict != X509_V_OK) {
        problem_ = std::string("the peer's certificate is refused: ") +
                   X509_verify_cert_error_string(verdict);
        if (const std::string name = name_lacking(ssl_.get(), verdict); !name.empty())
            problem_ += ", it is not for " + name;
    } else if (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST) {
        problem_ = "the peer does not speak TLS";
    } else {
        problem_ = "TLS: " + text;
    }
}

bool TlsIo::has_buffered_input() const noexcept {
    return ssl_ != nullptr && !broken_ && SSL_has_pending(ssl_.get()) != 0;
}

void TlsIo::finish() noexcept {
    if (broken_ || !established_) return;
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
}

Fd TlsIo::take_fd() noexcept {
    broken_ = true;
    return plain_.take_fd();
}

std::string TlsIo::peer_subject() const {
    const X509* certificate = SSL_get0_peer_certificate(ssl_.get());
    if (certificate == nullptr) return {};
    struct BioFree {
        void operator()(BIO* bio) const noexcept { BIO_free(bio); }
    };
    const std::unique_ptr<BIO, BioFree> memory(BIO_new(BIO_s_mem()));
    // Control and non-ASCII characters stay escaped: the text ends up in logs.
    X509_NAME_print_ex(memory.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &text);
    return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string();
}

std::string TlsIo::description() const {
    if (!established_) return "no TLS session yet";
    return std::string(SSL_get_version(ssl_.get())) + " " + SSL_get_cipher_name(ssl_.get());
}

} // namespace ups::tls
