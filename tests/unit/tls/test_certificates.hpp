// SPDX-License-Identifier: Apache-2.0
/// Certificates made for one test, in a folder that goes with it. Nothing secret is kept in the
/// tree.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace ups::tls {

/// A folder under /tmp, removed with all it holds.
class TempFolder {
  public:
    TempFolder();
    ~TempFolder();
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::string file(std::string_view name) const;
    /// Writes `text` into `name`, readable by the owner only; returns its path.
    std::string write(std::string_view name, std::string_view text) const;

  private:
    std::string path_;
};

struct PemPair {
    std::string certificate;
    std::string key;
};

struct CertificateSpec {
    std::string common_name = "localhost";
    std::string alt_names = "DNS:localhost,IP:127.0.0.1"; ///< empty: none
    std::chrono::hours starts_in{-1};
    std::chrono::hours ends_in{24 * 365};
    bool is_authority = false;
};

/// A fresh P-256 key and a certificate for it, signed by `issuer` or, without one, by itself.
[[nodiscard]] PemPair make_certificate(const CertificateSpec& spec,
                                       const PemPair* issuer = nullptr);
/// The same private key, encrypted.
[[nodiscard]] std::string encrypt_key(const std::string& key_pem, const std::string& passphrase);

} // namespace ups::tls
