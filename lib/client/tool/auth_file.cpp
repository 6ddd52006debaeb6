// SPDX-License-Identifier: Apache-2.0
#include "lib/client/tool/auth_file.hpp"

#include "lib/base/file.hpp"
#include "lib/base/text.hpp"
#include "lib/base/words.hpp"

#include <algorithm>
#include <array>
#include <sys/stat.h>
#include <unistd.h>

namespace ups::client {

/// One logical line of a file, split. Views the file's text and a tokenizer.
struct AuthLine {
    const std::string& path;
    std::size_t number = 0;
    LineWords split;

    [[nodiscard]] std::unexpected<Error> bad(std::size_t word, std::string_view reason) const {
        const std::size_t column = word < split.offsets.size() ? split.offsets[word] + 1 : 1;
        return fail(ErrorCode::invalid, path + ":" + std::to_string(number) + ":" +
                                            std::to_string(column) + ": " + std::string(reason));
    }
};

namespace {

enum class Key : std::uint8_t {
    user,
    pass,
    cert_path,
    cert_file,
    cert_host,
    cert_verify,
    force_ssl,
    ignored
};
struct KeyRow {
    std::string_view name;
    Key key;
};
constexpr KeyRow kKeys[] = {
    {"USER", Key::user},
    {"PASS", Key::pass},
    {"CERTPATH", Key::cert_path},
    {"CERTFILE", Key::cert_file},
    {"CERTHOST", Key::cert_host},
    {"CERTVERIFY", Key::cert_verify},
    {"FORCESSL", Key::force_ssl},
    {"CERTIDENT_NAME", Key::ignored},
    {"CERTIDENT_PASS", Key::ignored},
    {"SSLBACKEND", Key::ignored},
};

template <class T> void overlay_one(std::optional<T>& own, const std::optional<T>& other) {
    if (other) own = other;
}

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, slash);
}

std::optional<std::string_view> nearest_key(std::string_view word) {
    std::array<std::string_view, std::size(kKeys)> names;
    for (std::size_t i = 0; i < names.size(); ++i)
        names[i] = kKeys[i].name;
    return nearest(word, names);
}

}  // namespace

void AuthSettings::overlay(const AuthSettings& other) {
    overlay_one(user, other.user);
    overlay_one(password, other.password);
    overlay_one(cert_path, other.cert_path);
    overlay_one(cert_file, other.cert_file);
    overlay_one(cert_host, other.cert_host);
    overlay_one(cert_verify, other.cert_verify);
    overlay_one(force_ssl, other.force_ssl);
}

bool AuthFile::Section::fits(const ServerAddress& server) const {
    return (host.empty() || iequals(host, server.host)) && (!port || *port == server.port);
}

Result<AuthFile> AuthFile::load(const std::string& path) {
    AuthFile file;
    UPS_CHECK(file.read(path, 0));
    return file;
}

// NOLINTNEXTLINE(misc-no-recursion): kMaxIncludes ends it
Result<void> AuthFile::read(const std::string& path, int depth) {
    UPS_TRY(const std::string text, read_file(path, kMaxFile));
    struct stat status{};
    if (stat(path.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0)
        warnings_.push_back(path + " can be read by everybody on this machine");
    sections_.emplace_back();  // what stands before the first section is for all servers
    Tokenizer tokenizer(Charset::utf8);
    LineScanner scanner;
    std::string_view rest = text;
    for (std::size_t number = 1; !rest.empty();) {
        const std::size_t size = scanner.scan(rest).value_or(rest.size());
        const std::string_view line = rest.substr(0, size);
        const AuthLine split{path, number, tokenizer.split(line)};
        if (split.split.broken)
            return split.bad(split.split.words.size(),
                             "a quote does not end, or # stands inside quotes");
        UPS_CHECK(take_line(split, depth));
        number += static_cast<std::size_t>(std::count(line.begin(), line.end(), '\n'));
        rest.remove_prefix(size);
    }
    return {};
}

// NOLINTNEXTLINE(misc-no-recursion): see read()
Result<void> AuthFile::take_line(const AuthLine& line, int depth) {
    const auto words = line.split.words;
    if (words.empty()) return {};
    if (words[0].starts_with('[')) return start_section(words[0], line);
    const bool has_equals = words.size() > 1 && words[1] == "=";
    const std::size_t at = has_equals ? 2 : 1;
    if (words.size() <= at) return line.bad(0, "a value is missing");
    const bool required = iequals(words[0], "INCLUDE_REQUIRED");
    if (!required && !iequals(words[0], "INCLUDE")) return set(words[0], words[at], line);

    if (depth >= kMaxIncludes) return line.bad(0, "too many files include each other");
    const std::string path = join_path(folder_of(line.path), words[at]);
    if (!required && access(path.c_str(), F_OK) != 0) return {};
    // The included file's own sections must not swallow what follows here.
    Section current = sections_.back();
    current.settings = {};
    UPS_CHECK(read(path, depth + 1));
    sections_.push_back(std::move(current));
    return {};
}

Result<void> AuthFile::start_section(std::string_view word, const AuthLine& line) {
    if (word.back() != ']' || word.size() < 3) return line.bad(0, "a section is [user@host:port]");
    word = word.substr(1, word.size() - 2);
    Section section;
    if (const std::size_t at = word.rfind('@'); at != std::string_view::npos) {
        section.user = word.substr(0, at);
        word.remove_prefix(at + 1);
    }
    if (!word.empty()) {
        const auto server = parse_server_address(word);
        if (!server) return line.bad(0, server.error().text);
        section.host = server->host;
        const std::size_t end = word.starts_with('[') ? word.find(']') : 0;
        if (word.find(':', end) != std::string_view::npos) section.port = server->port;
    }
    sections_.push_back(std::move(section));
    return {};
}

Result<void> AuthFile::set(std::string_view key, std::string_view value, const AuthLine& line) {
    AuthSettings& settings = sections_.back().settings;
    const auto boolean = [&](std::optional<bool>& into) -> Result<void> {
        into = parse_boolean(value);
        if (!into) return line.bad(line.split.words.size() - 1, "yes or no is expected");
        return {};
    };
    for (const KeyRow& row : kKeys) {
        if (!iequals(row.name, key)) continue;
        switch (row.key) {
        case Key::user:
            settings.user = value;
            return {};
        case Key::pass:
            settings.password = value;
            return {};
        case Key::cert_path:
            settings.cert_path = value;
            return {};
        case Key::cert_file:
            settings.cert_file = value;
            return {};
        case Key::cert_host:
            settings.cert_host = value;
            return {};
        case Key::cert_verify:
            return boolean(settings.cert_verify);
        case Key::force_ssl:
            return boolean(settings.force_ssl);
        case Key::ignored:
            return {};
        }
    }
    std::string text = line.bad(0, "unknown key '" + printable(key, 40) + "'").error().text;
    if (const auto near = nearest_key(key)) text += ", did you mean " + std::string(*near) + "?";
    warnings_.push_back(std::move(text));
    return {};
}

AuthSettings AuthFile::find(std::string_view user, const ServerAddress& server) const {
    AuthSettings found;
    std::string_view chosen = user;
    // From general to special: any server, host, host and port; within each, user sections last.
    for (const bool with_user : {false, true}) {
        for (int rank = 0; rank < 3; ++rank) {
            for (const Section& section : sections_) {
                const int own_rank = section.host.empty() ? 0 : section.port ? 2 : 1;
                if (own_rank != rank || section.user.empty() == with_user || !section.fits(server))
                    continue;
                if (with_user && chosen.empty()) chosen = section.user;
                if (with_user && section.user != chosen) continue;
                found.overlay(section.settings);
                if (with_user && !section.settings.user) found.user = section.user;
            }
        }
    }
    return found;
}

std::optional<std::string> find_auth_file(const AuthFileSearch& search) {
    std::vector<std::string> places;
    if (!search.file.empty()) places.push_back(search.file);
    if (!search.folder.empty()) places.push_back(search.folder + "/nutauth.conf");
    if (!search.home.empty()) {
        places.push_back(search.home + "/.config/nut/nutauth.conf");
        places.push_back(search.home + "/.nutauth.conf");
    }
    places.push_back(search.conf_path + "/nutauth.conf");
    for (const std::string& place : places)
        if (access(place.c_str(), R_OK) == 0) return place;
    return std::nullopt;
}

}  // namespace ups::client
