// SPDX-License-Identifier: Apache-2.0
#include "tools/upsc/watcher.hpp"

#include "tools/upsc/report.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>

namespace ups::upsc {
namespace {

constexpr std::chrono::seconds kLongestPause{15};

}  // namespace

Watcher::Watcher(client::Services services, client::ConnectionOptions connection,
                 client::WatchOptions watch, Format format)
    : services_(services), options_(std::move(connection)), format_(format),
      watch_(services.loop, std::move(watch), *this), retry_(services.loop, [this] { connect(); }) {
}

Watcher::~Watcher() {
    watch_.detach();
}

int Watcher::run() {
    const SignalWatch interrupted(services_.loop, SIGINT, [this] { stop(0); });
    const SignalWatch terminated(services_.loop, SIGTERM, [this] { stop(0); });
    connect();
    services_.loop.run();
    return status_;
}

void Watcher::connect() {
    connection_ = std::make_unique<client::Connection>(
        services_, options_, static_cast<client::ConnectionHandler&>(*this));
}

void Watcher::stop(int status) {
    status_ = status;
    services_.loop.stop();
}

void Watcher::print(const std::string& line) {
    if (std::fputs(line.c_str(), stdout) < 0 || std::fflush(stdout) != 0) stop(1);
}

void Watcher::say(std::string_view text) const {
    const std::string line = std::string(text) + "\n";
    std::fputs(line.c_str(), stderr);
}

void Watcher::on_ready() {
    pause_ = std::chrono::seconds(1);
    if (settled_) say("Connected again");
    print(render_state("connected", {}, format_));
    watch_.attach(*connection_);
}

void Watcher::on_event(const client::Event& event) {
    watch_.on_event(event);
}

void Watcher::on_lost(const client::Failure& failure) {
    watch_.detach();
    connection_.reset();
    if (!settled_) {
        say("Error: " + failure.text);
        if (format_ == Format::json) print(render_error(failure.text, Action::watch));
        return stop(1);
    }
    say("Error: " + failure.text + ", trying again in " + std::to_string(pause_.count()) + " s");
    print(render_state("disconnected", failure.text, format_));
    retry_.start(pause_);
    pause_ = std::min(2 * pause_, kLongestPause);
}

void Watcher::on_value(std::string_view name, std::string_view value) {
    print(render_change(name, value, format_));
}

void Watcher::on_removed(std::string_view name) {
    if (format_ == Format::text) say("Variable gone: " + std::string(name));
    print(render_removal(name, format_));
}

void Watcher::on_trouble(const client::Failure& why) {
    using client::ServerError;
    // Waiting helps against a driver that is away, not against a name that nobody has.
    const bool may_pass = settled_ || why.server == ServerError::data_stale ||
                          why.server == ServerError::driver_not_connected;
    say("Error: " + why.text);
    if (!may_pass) {
        if (format_ == Format::json) print(render_error(why.text, Action::watch));
        return stop(1);
    }
    settled_ = in_trouble_ = true;
    print(render_state("stale", why.text, format_));
}

void Watcher::on_good() {
    settled_ = true;
    if (!in_trouble_) return;
    in_trouble_ = false;
    say("Data is fresh again");
    print(render_state("fresh", {}, format_));
}

}  // namespace ups::upsc
