// SPDX-License-Identifier: Apache-2.0
/// `TlsContext`: certificates, keys and rules that TLS sessions share. Immutable once made, so a
/// reload makes a new one while running sessions keep the one they started with.
///
/// TLS 1.2 is the oldest version spoken, 1.3 is preferred. No compression, no renegotiation. No
/// session resumption either: clients of this protocol stay connected or connect once, and without
/// tickets no long-lived key can open recorded traffic.
#pragma once

#include "lib/base/clock.hpp"
#include "lib/base/result.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct ssl_ctx_st;

namespace ups::tls {

enum class MinVersion : std::uint8_t { tls12, tls13 };

/// What a server asks of its clients.
enum class ClientCertificate : std::uint8_t {
    none,    ///< not asked for
    request, ///< asked for; a client may have none, but one that is shown must be good
    require, ///< no good certificate, no session
};

struct ServerSettings {
    std::string
        certificate_file; ///< PEM: own certificate first, then its chain; may hold the key too
    std::string key_file; ///< PEM; empty: the key is in `certificate_file`
    std::string ca_file;  ///< PEM, whose signatures clients may show
    std::string ca_dir;   ///< the same as a folder of `openssl rehash` links
    ClientCertificate client_certificate = ClientCertificate::none;
    MinVersion min_version = MinVersion::tls12;
};

enum class Verify : std::uint8_t { off, on };

struct ClientSettings {
    Verify verify = Verify::on;
    std::string ca_file; ///< PEM; with neither of the two, the system's own authorities are trusted
    std::string ca_dir;
    std::string certificate_file; ///< shown to servers that ask; empty: none
    std::string key_file;         ///< empty: the key is in `certificate_file`
    MinVersion min_version = MinVersion::tls12;
};

struct ContextFree {
    void operator()(ssl_ctx_st* context) const noexcept;
};

class TlsContext;
/// Co-owners: the program's current settings, and every `TlsIo` that was made under them.
using TlsContextPtr = std::shared_ptr<const TlsContext>;

class TlsContext {
    struct Private {};

  public:
    /// Loads everything now; no file is read later, except that `ca_dir` is looked into as needed.
    /// `now` is for the expiry warning. Fails with `not_found`, `denied` or `io` (a file cannot be
    /// read) or `invalid` (its content does not do); the text names the file and the reason. Never
    /// prompts for a passphrase: an encrypted key is `invalid`.
    [[nodiscard]] static Result<TlsContextPtr> server(const ServerSettings& settings, WallTime now);
    /// As `server`, for the connecting side.
    [[nodiscard]] static Result<TlsContextPtr> client(const ClientSettings& settings, WallTime now);

    /// What is wrong but did not stop us, one sentence each, file named: a key that others can
    /// read, a certificate that has expired, is not valid yet, or expires within 14 days.
    [[nodiscard]] const std::vector<std::string>& warnings() const noexcept { return warnings_; }
    /// Whether this side proves the other's certificate.
    [[nodiscard]] bool verifies_peer() const noexcept { return verifies_peer_; }
    [[nodiscard]] ssl_ctx_st* native() const noexcept { return context_.get(); }

    explicit TlsContext(Private key) noexcept;

  private:
    Result<void> create(MinVersion min_version);
    Result<void> use_certificate(const std::string& file, const std::string& key_file,
                                 WallTime now);
    Result<void> use_authorities(const std::string& file, const std::string& dir);

    std::unique_ptr<ssl_ctx_st, ContextFree> context_;
    std::vector<std::string> warnings_;
    bool verifies_peer_ = false;
};

} // namespace ups::tls
