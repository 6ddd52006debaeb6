// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/tls/test_certificates.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdexcept>
#include <sys/stat.h>

namespace ups::tls {
namespace {

template <auto Free> struct Freer {
    template <class T> void operator()(T* thing) const noexcept { Free(thing); }
};
using X509Ptr = std::unique_ptr<X509, Freer<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using BioPtr = std::unique_ptr<BIO, Freer<BIO_free>>;

void must(bool fine, const char* what) {
    if (!fine) throw std::runtime_error(what);
}

std::string text_of(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
}

BioPtr memory() {
    return BioPtr(BIO_new(BIO_s_mem()));
}

BioPtr memory(const std::string& text) {
    return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

KeyPtr read_key(const std::string& pem) {
    KeyPtr key(PEM_read_bio_PrivateKey(memory(pem).get(), nullptr, nullptr, nullptr));
    must(key != nullptr, "test key");
    return key;
}

X509Ptr read_certificate(const std::string& pem) {
    X509Ptr certificate(PEM_read_bio_X509(memory(pem).get(), nullptr, nullptr, nullptr));
    must(certificate != nullptr, "test certificate");
    return certificate;
}

void set_serial(X509* certificate) {
    std::uint64_t serial = 0;
    RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1);
}

void set_name(X509* certificate, const std::string& common_name) {
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                               0);
}

void add_extension(X509* certificate, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>> extension(
        X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    must(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1, "extension");
}

long seconds(std::chrono::hours hours) {
    return std::chrono::seconds(hours).count();
}

} // namespace

TempFolder::TempFolder() {
    std::string name = "/tmp/ups-test-XXXXXX";
    must(mkdtemp(name.data()) != nullptr, "mkdtemp");
    path_ = name;
}

TempFolder::~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string TempFolder::file(std::string_view name) const {
    return path_ + "/" + std::string(name);
}

std::string TempFolder::write(std::string_view name, std::string_view text) const {
    const std::string path = file(name);
    std::ofstream(path) << text;
    must(chmod(path.c_str(), S_IRUSR | S_IWUSR) == 0, "chmod");
    return path;
}

PemPair make_certificate(const CertificateSpec& spec, const PemPair* issuer) {
    const KeyPtr key(EVP_EC_gen("P-256"));
    const X509Ptr made(X509_new());
    must(key != nullptr && made != nullptr, "key");
    X509_set_version(made.get(), X509_VERSION_3);
    set_serial(made.get());
    set_name(made.get(), spec.common_name);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), seconds(spec.starts_in));
    X509_gmtime_adj(X509_getm_notAfter(made.get()), seconds(spec.ends_in));
    X509_set_pubkey(made.get(), key.get());
    if (spec.is_authority) add_extension(made.get(), NID_basic_constraints, "critical,CA:TRUE");
    if (!spec.alt_names.empty()) add_extension(made.get(), NID_subject_alt_name, spec.alt_names);

    const X509Ptr issuer_certificate =
        issuer != nullptr ? read_certificate(issuer->certificate) : nullptr;
    const KeyPtr issuer_key = issuer != nullptr ? read_key(issuer->key) : nullptr;
    X509_set_issuer_name(
        made.get(),
        X509_get_subject_name(issuer != nullptr ? issuer_certificate.get() : made.get()));
    must(X509_sign(made.get(), issuer != nullptr ? issuer_key.get() : key.get(), EVP_sha256()) > 0,
         "sign");

    PemPair pair;
    const BioPtr certificate_out = memory();
    PEM_write_bio_X509(certificate_out.get(), made.get());
    pair.certificate = text_of(certificate_out.get());
    const BioPtr key_out = memory();
    PEM_write_bio_PrivateKey(key_out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    pair.key = text_of(key_out.get());
    return pair;
}

std::string encrypt_key(const std::string& key_pem, const std::string& passphrase) {
    const KeyPtr key = read_key(key_pem);
    const BioPtr out = memory();
    PEM_write_bio_PrivateKey(out.get(), key.get(), EVP_aes_256_cbc(),
                             reinterpret_cast<const unsigned char*>(passphrase.data()),
                             static_cast<int>(passphrase.size()), nullptr, nullptr);
    return text_of(out.get());
}

} // namespace ups::tls
