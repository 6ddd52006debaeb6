// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/configuration.hpp"

#include "lib/base/build_info.hpp"
#include "lib/base/file.hpp"

#include <algorithm>
#include <iterator>

namespace ups::upsd {
namespace {

/// IDLE_LIMIT 0: longer than any process runs.
constexpr std::chrono::seconds kNever = std::chrono::hours(24 * 365 * 10);

std::string absolute(const std::string& folder, const std::string& name) {
    return name.empty() ? name : join_path(folder, name);
}

/// Takes over what a file gave; false if it could not be read at all.
template <class T>
bool take(LoadOutcome& outcome, Configuration& config, Result<conf::Loaded<T>>&& loaded, T& into) {
    if (!loaded) {
        outcome.fatal.push_back(loaded.error().text);
        return false;
    }
    std::ranges::move(loaded->problems, std::back_inserter(outcome.problems));
    for (const conf::SourceFile& file : loaded->files)
        config.files.push_back(file.path);
    into = std::move(loaded->value);
    return true;
}

std::string state_path_of(const Environment& environment, const conf::UpsConf& ups,
                          const conf::UpsdConf& upsd) {
    if (environment.state_path) return *environment.state_path;
    if (!ups.state_path.empty()) return ups.state_path;
    return upsd.state_path.empty() ? std::string(kStatePath) : upsd.state_path;
}

Settings settings_of(const conf::UpsConf& ups, const conf::UpsdConf& upsd,
                     const std::string& state) {
    Settings settings;
    for (const conf::UpsSection& section : ups.ups)
        settings.upses.push_back({.name = section.name,
                                  .description = section.desc,
                                  .driver = section.driver,
                                  .socket_path = conf::driver_socket_path(state, section)});
    settings.max_age = upsd.max_age;
    settings.tracking_delay = upsd.tracking_delay;
    settings.max_connections = upsd.max_conn.value_or(0);
    settings.remote_plain_text =
        upsd.allow_remote_plaintext ? RemotePlainText::allow : RemotePlainText::refuse;
    settings.reads = upsd.authenticated_reads ? Reads::authenticated : Reads::anonymous;
    settings.idle_limit = upsd.idle_limit;
    settings.attached_idle_limit = std::max(settings.attached_idle_limit, upsd.idle_limit);
    if (upsd.idle_limit == std::chrono::seconds::zero())
        settings.idle_limit = settings.attached_idle_limit = kNever;
    settings.charset = upsd.utf8 ? Charset::utf8 : Charset::ascii;
    return settings;
}

void check_permissions(LoadOutcome& outcome, Configuration& config,
                       const std::vector<conf::SourceFile>& files) {
    for (const conf::SourceFile& file : files) {
        if (!file.is_world_readable()) continue;
        const std::string what =
            file.path + " holds passwords and everyone on this host can read it";
        if (config.upsd.allow_world_readable)
            config.warnings.push_back(what + " (ALLOW_WORLD_READABLE is set)");
        else
            outcome.fatal.push_back(what + ": run \"chmod o-r " + file.path +
                                    "\", or set \"ALLOW_WORLD_READABLE yes\" in upsd.conf");
    }
}

void load_users(LoadOutcome& outcome, Configuration& config, conf::FileSource& files,
                const std::string& folder) {
    auto loaded = conf::load_upsd_users(files, folder);
    if (!loaded && loaded.error().code == ErrorCode::not_found) {
        config.warnings.push_back(loaded.error().text + ": nobody can log in");
        return;
    }
    conf::UpsdUsers users;
    const std::vector<conf::SourceFile> read =
        loaded ? loaded->files : std::vector<conf::SourceFile>();
    if (!take(outcome, config, std::move(loaded), users)) return;
    check_permissions(outcome, config, read);
    config.users.emplace(users);
    std::ranges::copy(config.users->warnings(), std::back_inserter(config.warnings));
}

void check_paths(conf::UpsdConf& upsd, const std::string& folder, const std::string& state) {
    for (std::string* path : {&upsd.cert_file, &upsd.cert_ca_file, &upsd.cert_path})
        *path = absolute(folder, *path);
    // The local socket is there unless it is switched off.
    if (upsd.local_sockets.empty()) upsd.local_sockets.push_back({.path = "upsd.sock"});
    std::erase_if(upsd.local_sockets, [](const auto& socket) { return socket.path == "none"; });
    for (conf::LocalSocket& socket : upsd.local_sockets)
        socket.path = absolute(state, socket.path);
}

std::string nss_advice(const std::string& folder, const std::string& name) {
    const std::string nick = name.empty() ? "NAME" : "'" + name + "'";
    return "certificates in an NSS database are not read; export yours with \"pk12util -d " +
           folder + " -n " + nick +
           " -o upsd.p12\" and \"openssl pkcs12 -in upsd.p12 -nodes -out upsd.pem\", "
           "then put \"CERTFILE upsd.pem\" into upsd.conf in place of CERTPATH and CERTIDENT";
}

}  // namespace

bool LoadOutcome::has_errors() const noexcept {
    return !fatal.empty() || std::ranges::any_of(problems, [](const conf::Problem& problem) {
        return problem.severity == conf::Severity::error;
    });
}

LoadOutcome load_configuration(conf::FileSource& files, const Environment& environment) {
    const std::string& folder = environment.conf_path;
    LoadOutcome outcome;
    Configuration config;
    conf::UpsConf ups;
    const bool has_upsd = take(outcome, config, conf::load_upsd_conf(files, folder), config.upsd);
    const bool has_ups = take(outcome, config, conf::load_ups_conf(files, folder), ups);
    load_users(outcome, config, files, folder);
    if (!has_upsd || !has_ups) return outcome;
    config.state_path = state_path_of(environment, ups, config.upsd);
    check_paths(config.upsd, folder, config.state_path);
    config.settings = settings_of(ups, config.upsd, config.state_path);
    const bool may_be_empty = config.upsd.allow_no_device || environment.allow_no_device;
    if (ups.ups.empty() && !may_be_empty)
        outcome.fatal.push_back("at least one UPS must be defined in " +
                                join_path(folder, "ups.conf") +
                                " (or set \"ALLOW_NO_DEVICE yes\" in upsd.conf)");
    if (auto tls = tls_settings(config.upsd); !tls) outcome.fatal.push_back(tls.error().text);
    if (outcome.fatal.empty()) outcome.value = std::move(config);
    return outcome;
}

Result<std::optional<tls::ServerSettings>> tls_settings(const conf::UpsdConf& upsd) {
    const bool wants_tls_port = std::ranges::any_of(
        upsd.listen, [](const auto& at) { return at.kind == conf::ListenKind::tls; });
    if (upsd.cert_file.empty()) {
        const bool nss = !upsd.cert_ident_name.empty() || !upsd.cert_path.empty();
        if (nss) return fail(ErrorCode::invalid, nss_advice(upsd.cert_path, upsd.cert_ident_name));
        if (wants_tls_port)
            return fail(ErrorCode::invalid,
                        "LISTEN_TLS needs a certificate: set CERTFILE in upsd.conf");
        return std::nullopt;
    }
    tls::ServerSettings settings{.certificate_file = upsd.cert_file,
                                 .key_file = {},
                                 .ca_file = upsd.cert_ca_file,
                                 .ca_dir = upsd.cert_path};
    switch (upsd.cert_request) {
    case conf::CertRequest::no:
        return settings;
    case conf::CertRequest::request:
        settings.client_certificate = tls::ClientCertificate::request;
        break;
    case conf::CertRequest::require:
        settings.client_certificate = tls::ClientCertificate::require;
        break;
    }
    if (settings.ca_file.empty() && settings.ca_dir.empty())
        return fail(ErrorCode::invalid,
                    "CERTREQUEST needs to know whose certificates to accept: set "
                    "CERTCAFILE or CERTPATH in upsd.conf");
    return settings;
}

}  // namespace ups::upsd
