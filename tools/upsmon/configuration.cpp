// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/configuration.hpp"

#include "lib/base/text.hpp"
#include "lib/tls/context.hpp"
#include "tools/upsmon/plan/settings.hpp"

#include <algorithm>
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

Result<TlsContexts> load_tls(const conf::UpsmonConf& conf, WallTime now,
                             std::vector<std::string>& warnings) {
    TlsContexts contexts;
    UPS_TRY(contexts.proving, tls::TlsContext::client(tls_settings(conf, tls::Verify::on), now));
    UPS_TRY(contexts.trusting, tls::TlsContext::client(tls_settings(conf, tls::Verify::off), now));
    for (const std::string& warning : contexts.proving->warnings())
        warnings.push_back(warning);
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
    client::ConnectOptions& connect = options.connection.connect;
    connect.server = options.line.address.server;
    connect.timeout = connect_timeout;
    const conf::CertHost* rule = find_cert_host(conf, connect.server.host);
    const bool force = rule != nullptr ? rule->force : conf.force_ssl;
    const bool verify = rule != nullptr ? rule->verify : conf.cert_verify;
    connect.tls = force ? client::TlsMode::require : client::TlsMode::automatic;
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
