// SPDX-License-Identifier: Apache-2.0
/// Plays a transcript against the protocol engine, with fake time, drivers and users. Exit status 1, and
/// `file:line: …` on stderr, at the first difference.
///
///     # text                      a comment
///     C: line                     client 1 sends the line and a LF
///     C!: bytes\n                 it sends exactly this; \n \r \t \\ \xNN, no LF of its own
///     S: line                     the next line it got; nothing unread may be left when somebody
///                                 else speaks or at the end. `%{name}` takes any word and keeps it;
///                                 later, in any line, it stands for that word
///     S: <closed> / S: <tls>      the connection was closed; TLS begins here
///     C2: S2: …                   the same of client 2; it connects with its first line
///     D alpha: line               the driver of alpha says the line
///     d alpha: line               the next line that driver heard; checked only if there is one
///     A: text                     the next record of the audit log, likewise
///     +31s                        time passes
///     ups NAME [DESCRIPTION]      (before the first C, D or client line, or followed by `reload`)
///     drop NAME                   takes a UPS out of the settings
///     setting NAME VALUE          max_age, tracking_delay: seconds; reads: authenticated;
///                                 remote: allow; tls: on; charset: utf8
///     user NAME PASSWORD RIGHT…   see engine_world.hpp
///     reload                      applies the settings
///     up NAME / down NAME         its driver connects / is lost
///     deaf NAME                   its driver takes no more lines
///     client N HOST [tls]         client N connects from HOST; a path stands for a local socket
///     block N / unblock N         client N stops reading events / goes on
///     slow / answer               verdicts on rights are late / arrive now
#include "lib/base/file.hpp"
#include "lib/base/text.hpp"
#include "tests/unit/upsd/engine_world.hpp"

#include <cstdio>
#include <fmt/core.h>
#include <iterator>

namespace ups::upsd::testing {
namespace {

/// What went wrong in the line being played.
struct Failure {
    std::string text;
};

std::string unescape(std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            bytes += text[i];
            continue;
        }
        switch (text[++i]) {
        case 'n':
            bytes += '\n';
            break;
        case 'r':
            bytes += '\r';
            break;
        case 't':
            bytes += '\t';
            break;
        case 'x':
            bytes += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
            i += 2;
            break;
        default:
            bytes += text[i];
        }
    }
    return bytes;
}

/// Takes the first line off `text`; nothing if there is none.
std::optional<std::string> take_line(std::string& text) {
    const std::size_t lf = text.find('\n');
    if (lf == std::string::npos) return std::nullopt;
    std::string line = text.substr(0, lf);
    text.erase(0, lf + 1);
    return line;
}

class Player {
  public:
    /// Plays one line of the file.
    void play(std::string_view line);
    /// Checks that nothing is left.
    void finish() { check_all_read(nullptr); }

  private:
    World& world();
    FakeClient& client(int number);
    void client_line(std::string_view head, std::string_view text);
    void server_line(FakeClient& client, std::string_view expected);
    void driver_line(std::string_view head, std::string_view text);
    void directive(std::string_view line);
    void change_setting(std::string_view name, std::string_view value);
    void check_all_read(const FakeClient* but);
    void expect(std::string_view expected, std::string_view got);
    std::string substitute(std::string_view text) const;

    Settings settings_;
    decltype(FakeAuthenticator::users) users_;
    bool certificate_ = false;
    std::unique_ptr<World> world_;
    std::map<int, FakeClient*> clients_;
    std::map<std::string, std::string, std::less<>> words_;
};

World& Player::world() {
    if (!world_) world_ = std::make_unique<World>(settings_);
    world_->users.users = users_;
    world_->tls.has_certificate = certificate_;
    return *world_;
}

FakeClient& Player::client(int number) {
    FakeClient*& slot = clients_[number];
    if (slot == nullptr) slot = &world().client();
    return *slot;
}

std::string Player::substitute(std::string_view text) const {
    std::string done;
    for (;;) {
        const std::size_t at = text.find("%{");
        done += text.substr(0, at);
        if (at == std::string_view::npos) return done;
        const std::size_t end = text.find('}', at);
        const auto known = words_.find(text.substr(at + 2, end - at - 2));
        done += known == words_.end() ? text.substr(at, end + 1 - at) : known->second;
        text.remove_prefix(end + 1);
    }
}

void Player::expect(std::string_view raw, std::string_view got) {
    const std::string expected = substitute(raw);
    if (const std::size_t at = expected.find("%{"); at != std::string::npos) {
        const std::size_t end = expected.find('}', at);
        const std::string_view rest = std::string_view(expected).substr(end + 1);
        if (got.starts_with(expected.substr(0, at)) && got.ends_with(rest) &&
            got.size() > at + rest.size()) {
            words_[expected.substr(at + 2, end - at - 2)] =
                got.substr(at, got.size() - rest.size() - at);
            return;
        }
    }
    if (got != expected) throw Failure{fmt::format("expected: {}\n     got: {}", expected, got)};
}

void Player::check_all_read(const FakeClient* but) {
    for (const auto& [number, one] : clients_)
        if (one != but && !one->received.empty())
            throw Failure{fmt::format("client {} also got: {}", number, one->received)};
}

void Player::client_line(std::string_view head, std::string_view text) {
    const bool raw = head.ends_with('!');
    if (raw) head.remove_suffix(1);
    FakeClient& sender = client(head.size() > 1 ? std::stoi(std::string(head.substr(1))) : 1);
    check_all_read(nullptr);
    sender.send(raw ? unescape(text) : substitute(text) + "\n");
    world().settle();
}

void Player::server_line(FakeClient& from, std::string_view expected) {
    if (expected == "<tls>") {
        if (!std::exchange(from.in_tls, false)) throw Failure{"TLS was not started"};
        return;
    }
    if (expected == "<closed>") {
        if (!from.closed || !from.received.empty())
            throw Failure{"not closed; got: " + from.received};
        return;
    }
    const auto got = take_line(from.received);
    if (!got) throw Failure{fmt::format("expected: {}\n     got nothing", expected)};
    expect(expected, *got);
}

void Player::driver_line(std::string_view head, std::string_view text) {
    const std::string name(head.substr(2));
    const auto driver = world().drivers.find(name);
    if (driver == world().drivers.end()) throw Failure{name + " is not up"};
    if (head.front() == 'D') {
        check_all_read(nullptr);
        driver->second->say(substitute(text) + "\n");
        world().settle();
        return;
    }
    const auto got = take_line(driver->second->heard);
    if (!got) throw Failure{fmt::format("driver expected: {}\n  heard nothing", text)};
    expect(text, *got);
}

void Player::change_setting(std::string_view name, std::string_view value) {
    const auto seconds = std::chrono::seconds(parse_integer(value).value_or(0));
    if (name == "max_age")
        settings_.max_age = seconds;
    else if (name == "tracking_delay")
        settings_.tracking_delay = seconds;
    else if (name == "reads" && value == "authenticated")
        settings_.reads = Reads::authenticated;
    else if (name == "remote" && value == "allow")
        settings_.remote_plain_text = RemotePlainText::allow;
    else if (name == "charset" && value == "utf8")
        settings_.charset = Charset::utf8;
    else if (name == "tls" && value == "on")
        certificate_ = true;
    else
        throw Failure{"unknown setting"};
}

void Player::directive(std::string_view line) {
    Tokenizer tokenizer(Charset::utf8);
    const auto words = tokenizer.split(line).words;
    const auto word = [&words](std::size_t at) {
        return at < words.size() ? std::string(words[at]) : std::string();
    };
    const std::string verb = word(0);
    check_all_read(nullptr);
    if (verb == "ups") {
        settings_.upses.push_back({word(1), word(2), "fake", "/nowhere/fake-" + word(1)});
    } else if (verb == "drop") {
        std::erase_if(settings_.upses, [&](const UpsSettings& one) { return one.name == word(1); });
    } else if (verb == "setting") {
        change_setting(word(1), word(2));
    } else if (verb == "user") {
        auto& user = users_[word(1)];
        user.password = word(2);
        for (std::size_t i = 3; i < words.size(); ++i)
            user.rights.insert(word(i));
    } else if (verb == "reload") {
        RegistryChange change = world().engine.apply(settings_);
        for (const auto& gone : change.removed)
            world().drivers.erase(gone->settings.name);
    } else if (verb == "up") {
        world().driver(word(1));
    } else if (verb == "down") {
        world().drivers.erase(word(1));
    } else if (verb == "deaf") {
        world().drivers.at(word(1))->broken = true;
    } else if (verb == "client") {
        clients_[std::stoi(word(1))] =
            &world().client(word(2), word(3) == "tls" ? Security::tls : Security::clear);
    } else if (verb == "block" || verb == "unblock") {
        client(std::stoi(word(1))).blocked = verb == "block";
    } else if (verb == "slow") {
        world().users.slow = true;
    } else if (verb == "answer") {
        world().users.answer_all();
    } else {
        throw Failure{"unknown directive"};
    }
    if (world_) world_->settle();
}

void Player::play(std::string_view line) {
    if (trim(line).empty() || line.starts_with('#')) return;
    if (line.starts_with('+')) {
        check_all_read(nullptr);
        world().pass(
            std::chrono::seconds(parse_integer(line.substr(1, line.size() - 2)).value_or(0)));
        world().settle();
        return;
    }
    const std::size_t colon = line.find(':');
    const std::string_view head = line.substr(0, colon);
    std::string_view text = colon == std::string_view::npos ? "" : line.substr(colon + 1);
    if (text.starts_with(' ')) text.remove_prefix(1);
    if (colon == std::string_view::npos || (head.find(' ') != head.npos && head.find(' ') > 1))
        return directive(line);
    if (head.starts_with('C')) return client_line(head, text);
    if (head.starts_with('S'))
        return server_line(client(head.size() > 1 ? std::stoi(std::string(head.substr(1))) : 1),
                           text);
    if (head.starts_with("D ") || head.starts_with("d ")) return driver_line(head, text);
    if (head == "A") {
        auto& lines = world().audit.lines;
        if (lines.empty()) throw Failure{"no audit record"};
        const std::string got = lines.front();
        lines.pop_front();
        return expect(text, got);
    }
    directive(line);
}

int play_file(const char* path) {
    const auto text = read_file(path);
    if (!text) {
        fmt::print(stderr, "{}\n", text.error().text);
        return 1;
    }
    Player player;
    int number = 0;
    try {
        for (const std::string_view line : split_at(*text, '\n')) {
            ++number;
            player.play(line);
        }
        player.finish();
    } catch (const Failure& failure) {
        fmt::print(stderr, "{}:{}: {}\n", path, number, failure.text);
        return 1;
    }
    return 0;
}

}  // namespace
}  // namespace ups::upsd::testing

int main(int argc, char** argv) {
    int failed = 0;
    for (int i = 1; i < argc; ++i)
        failed += ups::upsd::testing::play_file(argv[i]);
    return failed == 0 ? 0 : 1;
}
