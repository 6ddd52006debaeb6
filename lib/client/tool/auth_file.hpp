// SPDX-License-Identifier: Apache-2.0
/// nutauth.conf: credentials and TLS rules of client programs, per server and user.
///
///     file    = *( [ section / entry / include ] LF )     words as in lib/base/words.hpp
///     section = "[" [ user "@" ] [ server ] "]"          server as in lib/client/address.hpp;
///                                                        without a port, any port
///     entry   = key [ "=" ] value                        before the first section: for all servers
///     include = ( "INCLUDE" / "INCLUDE_REQUIRED" ) file  relative to the including file
///
/// Keys: USER PASS CERTPATH CERTFILE CERTHOST CERTVERIFY FORCESSL, in any case. CERTIDENT_NAME,
/// CERTIDENT_PASS and SSLBACKEND (for NSS) are accepted and mean nothing here.
#pragma once

#include "lib/client/address.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ups::client {

struct AuthSettings {
    std::optional<std::string> user;
    std::optional<std::string> password;
    std::optional<std::string> cert_path;  ///< authorities: a PEM file or a folder of them
    std::optional<std::string> cert_file;  ///< own certificate and key, PEM
    std::optional<std::string> cert_host;  ///< name the server's certificate must be for
    std::optional<bool> cert_verify;
    std::optional<bool> force_ssl;

    /// Takes over what `other` says.
    void overlay(const AuthSettings& other);
};

struct AuthLine;

class AuthFile {
  public:
    static constexpr std::size_t kMaxFile = std::size_t{256} * 1024;
    static constexpr int kMaxIncludes = 8;  ///< deep

    /// Fails with `not_found`, `denied`, `io`, or `invalid` and "file:line:column: reason".
    [[nodiscard]] static Result<AuthFile> load(const std::string& path);

    /// What holds for `server` and `user` (empty: whoever the file names). General sections first,
    /// overlaid by those that name the port and then the user. Among sections that name a user, the
    /// first one decides if `user` is empty.
    [[nodiscard]] AuthSettings find(std::string_view user, const ServerAddress& server) const;
    /// One sentence each: a password that others can read, unknown keys.
    [[nodiscard]] const std::vector<std::string>& warnings() const noexcept { return warnings_; }

  private:
    struct Section {
        std::string user;
        std::string host;  ///< empty: any
        std::optional<std::uint16_t> port;
        AuthSettings settings;
        [[nodiscard]] bool fits(const ServerAddress& server) const;
    };
    Result<void> read(const std::string& path, int depth);
    Result<void> take_line(const AuthLine& line, int depth);
    Result<void> start_section(std::string_view word, const AuthLine& line);
    Result<void> set(std::string_view key, std::string_view value, const AuthLine& line);

    std::vector<Section> sections_;
    std::vector<std::string> warnings_;
};

/// Where nutauth.conf is looked for, in this order, by the first that exists.
struct AuthFileSearch {
    std::string file;       ///< $NUT_AUTHCONF_FILE
    std::string folder;     ///< $NUT_AUTHCONF_PATH
    std::string home;       ///< $HOME: .config/nut/nutauth.conf, then .nutauth.conf
    std::string conf_path;  ///< $NUT_CONFPATH or the built-in one
};
/// The path of the file to use, or nothing.
[[nodiscard]] std::optional<std::string> find_auth_file(const AuthFileSearch& search);

}  // namespace ups::client
