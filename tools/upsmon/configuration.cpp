// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/configuration.hpp"

#include "lib/base/text.hpp"
#include "lib/tls/context.hpp"
#include "tools/upsmon/plan/settings.hpp"

#include <algorithm>
#include <filesystem>
#include <sys/stat.h>

namespace ups::upsmon {
namespace {

const conf::CertHost* find_cert_host(const conf::UpsmonConf& conf, const std::string& host) {
    const auto found = std::ranges::find_if(
        conf.cert_hosts, [&host](const conf::CertHost& one) { return iequals(one.host, host); });
    return found == conf.cert_hosts.end() ? nullptr : &*found;
}

bool is_folder(const std::string& path) {
    struct stat found{};
    return ::stat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode);
}

tls::ClientSettings tls_settings(const conf::UpsmonConf& conf, tls::Verify verify) {
    tls::ClientSettings settings;
    settings.verify = verify;
    settings.certificate_file = conf.cert_file;
    if (is_folder(conf.cert_path))
        settings.ca_dir = conf.cert_path;
    else
        settings.ca_file = conf.cert_path;
    return settings;
}

/// What makes a folder of authorities one that no server can be proved by; empty: nothing.
std::string objection_to_folder(const std::string& path) {
    std::error_code problem;
    bool has_link = false, has_database = false;
    for (const auto& entry : std::filesystem::directory_iterator(path, problem)) {
        const std::string name = entry.path().filename().string();
        const std::string_view hash = std::string_view(name).substr(0, name.find('.'));
        has_link = has_link || (hash.size() == 8 && name.size() > 9 &&
                                hash.find_first_not_of("0123456789abcdef") == hash.npos);
        has_database = has_database || name == "cert9.db" || name == "cert8.db";
    }
    if (problem) return "CERTPATH " + path + ": " + problem.message();
    if (has_link) return {};
    if (has_database)
        return "CERTPATH " + path +
               " is an NSS database, which is not read: export the authority with "
               "\"certutil -d " +
               path + " -L -n NAME -a -o ca.pem\", and set CERTPATH to that file";
    return "CERTPATH " + path +
           " has no links to certificates, so no server can be proved by it: run "
           "\"openssl rehash " +
           path + "\"";
}

Result<TlsContexts> load_tls(const conf::UpsmonConf& conf, WallTime now,
                             std::vector<std::string>& warnings) {
    TlsContexts contexts;
    UPS_TRY(contexts.proving, tls::TlsContext::client(tls_settings(conf, tls::Verify::on), now));
    UPS_TRY(contexts.trusting, tls::TlsContext::client(tls_settings(conf, tls::Verify::off), now));
    for (const std::string& warning : contexts.proving->warnings())
        warnings.push_back(warning);
    if (is_folder(conf.cert_path))
        if (std::string why = objection_to_folder(conf.cert_path); !why.empty())
            warnings.push_back(std::move(why));
    return contexts;
}

}  // namespace

bool LoadedConfiguration::has_errors() const {
    return !fatal.empty() || std::ranges::any_of(problems, [](const conf::Problem& problem) {
        return problem.severity == conf::Severity::error;
    });
}

FeedOptions Configuration::feed_options(std::size_t monitor) const {
    FeedOptions options;
    options.line = conf.monitors[monitor];
    options.variables = plan::needed_variables(rules, monitor);
    options.poll_fail_log = conf.poll_fail_log;
    client::ConnectOptions& connect = options.connection.connect;
    connect.server = options.line.address.server;
    connect.timeout = connect_timeout;
    const conf::CertHost* rule = find_cert_host(conf, connect.server.host);
    const bool force = rule != nullptr ? rule->force : conf.force_ssl;
    const bool verify = rule != nullptr ? rule->verify : conf.cert_verify;
    // What is to be proved is worth TLS on this host, too.
    connect.tls = force    ? client::TlsMode::require
                  : verify ? client::TlsMode::attempt
                           : client::TlsMode::automatic;
    connect.context = verify ? tls.proving : tls.trusting;
    if (rule != nullptr) connect.certificate_name = rule->name;
    return options;
}

LoadedConfiguration load_configuration(const LoadRequest& request) {
    LoadedConfiguration outcome;
    conf::DiskFiles files;
    auto loaded = conf::load_upsmon_conf(files, request.folder);
    if (!loaded) {
        outcome.fatal = loaded.error().text;
        return outcome;
    }
    outcome.problems = std::move(loaded->problems);
    auto value = std::make_shared<Configuration>();
    value->conf = std::move(loaded->value);
    value->connect_timeout = request.connect_timeout;
    value->rules = plan::make_plan(value->conf);
    value->settings = std::make_shared<const Settings>(plan::settings_from(value->conf));
    if (const auto why = objection(*value->settings)) {
        outcome.fatal = *why;
        return outcome;
    }
    auto contexts = load_tls(value->conf, request.now, outcome.warnings);
    if (contexts) {
        value->tls = *std::move(contexts);
    } else if (request.fallback != nullptr && contexts.error().code == ErrorCode::denied) {
        // A key that only root may read was read at start: better the old certificate than none.
        value->tls = *request.fallback;
        outcome.warnings.push_back(contexts.error().text +
                                   ": certificates stay as they were until a restart");
    } else {
        outcome.fatal = contexts.error().text;
        return outcome;
    }
    outcome.value = std::move(value);
    return outcome;
}

}  // namespace ups::upsmon
