// SPDX-License-Identifier: Apache-2.0
#include "conf/parse/upsd_conf.hpp"

#include "conf/parse/statement.hpp"
#include "lib/base/file.hpp"
#include "lib/base/text.hpp"

#include <array>
#include <utility>

namespace ups::conf {
namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) {
    const auto port = parse_integer(text);
    if (!port || *port < 1 || *port > 65535) return std::nullopt;
    return static_cast<std::uint16_t>(*port);
}

void add_listen(UpsdConf& conf, const Statement& s, ListenKind kind) {
    if (s.line.words.size() < 2) return report_no_value(s.row, s.line.places[0], s.problems);
    ListenAddress address;
    address.kind = kind;
    address.port = kind == ListenKind::tls ? kUpsdTlsPort : kUpsdPort;
    address.place = s.line.places[0];
    std::string_view host = s.line.words[1];
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (host.empty()) return report_no_value(s.row, s.line.places[1], s.problems);
    address.host = host;
    if (s.line.words.size() > 2) {
        const auto port = parse_port(s.line.words[2]);
        if (!port) {
            s.problems.push_back({Severity::error, s.line.places[2],
                                  "\"" + printable(s.line.words[2], 60) + "\" is no port",
                                  "expected a number, 1 to 65535"});
            return;
        }
        address.port = *port;
    }
    report_surplus(s.row, s.line, 3, s.problems);
    conf.listen.push_back(std::move(address));
}

void add_plain_listen(UpsdConf& conf, const Statement& s) {
    add_listen(conf, s, ListenKind::starttls);
}
void add_tls_listen(UpsdConf& conf, const Statement& s) {
    add_listen(conf, s, ListenKind::tls);
}

void add_local_socket(UpsdConf& conf, const Statement& s) {
    if (s.line.words.size() < 2 || s.line.words[1].empty())
        return report_no_value(s.row, s.line.places[0], s.problems);
    LocalSocket socket;
    socket.path = s.line.words[1];
    socket.place = s.line.places[0];
    if (s.line.words.size() > 2) {
        static constexpr Row kMode = {.name = "the mode of LISTEN_UNIX", .type = Type::mode};
        const auto mode = check_value(kMode, s.line.words[2], s.line.places[2], s.problems);
        if (!mode) return;
        socket.mode = static_cast<std::uint32_t>(mode->number);
    }
    report_surplus(s.row, s.line, 3, s.problems);
    conf.local_sockets.push_back(std::move(socket));
}

void set_cert_ident(UpsdConf& conf, const Statement& s) {
    if (s.line.words.size() < 3) return report_no_value(s.row, s.line.places[0], s.problems);
    conf.cert_ident_name = s.line.words[1];
    conf.cert_ident_password = s.line.words[2];
    report_surplus(s.row, s.line, 3, s.problems);
}

void set_cert_request(UpsdConf& conf, const Statement& s) {
    if (const auto value = single_value(s))
        conf.cert_request = static_cast<CertRequest>(value->choice % 3);
}

void set_weak_ssl(UpsdConf& conf, const Statement& s) {
    const auto value = single_value(s);
    if (!value) return;
    conf.disable_weak_ssl = value->boolean;
    if (!value->boolean)
        s.problems.push_back(
            {Severity::note, s.line.places[0], "TLS older than 1.2 is refused in any case", ""});
}

constexpr auto kSetters = std::to_array<Setter<UpsdConf>>({
    {"MAXAGE", set_seconds<&UpsdConf::max_age>},
    {"TRACKINGDELAY", set_seconds<&UpsdConf::tracking_delay>},
    {"ALLOW_NO_DEVICE", set_bool<&UpsdConf::allow_no_device>},
    {"ALLOW_NOT_ALL_LISTENERS", set_bool<&UpsdConf::allow_not_all_listeners>},
    {"STATEPATH", set_text<&UpsdConf::state_path>},
    {"DATAPATH", set_text<&UpsdConf::data_path>},
    {"LISTEN", add_plain_listen},
    {"LISTEN_TLS", add_tls_listen},
    {"LISTEN_UNIX", add_local_socket},
    {"MAXCONN", set_number<&UpsdConf::max_conn>},
    {"IDLE_LIMIT", set_seconds<&UpsdConf::idle_limit>},
    {"LOGIN_THROTTLE", set_seconds<&UpsdConf::login_throttle>},
    {"ALLOW_REMOTE_PLAINTEXT", set_bool<&UpsdConf::allow_remote_plaintext>},
    {"AUTHENTICATED_READS", set_bool<&UpsdConf::authenticated_reads>},
    {"ALLOW_WORLD_READABLE", set_bool<&UpsdConf::allow_world_readable>},
    {"UTF8", set_bool<&UpsdConf::utf8>},
    {"SANDBOX", set_bool<&UpsdConf::sandbox>},
    {"CERTFILE", set_text<&UpsdConf::cert_file>},
    {"CERTCAFILE", set_text<&UpsdConf::cert_ca_file>},
    {"CERTPATH", set_text<&UpsdConf::cert_path>},
    {"CERTIDENT", set_cert_ident},
    {"CERTREQUEST", set_cert_request},
    {"DISABLE_WEAK_SSL", set_weak_ssl},
    {"DEBUG_MIN", set_number<&UpsdConf::debug_min>},
    {"ACL", tell_obsolete},
    {"ACCEPT", tell_obsolete},
    {"REJECT", tell_obsolete},
});

void add_default_listeners(UpsdConf& conf) {
    if (!conf.listen.empty()) return;
    for (const char* host : {"127.0.0.1", "::1"}) {
        ListenAddress address;
        address.host = host;
        address.builtin = true;
        conf.listen.push_back(std::move(address));
    }
}

}  // namespace

Loaded<UpsdConf> parse_upsd_conf(std::string_view text, const std::string& file) {
    Loaded<UpsdConf> loaded;
    LineReader reader(text, file, loaded.problems);
    while (const Line* line = reader.next())
        apply_line<UpsdConf>(loaded.value, File::upsd_conf, kSetters, *line, loaded.problems);
    add_default_listeners(loaded.value);
    return loaded;
}

Result<Loaded<UpsdConf>> load_upsd_conf(FileSource& files, const std::string& folder) {
    const std::string path = join_path(folder, "upsd.conf");
    UPS_TRY(const FileText file, files.read(path));
    Loaded<UpsdConf> loaded = parse_upsd_conf(file.text, path);
    loaded.files.push_back({path, file.mode});
    return loaded;
}

}  // namespace ups::conf
