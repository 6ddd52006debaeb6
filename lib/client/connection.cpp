// SPDX-License-Identifier: Apache-2.0
#include "lib/client/connection.hpp"

#include <utility>

namespace ups::client {

Connection::Connection(Services services, ConnectionOptions options, ConnectionHandler& handler)
    : services_(services), options_(std::move(options)), handler_(handler),
      conversation_(services.tokenizer), silence_(services.loop, [this] {
          lose(other_failure(FailureKind::timeout, "Server does not answer"));
      }) {
    conversation_.on_event([this](const Event& event) { handler_.on_event(event); });
    connector_ = std::make_unique<Connector>(
        services_.loop, services_.resolver, options_.connect,
        [this](Answer<Connected> connected) { on_connected(std::move(connected)); });
}

Connection::~Connection() {
    *alive_ = false;
}

void Connection::on_connected(Answer<Connected> connected) {
    const auto done = std::move(connector_);
    if (!connected) return lose(connected.error());
    peer_ = std::move(connected->peer);
    tls_description_ = std::move(connected->tls_description);
    stream_ = std::make_unique<Stream>(services_.loop, std::move(connected->io),
                                       static_cast<StreamHandler&>(*this));
    flush_soon();
    watch_silence();
    handler_.on_ready();
}

void Connection::ask(const Request& request, ReplyHandler handler) {
    if (!over_ && conversation_.ask(request, handler, outgoing_)) {
        if (stream_ != nullptr) {
            flush_soon();
            if (!silence_.armed()) watch_silence();
        }
        return;
    }
    const Failure failure = over_
                                ? other_failure(FailureKind::disconnected, "Server disconnected")
                                : other_failure(FailureKind::overload, "Too many requests waiting");
    services_.loop.defer([this, alive = alive_, failure, late = std::move(handler)]() mutable {
        if (!*alive) return;
        late(std::unexpected(failure));
        if (*alive) lose(failure);
    });
}

void Connection::log_out() {
    ask(command({"LOGOUT"}), [this](const Answer<Reply>& answer) {
        // Servers close behind the answer, but nothing forces them to.
        if (answer) lose(other_failure(FailureKind::disconnected, "Logged out"));
    });
}

void Connection::flush_soon() {
    if (flush_is_due_ || outgoing_.empty()) return;
    flush_is_due_ = true;
    services_.loop.defer([this, alive = alive_] {
        if (*alive) flush();
    });
}

void Connection::flush() {
    flush_is_due_ = false;
    if (stream_ == nullptr || over_ || outgoing_.empty()) return;
    stream_->send(std::exchange(outgoing_, {}));
}

void Connection::watch_silence() {
    if (conversation_.waiting() == 0)
        silence_.stop();
    else if (options_.reply_timeout > Duration::zero())
        silence_.start(options_.reply_timeout);
}

void Connection::on_bytes(Stream& /*stream*/, std::string_view bytes) {
    const auto alive = alive_;
    const auto failure = conversation_.feed(bytes);
    if (!*alive || over_) return;
    if (failure) return lose(*failure);
    flush();  // what the handlers asked leaves with this event's one write
    watch_silence();
}

void Connection::on_end(Stream& stream, StreamEnd end) {
    if (over_) return;
    Failure failure = other_failure(FailureKind::disconnected, "Server disconnected");
    if (end == StreamEnd::failed && !tls_description_.empty() && !stream.problem().empty()) {
        failure.kind = FailureKind::tls;
        failure.text = "TLS failure: " + stream.problem();
    }
    lose(failure);
}

void Connection::lose(const Failure& failure) {
    if (std::exchange(over_, true)) return;
    const auto alive = alive_;
    // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): a handler may destroy what it lives in
    const Failure why = failure;
    silence_.stop();
    connector_.reset();
    if (stream_ != nullptr) stream_->finish();
    conversation_.fail_all(why);
    if (*alive) handler_.on_lost(why);
}

}  // namespace ups::client
