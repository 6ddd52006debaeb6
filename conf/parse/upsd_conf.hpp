// SPDX-License-Identifier: Apache-2.0
/// upsd.conf: how the server listens, times out and secures its clients.
///
///     line = DIRECTIVE *( word )          exact upper case, except DEBUG_MIN
#pragma once

#include "conf/parse/file_source.hpp"
#include "conf/parse/problem.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ups::conf {

inline constexpr std::uint16_t kUpsdPort = 3493;
/// Port of `LISTEN_TLS` when none is given. Not a registered one: there is none.
inline constexpr std::uint16_t kUpsdTlsPort = 3494;

enum class ListenKind : std::uint8_t {
    starttls,  ///< LISTEN: plain, may become TLS
    tls,       ///< LISTEN_TLS: TLS from the first byte
};

struct ListenAddress {
    std::string
        host;  ///< name or numeric address without brackets; `*` is every address of both families
    std::uint16_t port = kUpsdPort;
    ListenKind kind = ListenKind::starttls;
    bool builtin = false;  ///< not from the file: the default loopback addresses
    Place place;
};

struct LocalSocket {
    std::string path;
    std::uint32_t mode = 0660;
    Place place;
};

enum class CertRequest : std::uint8_t { no, request, require };

struct UpsdConf {
    std::chrono::seconds max_age{15};
    std::chrono::seconds tracking_delay{3600};
    bool allow_no_device = false;
    bool allow_not_all_listeners = false;
    std::string state_path;  ///< empty: not given
    std::string data_path;
    /// Never empty; 127.0.0.1 and ::1 (both `builtin`) if the file has no LISTEN and no LISTEN_TLS.
    std::vector<ListenAddress> listen;
    std::vector<LocalSocket> local_sockets;
    std::optional<unsigned> max_conn;  ///< absent: the limit of open files
    unsigned debug_min = 0;

    // TLS
    std::string cert_file;
    std::string cert_path;
    std::string cert_ident_name;      ///< CERTIDENT: set only by files written for an NSS build
    std::string cert_ident_password;  ///< secret
    std::string cert_ca_file;
    CertRequest cert_request = CertRequest::no;
    bool disable_weak_ssl = false;

    // Ours
    bool allow_remote_plaintext = false;
    bool allow_world_readable = false;
    bool authenticated_reads = false;
    bool utf8 = false;
    bool sandbox = true;
    std::chrono::seconds login_throttle{30};  ///< longest delay after failed log-ins; 0: none
    std::chrono::seconds idle_limit{60};      ///< 0: never
};

/// Reads `folder`/upsd.conf. Fails only if it cannot be read.
[[nodiscard]] Result<Loaded<UpsdConf>> load_upsd_conf(FileSource& files, const std::string& folder);
[[nodiscard]] Loaded<UpsdConf> parse_upsd_conf(std::string_view text, const std::string& file);

}  // namespace ups::conf
