// SPDX-License-Identifier: Apache-2.0
#include "lib/tls/context.hpp"

#include "lib/base/file.hpp"
#include "lib/tls/openssl_error.hpp"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/stat.h>

namespace ups::tls {
namespace {

constexpr std::size_t kMaxPem = std::size_t{1024} * 1024;
constexpr std::chrono::hours kExpiresSoon{24 * 14};

struct X509Free {
    void operator()(X509* certificate) const noexcept { X509_free(certificate); }
};
struct KeyFree {
    void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};
struct BioFree {
    void operator()(BIO* bio) const noexcept { BIO_free(bio); }
};
using X509Ptr = std::unique_ptr<X509, X509Free>;
using KeyPtr = std::unique_ptr<EVP_PKEY, KeyFree>;
using BioPtr = std::unique_ptr<BIO, BioFree>;

/// A whole PEM file; wiped when it goes, because it may hold a private key.
class PemText {
  public:
    static Result<PemText> load(const std::string& file) {
        auto text = read_file(file, kMaxPem);
        if (!text) return std::unexpected(std::move(text).error());
        return PemText(std::move(*text));
    }
    PemText(PemText&&) = default;
    PemText& operator=(PemText&&) = delete;
    PemText(const PemText&) = delete;
    PemText& operator=(const PemText&) = delete;
    ~PemText() { OPENSSL_cleanse(text_.data(), text_.size()); }

    /// Reads from this object, which must outlive it.
    [[nodiscard]] BioPtr open() const {
        return BioPtr(BIO_new_mem_buf(text_.data(), static_cast<int>(text_.size())));
    }

  private:
    explicit PemText(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

std::unexpected<Error> bad_file(const std::string& file, std::string_view reason) {
    return fail(ErrorCode::invalid, file + ": " + std::string(reason));
}

/// Stands in for OpenSSL's prompt on the terminal, and remembers that it was wanted.
int refuse_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* asked) {
    *static_cast<bool*>(asked) = true;
    return -1;
}

Result<KeyPtr> read_key(const PemText& pem, const std::string& file) {
    bool asked = false;
    const BioPtr bio = pem.open();
    KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, &refuse_passphrase, &asked));
    if (key != nullptr) return key;
    const std::string reason = take_openssl_error("no private key in it");
    if (asked)
        return bad_file(file,
                        "the private key is encrypted; a daemon cannot ask for its passphrase "
                        "(decrypt it with 'openssl pkey')");
    // OpenSSL says "no start line" or "unsupported" for a file without any key.
    return bad_file(file, "holds no usable private key (" + reason + ")");
}

void warn_if_readable(const std::string& file, std::vector<std::string>& warnings) {
    struct stat status{};
    if (stat(file.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0)
        warnings.push_back(file + ": the private key can be read by everybody on this machine");
}

void warn_if_not_current(const X509* certificate, const std::string& file, WallTime now,
                         std::vector<std::string>& warnings) {
    std::time_t at = std::chrono::system_clock::to_time_t(now);
    std::time_t soon = std::chrono::system_clock::to_time_t(now + kExpiresSoon);
    const ASN1_TIME* until = X509_get0_notAfter(certificate);
    if (X509_cmp_time(X509_get0_notBefore(certificate), &at) > 0)
        warnings.push_back(file + ": the certificate is not valid yet");
    else if (X509_cmp_time(until, &at) < 0)
        warnings.push_back(file + ": the certificate has expired");
    else if (X509_cmp_time(until, &soon) < 0)
        warnings.push_back(file + ": the certificate expires within 14 days");
}

/// All certificates of a file in order. Other PEM blocks in between (the key) are passed over.
Result<std::vector<X509Ptr>> read_certificates(const PemText& pem, const std::string& file) {
    std::vector<X509Ptr> chain;
    const BioPtr bio = pem.open();
    while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr))
        chain.emplace_back(certificate);
    const unsigned long code = ERR_peek_last_error();
    const bool at_end =
        ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
    const std::string reason = take_openssl_error("unreadable");
    if (!at_end) return bad_file(file, "a certificate in it is damaged (" + reason + ")");
    if (chain.empty()) return bad_file(file, "holds no certificate");
    return chain;
}

}  // namespace

void ContextFree::operator()(ssl_ctx_st* context) const noexcept {
    SSL_CTX_free(context);
}

TlsContext::TlsContext(Private) noexcept {}

Result<void> TlsContext::create(MinVersion min_version) {
    ERR_clear_error();
    context_.reset(SSL_CTX_new(TLS_method()));
    if (context_ == nullptr)
        return fail(ErrorCode::io, "TLS cannot start: " + take_openssl_error("out of memory"));
    SSL_CTX* context = context_.get();
    SSL_CTX_set_min_proto_version(context, min_version == MinVersion::tls13 ? TLS1_3_VERSION
                                                                            : TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                     SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE);
    // For TLS 1.2; 1.3 has only good ones.
    SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20");
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_dh_auto(context, 1);
    return {};
}

Result<void> TlsContext::use_certificate(const std::string& file, const std::string& key_file,
                                         WallTime now) {
    UPS_TRY(const PemText pem, PemText::load(file));
    UPS_TRY(std::vector<X509Ptr> chain, read_certificates(pem, file));
    if (SSL_CTX_use_certificate(context_.get(), chain.front().get()) != 1)
        return bad_file(file, "the certificate is refused: " + take_openssl_error("too weak"));
    for (std::size_t i = 1; i < chain.size(); ++i) {
        // add1 takes its own reference.
        if (SSL_CTX_add1_chain_cert(context_.get(), chain[i].get()) != 1)
            return bad_file(file, "a certificate of the chain is refused: " +
                                      take_openssl_error("too weak"));
    }
    warn_if_not_current(chain.front().get(), file, now, warnings_);

    const std::string& key_home = key_file.empty() ? file : key_file;
    UPS_TRY(const PemText key_pem, PemText::load(key_home));
    UPS_TRY(const KeyPtr key, read_key(key_pem, key_home));
    warn_if_readable(key_home, warnings_);
    if (X509_check_private_key(chain.front().get(), key.get()) != 1) {
        ERR_clear_error();
        return bad_file(key_home, "the private key does not belong to the certificate in " + file);
    }
    if (SSL_CTX_use_PrivateKey(context_.get(), key.get()) != 1)
        return bad_file(key_home, take_openssl_error("the private key is refused"));
    return {};
}

Result<void> TlsContext::use_authorities(const std::string& file, const std::string& dir) {
    if (!file.empty()) {
        UPS_TRY(const PemText pem, PemText::load(file));
        UPS_TRY(const std::vector<X509Ptr> authorities, read_certificates(pem, file));
        X509_STORE* store = SSL_CTX_get_cert_store(context_.get());
        for (const X509Ptr& authority : authorities)
            if (X509_STORE_add_cert(store, authority.get()) != 1)
                return bad_file(file, take_openssl_error("an authority is refused"));
    }
    if (!dir.empty()) {
        struct stat status{};
        if (stat(dir.c_str(), &status) != 0) return fail_errno(dir, errno);
        if (!S_ISDIR(status.st_mode)) return bad_file(dir, "is not a folder of certificates");
        if (SSL_CTX_load_verify_dir(context_.get(), dir.c_str()) != 1)
            return bad_file(dir, take_openssl_error("cannot be used"));
    }
    ERR_clear_error();
    return {};
}

Result<TlsContextPtr> TlsContext::server(const ServerSettings& settings, WallTime now) {
    auto made = std::make_shared<TlsContext>(Private{});
    UPS_CHECK(made->create(settings.min_version));
    UPS_CHECK(made->use_certificate(settings.certificate_file, settings.key_file, now));
    UPS_CHECK(made->use_authorities(settings.ca_file, settings.ca_dir));
    if (settings.client_certificate == ClientCertificate::none) return made;

    if (settings.ca_file.empty() && settings.ca_dir.empty())
        return fail(ErrorCode::invalid, "client certificates are asked for, but no authority (CA "
                                        "file or folder) says which ones are good");
    if (!settings.ca_file.empty()) {
        // Tells clients with several certificates which one to show.
        SSL_CTX_set_client_CA_list(made->native(),
                                   SSL_load_client_CA_file(settings.ca_file.c_str()));
    }
    const int strict = settings.client_certificate == ClientCertificate::require
                           ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT
                           : 0;
    SSL_CTX_set_verify(made->native(), SSL_VERIFY_PEER | strict, nullptr);
    made->verifies_peer_ = true;
    return made;
}

Result<TlsContextPtr> TlsContext::client(const ClientSettings& settings, WallTime now) {
    auto made = std::make_shared<TlsContext>(Private{});
    UPS_CHECK(made->create(settings.min_version));
    if (!settings.certificate_file.empty())
        UPS_CHECK(made->use_certificate(settings.certificate_file, settings.key_file, now));
    UPS_CHECK(made->use_authorities(settings.ca_file, settings.ca_dir));
    if (settings.verify == Verify::off) return made;

    if (settings.ca_file.empty() && settings.ca_dir.empty())
        SSL_CTX_set_default_verify_paths(made->native());
    ERR_clear_error();
    SSL_CTX_set_verify(made->native(), SSL_VERIFY_PEER, nullptr);
    made->verifies_peer_ = true;
    return made;
}

}  // namespace ups::tls
