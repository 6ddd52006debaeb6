// SPDX-License-Identifier: Apache-2.0
#include "lib/tls/context.hpp"

#include "tests/unit/tls/test_certificates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace ups::tls {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

WallTime today() {
    return SystemClock().wall();
}

class TlsContextFiles : public testing::Test {
  protected:
    Result<TlsContextPtr> load(const std::string& certificate, const std::string& key = {}) {
        return TlsContext::server({.certificate_file = certificate, .key_file = key}, today());
    }
    std::string error_of(const Result<TlsContextPtr>& result) {
        return result ? "no error" : result.error().text;
    }

    TempFolder folder;
    PemPair pair = make_certificate({});
};

TEST_F(TlsContextFiles, OneFileHoldsCertificateAndKey) {
    const auto context = load(folder.write("both.pem", pair.certificate + pair.key));
    ASSERT_TRUE(context) << error_of(context);
    EXPECT_THAT((*context)->warnings(), IsEmpty());
}

TEST_F(TlsContextFiles, KeyMayStandBeforeTheCertificate) {
    const auto context = load(folder.write("both.pem", pair.key + pair.certificate));
    EXPECT_TRUE(context) << error_of(context);
}

TEST_F(TlsContextFiles, KeyMayHaveItsOwnFile) {
    const auto context =
        load(folder.write("cert.pem", pair.certificate), folder.write("key.pem", pair.key));
    EXPECT_TRUE(context) << error_of(context);
}

TEST_F(TlsContextFiles, ForeignKeyIsRefusedWithBothFileNames) {
    const std::string certificate = folder.write("cert.pem", pair.certificate);
    const std::string key = folder.write("key.pem", make_certificate({}).key);
    const auto context = load(certificate, key);
    ASSERT_FALSE(context);
    EXPECT_EQ(context.error().code, ErrorCode::invalid);
    EXPECT_EQ(context.error().text,
              key + ": the private key does not belong to the certificate in " + certificate);
}

TEST_F(TlsContextFiles, EncryptedKeyIsRefusedWithoutAPrompt) {
    const std::string key = folder.write("key.pem", encrypt_key(pair.key, "secret"));
    const auto context = load(folder.write("cert.pem", pair.certificate), key);
    ASSERT_FALSE(context);
    EXPECT_THAT(context.error().text, HasSubstr(key + ": the private key is encrypted"));
}

TEST_F(TlsContextFiles, MissingFileIsNotFound) {
    const auto context = load(folder.file("absent.pem"));
    ASSERT_FALSE(context);
    EXPECT_EQ(context.error().code, ErrorCode::not_found);
    EXPECT_THAT(context.error().text, HasSubstr(folder.file("absent.pem")));
}

TEST_F(TlsContextFiles, CertificateWithoutKeySaysSo) {
    const auto context = load(folder.write("cert.pem", pair.certificate));
    ASSERT_FALSE(context);
    EXPECT_THAT(context.error().text, HasSubstr("holds no usable private key"));
}

TEST_F(TlsContextFiles, FileWithoutCertificateSaysSo) {
    const auto context = load(folder.write("key.pem", pair.key));
    ASSERT_FALSE(context);
    EXPECT_THAT(context.error().text, HasSubstr("holds no certificate"));
}

TEST_F(TlsContextFiles, DamagedCertificateSaysSo) {
    std::string damaged = pair.certificate;
    damaged.replace(100, 8, "########");
    const auto context = load(folder.write("bad.pem", pair.certificate + damaged + pair.key));
    ASSERT_FALSE(context);
    EXPECT_THAT(context.error().text, HasSubstr("a certificate in it is damaged"));
}

TEST_F(TlsContextFiles, ExpiredCertificateIsAWarning) {
    const PemPair old = make_certificate(
        {.starts_in = std::chrono::hours(-48), .ends_in = std::chrono::hours(-24)});
    const std::string file = folder.write("old.pem", old.certificate + old.key);
    const auto context = load(file);
    ASSERT_TRUE(context) << error_of(context);
    EXPECT_THAT((*context)->warnings(), Contains(file + ": the certificate has expired"));
}

TEST_F(TlsContextFiles, CertificateThatSoonExpiresIsAWarning) {
    const PemPair old = make_certificate({.ends_in = std::chrono::hours(24 * 7)});
    const auto context = load(folder.write("old.pem", old.certificate + old.key));
    ASSERT_TRUE(context) << error_of(context);
    EXPECT_THAT((*context)->warnings(), Contains(HasSubstr("expires within 14 days")));
}

TEST_F(TlsContextFiles, CertificateOfTheFutureIsAWarning) {
    const PemPair young = make_certificate({.starts_in = std::chrono::hours(24)});
    const auto context = load(folder.write("young.pem", young.certificate + young.key));
    ASSERT_TRUE(context) << error_of(context);
    EXPECT_THAT((*context)->warnings(), Contains(HasSubstr("not valid yet")));
}

TEST_F(TlsContextFiles, KeyThatEverybodyReadsIsAWarning) {
    const std::string file = folder.write("both.pem", pair.certificate + pair.key);
    ASSERT_EQ(chmod(file.c_str(), 0644), 0);
    const auto context = load(file);
    ASSERT_TRUE(context) << error_of(context);
    EXPECT_THAT((*context)->warnings(), Contains(HasSubstr("can be read by everybody")));
}

TEST_F(TlsContextFiles, AskingForClientCertificatesNeedsAnAuthority) {
    const auto context = TlsContext::server(
        {.certificate_file = folder.write("both.pem", pair.certificate + pair.key),
         .client_certificate = ClientCertificate::request},
        today());
    ASSERT_FALSE(context);
    EXPECT_THAT(context.error().text, HasSubstr("no authority"));
}

TEST_F(TlsContextFiles, AuthorityFolderMustBeThere) {
    const auto context = TlsContext::client({.ca_dir = folder.file("absent")}, today());
    ASSERT_FALSE(context);
    EXPECT_THAT(context.error().text, HasSubstr(folder.file("absent")));
}

TEST_F(TlsContextFiles, AuthorityFileMustHoldCertificates) {
    const auto context =
        TlsContext::client({.ca_file = folder.write("ca.pem", "hello\n")}, today());
    ASSERT_FALSE(context);
    EXPECT_THAT(context.error().text, HasSubstr("holds no certificate"));
}

} // namespace
} // namespace ups::tls
