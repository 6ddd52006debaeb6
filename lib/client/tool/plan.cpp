// SPDX-License-Identifier: Apache-2.0
#include "lib/base/build_info.hpp"
#include "lib/base/text.hpp"
#include "lib/client/tool/common_options.hpp"
#include "lib/client/tool/terminal.hpp"

#include <sys/stat.h>

namespace ups::client {
namespace {

std::string text_of(GetEnv get_env, const char* name) {
    const char* value = get_env(name);
    return value != nullptr ? value : "";
}

/// Whether the server is on this machine whatever a resolver says, so that TLS need not be prepared.
bool is_local(const ServerAddress& server) {
    return server.is_unix() || iequals(server.host, "localhost") ||
           server.host.starts_with("127.") || server.host == "::1";
}

Result<AuthSettings> read_auth_file(const CommonOptions& options, const ServerAddress& server,
                                    GetEnv get_env, std::vector<std::string>& warnings) {
    std::string path = options.auth_file;
    if (path.empty()) {
        const std::string conf = text_of(get_env, "NUT_CONFPATH");
        const auto found =
            find_auth_file({.file = text_of(get_env, "NUT_AUTHCONF_FILE"),
                            .folder = text_of(get_env, "NUT_AUTHCONF_PATH"),
                            .home = text_of(get_env, "HOME"),
                            .conf_path = conf.empty() ? std::string(kConfPath) : conf});
        if (!found) return AuthSettings{};
        path = *found;
    }
    UPS_TRY(const AuthFile file, AuthFile::load(path));
    warnings.insert(warnings.end(), file.warnings().begin(), file.warnings().end());
    return file.find(options.user.value_or(""), server);
}

Result<void> choose_password(Plan& plan, const CommonOptions& options, GetEnv get_env) {
    if (options.password) {
        plan.password = options.password;
    } else if (!options.password_file.empty()) {
        plan.password = read_secret(options.password_file);
        if (!plan.password)
            return fail(ErrorCode::not_found,
                        "cannot read the password from " + options.password_file);
    } else if (!options.password_env.empty()) {
        const char* value = get_env(options.password_env.c_str());
        if (value == nullptr)
            return fail(ErrorCode::not_found,
                        "the environment variable " + options.password_env + " is not set");
        plan.password = value;
    }
    return {};
}

/// Options win over the file; the file only ever makes things stricter than the default.
ToolTls choose_level(const CommonOptions& options, const AuthSettings& auth) {
    if (options.tls != ToolTls::automatic) return options.tls;
    if (!options.ca.empty() || auth.cert_verify.value_or(false)) return ToolTls::verify;
    const bool forced = options.tls_direct || auth.force_ssl.value_or(false);
    return forced ? ToolTls::require : ToolTls::automatic;
}

tls::ClientSettings tls_settings(const CommonOptions& options, const AuthSettings& auth,
                                 tls::Verify verify) {
    tls::ClientSettings settings;
    settings.verify = verify;
    const std::string ca = !options.ca.empty() ? options.ca : auth.cert_path.value_or("");
    struct stat status{};
    const bool is_folder = stat(ca.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
    (is_folder ? settings.ca_dir : settings.ca_file) = ca;
    settings.certificate_file =
        !options.certificate.empty() ? options.certificate : auth.cert_file.value_or("");
    settings.key_file = options.key;
    return settings;
}

Result<void> choose_tls(Plan& plan, const CommonOptions& options, const AuthSettings& auth,
                        WallTime now) {
    ConnectOptions& connect = plan.connection.connect;
    ToolTls level = choose_level(options, auth);
    if (level == ToolTls::automatic && is_local(connect.server)) level = ToolTls::off;
    switch (level) {
    case ToolTls::off:
        connect.tls = TlsMode::off;
        return {};
    case ToolTls::automatic:
        connect.tls = TlsMode::automatic;
        break;
    case ToolTls::attempt:
        connect.tls = TlsMode::attempt;
        break;
    case ToolTls::require:
    case ToolTls::verify:
        connect.tls = TlsMode::require;
        break;
    }
    if (options.tls_direct) connect.tls = TlsMode::direct;
    const bool check = level == ToolTls::verify || !options.ca.empty();
    UPS_TRY(connect.context,
            tls::TlsContext::client(
                tls_settings(options, auth, check ? tls::Verify::on : tls::Verify::off), now));
    connect.certificate_name =
        !options.tls_name.empty() ? options.tls_name : auth.cert_host.value_or("");
    const auto& warnings = connect.context->warnings();
    plan.warnings.insert(plan.warnings.end(), warnings.begin(), warnings.end());
    return {};
}

}  // namespace

Result<Plan> make_plan(const CommonOptions& options, const ServerAddress& server, GetEnv get_env,
                       WallTime now) {
    Plan plan;
    plan.connection.connect.server = server;
    UPS_TRY(const AuthSettings auth, read_auth_file(options, server, get_env, plan.warnings));
    plan.user = options.user ? options.user : auth.user;
    // A password of the file is for the user of the file, not for any other one.
    if (plan.user == auth.user || !auth.user) plan.password = auth.password;
    UPS_CHECK(choose_password(plan, options, get_env));
    UPS_CHECK(choose_tls(plan, options, auth, now));

    const std::string limit = text_of(get_env, "NUT_DEFAULT_CONNECT_TIMEOUT");
    if (options.timeout) {
        plan.connection.connect.timeout = std::chrono::seconds(*options.timeout);
    } else if (!limit.empty()) {
        UPS_TRY(const unsigned seconds, parse_seconds(limit, "NUT_DEFAULT_CONNECT_TIMEOUT"));
        plan.connection.connect.timeout = std::chrono::seconds(seconds);
    }
    return plan;
}

}  // namespace ups::client
