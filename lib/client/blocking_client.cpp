// SPDX-License-Identifier: Apache-2.0
#include "lib/client/blocking_client.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace ups::client {

BlockingClient::BlockingClient() : loop_(clock_), resolver_(loop_), tokenizer_(Charset::utf8) {}

BlockingClient::~BlockingClient() = default;

void BlockingClient::run_until_woken() {
    if (!std::exchange(woken_, false)) loop_.run();
    woken_ = false;
}

void BlockingClient::on_ready() {
    woken_ = true;
    loop_.stop();
}

void BlockingClient::on_lost(const Failure& failure) {
    lost_ = failure;
    connection_.reset();
    woken_ = true;
    loop_.stop();
}

Answer<void> BlockingClient::connect(ConnectionOptions options) {
    lost_.reset();
    woken_ = false;
    connection_ =
        std::make_unique<Connection>(Services{loop_, resolver_, tokenizer_}, std::move(options),
                                     static_cast<ConnectionHandler&>(*this));
    run_until_woken();
    if (lost_) return std::unexpected(*lost_);
    return {};
}

Answer<Reply> BlockingClient::ask(const Request& request) {
    return std::move(ask_all({request}).front());
}

std::vector<Answer<Reply>> BlockingClient::ask_all(const std::vector<Request>& requests) {
    std::vector<Answer<Reply>> all;
    for (std::size_t at = 0; at < requests.size(); at += kBatch) {
        const std::size_t size = std::min(kBatch, requests.size() - at);
        auto some = ask_batch(std::span(requests).subspan(at, size));
        std::ranges::move(some, std::back_inserter(all));
    }
    return all;
}

std::vector<Answer<Reply>> BlockingClient::ask_batch(std::span<const Request> requests) {
    const Failure gone =
        lost_.value_or(other_failure(FailureKind::disconnected, "Server disconnected"));
    std::vector<Answer<Reply>> answers(requests.size(), std::unexpected(gone));
    if (connection_ == nullptr) return answers;
    std::size_t open = requests.size();
    woken_ = false;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        connection_->ask(requests[i], [this, &open, slot = &answers[i]](Answer<Reply> answer) {
            *slot = std::move(answer);
            if (--open > 0) return;
            woken_ = true;
            loop_.stop();
        });
    }
    // A lost connection answers every request before it says so.
    while (open > 0)
        run_until_woken();
    return answers;
}

void BlockingClient::log_out() {
    if (connection_ == nullptr) return;
    woken_ = false;
    connection_->log_out();
    while (connection_ != nullptr)
        run_until_woken();
}

void BlockingClient::wait(Duration duration) {
    if (connection_ == nullptr) return;
    loop_.run_for(duration);
}

std::string BlockingClient::tls_description() const {
    return connection_ != nullptr ? connection_->tls_description() : std::string();
}

}  // namespace ups::client
