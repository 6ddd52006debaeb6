// SPDX-License-Identifier: Apache-2.0
#include "lib/client/watch.hpp"

#include "lib/base/assert.hpp"

#include <algorithm>
#include <utility>

namespace ups::client {
namespace {

/// Answers that mean "this server cannot push", rather than "not this UPS, not now".
bool means_no_push(ServerError error) {
    switch (error) {
    case ServerError::unknown_command:
    case ServerError::feature_not_supported:
    case ServerError::feature_not_configured:
    case ServerError::invalid_argument:
        return true;
    default:
        return false;
    }
}

}  // namespace

Watch::Watch(Loop& loop, WatchOptions options, WatchHandler& handler)
    : options_(std::move(options)), handler_(handler),
      timer_(loop, [this] { on_timer(); }) {}

Watch::~Watch() {
    detach();
}

void Watch::attach(Connection& connection) {
    detach();
    connection_ = &connection;
    attached_ = std::make_shared<bool>(true);
    good_was_told_ = false;
    subscribe();
}

void Watch::detach() {
    if (attached_ != nullptr) *attached_ = false;
    attached_.reset();
    connection_ = nullptr;
    mode_ = Mode::idle;
    unseen_.clear();
    timer_.stop();
}

void Watch::subscribe() {
    mode_ = Mode::subscribing;
    ask(client::subscribe(options_.ups, options_.filters));
}

void Watch::poll() {
    const std::string* name = single();
    ask(name != nullptr ? get({"VAR", options_.ups, *name}) : list({"VAR", options_.ups}));
}

void Watch::ask(const Request& request) {
    UPS_ASSERT(connection_ != nullptr);
    connection_->ask(request, [this, attached = attached_](Answer<Reply> answer) {
        if (*attached) on_answer(std::move(answer));
    });
}

void Watch::refresh() {
    if (!timer_.armed()) return;
    timer_.stop();
    good_was_told_ = false;
    trouble_.clear();
    on_timer();
}

void Watch::on_timer() {
    if (mode_ == Mode::polled)
        poll();
    else
        subscribe();
}

void Watch::on_answer(Answer<Reply> answer) {
    if (!answer) return on_failure(answer.error());
    if (mode_ == Mode::subscribing) {
        mode_ = Mode::pushed;
        return take_first_snapshot(*answer);
    }
    timer_.start(options_.poll);
    take_snapshot(*answer);
    set_good();
}

void Watch::take_first_snapshot(const Reply& reply) {
    // A server without data answers with nothing, and EVENT STALE behind it. What was known stays until
    // there is data: then each variable is pushed, and EVENT FRESH closes the list.
    if (reply.rows.empty() && !known_.empty()) {
        for (const auto& [name, value] : known_)
            unseen_.insert(name);
        return;
    }
    take_snapshot(reply);
    if (!reply.rows.empty()) set_good();
}

void Watch::on_failure(const Failure& failure) {
    if (failure.is_fatal()) return;  // the connection's owner is told, too
    if (mode_ == Mode::subscribing && means_no_push(failure.server)) {
        mode_ = Mode::polled;
        return poll();
    }
    timer_.start(options_.poll);
    set_trouble(failure);
}

bool Watch::on_event(const Event& event) {
    if (!iequals(event.ups, options_.ups)) return false;
    if (mode_ != Mode::pushed) return true;
    switch (event.kind) {
    case EventKind::var:
        take_value(event.name, event.value);
        break;
    case EventKind::delvar:
        remove(event.name);
        break;
    case EventKind::stale:
        set_trouble(server_failure("DATA-STALE", {}));
        break;
    case EventKind::fresh:
        remove_unseen();
        set_good();
        break;
    case EventKind::snapshot:
        take_snapshot(*event.rows);
        break;
    case EventKind::gone:
        // The subscription ended with it; the UPS may come back with the next reload.
        set_trouble(server_failure("UNKNOWN-UPS", {}));
        mode_ = Mode::subscribing;
        timer_.start(options_.poll);
        break;
    }
    return true;
}

void Watch::take_snapshot(const Reply& reply) {
    std::map<std::string, std::string, ILess> seen;
    for (const auto& row : reply.rows) {
        if (const std::string* name = single(); name != nullptr && mode_ == Mode::polled)
            seen.emplace(*name, row.empty() ? "" : row[0]);
        else if (row.size() >= 2)
            seen.emplace(row[0], row[1]);
    }
    std::vector<std::string> removed;
    for (const auto& [name, value] : known_)
        if (!seen.contains(name)) removed.push_back(name);
    for (const std::string& name : removed)
        remove(name);
    for (const auto& [name, value] : seen)
        if (wants(name)) take_value(name, value);
}

void Watch::take_value(std::string_view name, std::string_view value) {
    if (const auto seen = unseen_.find(name); seen != unseen_.end()) unseen_.erase(seen);
    const auto found = known_.find(name);
    if (found != known_.end() && found->second == value) return;
    if (found != known_.end())
        found->second = value;
    else
        known_.emplace(name, value);
    handler_.on_value(name, value);
}

void Watch::remove(std::string_view name) {
    const auto found = known_.find(name);
    if (found == known_.end()) return;
    const std::string kept = found->first;
    known_.erase(found);
    handler_.on_removed(kept);
}

void Watch::remove_unseen() {
    const auto unseen = std::exchange(unseen_, {});
    for (const std::string& name : unseen)
        remove(name);
}

void Watch::set_trouble(const Failure& why) {
    if (trouble_ == why.text) return;
    trouble_ = why.text;
    handler_.on_trouble(why);
}

void Watch::set_good() {
    if (trouble_.empty() && good_was_told_) return;
    trouble_.clear();
    good_was_told_ = true;
    handler_.on_good();
}

bool Watch::wants(std::string_view name) const {
    if (options_.filters.empty()) return true;
    return std::ranges::any_of(options_.filters, [name](const std::string& filter) {
        return filter.ends_with('.') ? istarts_with(name, filter) : iequals(name, filter);
    });
}

const std::string* Watch::single() const {
    const bool one = options_.filters.size() == 1 && !options_.filters.front().ends_with('.');
    return one ? &options_.filters.front() : nullptr;
}

}  // namespace ups::client
