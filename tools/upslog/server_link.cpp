// SPDX-License-Identifier: Apache-2.0
#include "tools/upslog/server_link.hpp"

#include <algorithm>

namespace ups::upslog {

ServerLink::ServerLink(client::Services services, client::ConnectionOptions options,
                       Credentials credentials, const Style& style, const Logger& logger)
    : services_(services), options_(std::move(options)), credentials_(std::move(credentials)),
      style_(style), logger_(logger.with("server", options_.connect.server.to_text())),
      retry_(services.loop, [this] { connect(); }) {}

ServerLink::~ServerLink() {
    for (const auto& target : targets_)
        target->detach();
}

void ServerLink::add(const std::string& name, const std::string& text, LogFile& file) {
    targets_.push_back(std::make_unique<Target>(services_.loop, name, text, file, style_));
}

void ServerLink::add_all(const std::string& suffix, LogFile& file) {
    all_.push_back({suffix, &file});
}

void ServerLink::start() {
    connect();
}

void ServerLink::connect() {
    connection_ = std::make_unique<client::Connection>(
        services_, options_, static_cast<client::ConnectionHandler&>(*this));
}

void ServerLink::record() {
    ++rounds_;
    for (const auto& target : targets_)
        target->record();
}

bool ServerLink::is_done() const {
    if (targets_.empty()) return rounds_ > style_.count;  // a list that never came
    return std::ranges::all_of(targets_, [](const auto& target) { return target->is_done(); });
}

void ServerLink::on_ready() {
    pause_ = std::chrono::seconds(1);
    if (was_lost_) logger_.info("server.connected", "connected");
    was_lost_ = false;
    if (!credentials_.user.empty()) {
        connection_->ask(client::command({"USERNAME", credentials_.user}), [](auto) {});
        connection_->ask(client::command({"PASSWORD", credentials_.password}), [](auto) {});
    }
    if (!all_.empty())
        connection_->ask(
            client::list({"UPS"}),
            [this](const client::Answer<client::Reply>& answer) { take_list(answer); });
    for (const auto& target : targets_)
        target->attach(*connection_);
}

void ServerLink::take_list(const client::Answer<client::Reply>& answer) {
    if (!answer) {
        if (!answer.error().is_fatal()) logger_.warning("server.list", answer.error().text);
        return;
    }
    for (const All& all : all_)
        for (const auto& row : answer->rows)
            if (!row.empty() && targets_.size() < kMaxListed) take_listed(all, row.front());
}

void ServerLink::take_listed(const All& all, const std::string& name) {
    const std::string text = name + all.suffix;
    const bool known = std::ranges::any_of(targets_, [&](const auto& target) {
        return target->text() == text && &target->file() == all.file;
    });
    if (known) return;
    add(name, text, *all.file);
    targets_.back()->attach(*connection_);
    targets_.back()->record();
}

void ServerLink::on_event(const client::Event& event) {
    for (const auto& target : targets_)
        target->on_event(event);
}

void ServerLink::on_lost(const client::Failure& failure) {
    // Once for each loss, however many attempts it takes to get over it.
    if (!was_lost_) logger_.warning("server.lost", failure.text);
    was_lost_ = true;
    for (const auto& target : targets_)
        target->detach();
    connection_.reset();
    retry_.start(pause_);
    pause_ = std::min(2 * pause_, kLongestPause);
}

}  // namespace ups::upslog
