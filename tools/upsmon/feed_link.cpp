// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/feed_link.hpp"

#include "lib/base/text.hpp"
#include "lib/tls/context.hpp"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>

namespace ups::upsmon {
namespace {

using client::FailureKind;
using client::ServerError;

std::vector<std::string> watched_variables(const FeedOptions& options) {
    std::vector<std::string> names{"ups.status",         "ups.alarm",
                                   "ups.mode.buzzwords", "experimental.ups.mode.buzzwords",
                                   "battery.charge",     "battery.runtime"};
    for (const std::string& name : options.variables)
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    return names;
}

std::optional<std::int32_t> seconds_of(std::string_view text) {
    const auto number = parse_decimal(text);
    if (!number || *number < 0 || *number > std::numeric_limits<std::int32_t>::max())
        return std::nullopt;
    return static_cast<std::int32_t>(*number);
}

bool is_verified(const FeedOptions& options) {
    const auto& context = options.connection.connect.context;
    return context != nullptr && context->verifies_peer();
}

client::WatchOptions watch_options(const FeedOptions& options) {
    // The link says when to ask.
    return {options.line.address.name, watched_variables(options), std::chrono::hours(24)};
}

}  // namespace

Loss loss_of(const client::Failure& failure) {
    switch (failure.kind) {
    case FailureKind::server:
        if (failure.server == ServerError::data_stale) return Loss::stale;
        if (failure.server == ServerError::driver_not_connected) return Loss::driver;
        return failure.server == ServerError::unknown_ups ? Loss::driver : Loss::server;
    case FailureKind::connect:
        return failure.sys_errno == ECONNREFUSED || failure.sys_errno == ENOENT ? Loss::server
                                                                                : Loss::network;
    case FailureKind::no_such_host:
    case FailureKind::timeout:
        return Loss::network;
    case FailureKind::garbled:
    case FailureKind::disconnected:
    case FailureKind::protocol:
    case FailureKind::tls:
    case FailureKind::overload:
        return Loss::server;
    }
    return Loss::server;
}

Login login_of(const client::Failure& failure) {
    if (failure.kind == FailureKind::tls) return Login::tls_trouble;
    if (failure.kind != FailureKind::server) return Login::failed;
    switch (failure.server) {
    case ServerError::access_denied:
    case ServerError::invalid_password:
    case ServerError::invalid_username:
    case ServerError::username_required:
    case ServerError::password_required:
        return Login::access_denied;
    case ServerError::unknown_ups:
        return Login::unknown_ups;
    case ServerError::tls_not_enabled:
        return Login::tls_trouble;
    default:
        return Login::failed;
    }
}

bool is_same_connection(const FeedOptions& before, const FeedOptions& after) {
    return before.line.address == after.line.address && before.line.user == after.line.user &&
           before.line.password == after.line.password && before.line.role == after.line.role &&
           before.connection.connect.tls == after.connection.connect.tls &&
           is_verified(before) == is_verified(after) &&
           before.connection.connect.certificate_name == after.connection.connect.certificate_name;
}

FeedLink::FeedLink(client::Services services, FeedOptions options, FeedIndex index,
                   FeedHandler& handler, const Logger& logger)
    : services_(services), options_(std::move(options)), index_(index), handler_(handler),
      logger_(logger.with("ups", options_.line.text)),
      orders_(services.loop, options_.line.address.name),
      retry_(services.loop, [this] { connect(); }), poll_timer_(services.loop, [this] { check(); }),
      login_retry_(services.loop,
                   [this] {
                       disconnect();
                       connect();
                   }),
      changed_(services.loop, [this] { tell_reading(); }) {
    watch_.emplace(services_.loop, watch_options(options_), static_cast<WatchHandler&>(*this));
}

FeedLink::~FeedLink() {
    watch_->detach();
}

void FeedLink::start(Duration poll) {
    poll_ = poll;
    connect();
}

void FeedLink::set_poll(Duration poll) {
    const bool shorter = poll < poll_;
    poll_ = poll;
    if (shorter && poll_timer_.armed()) poll_timer_.start(poll);
    if (shorter && retry_.armed()) retry_.start(poll);
}

void FeedLink::change(FeedOptions options) {
    const bool same = is_same_connection(options_, options);
    const bool has_same_variables = options_.variables == options.variables;
    options_ = std::move(options);
    if (has_left_) return;
    if (!has_same_variables) watch_anew();
    if (same) return;
    disconnect();
    connect();
}

/// A watch with other variables knows nothing of what was read before.
void FeedLink::watch_anew() {
    watch_.emplace(services_.loop, watch_options(options_), static_cast<WatchHandler&>(*this));
    reading_ = {};
    values_ = {};
    changed_.stop();
    if (connection_ && connection_->is_ready()) watch_->attach(*connection_);
}

void FeedLink::connect_anew() {
    if (has_left_) return;
    forget_reading();
    disconnect();
    connect();
}

void FeedLink::leave() {
    has_left_ = true;
    watch_->detach();
    orders_.detach("upsmon takes leave of the server");
    for (Timer* timer : {&retry_, &poll_timer_, &login_retry_, &changed_})
        timer->stop();
    if (connection_ && connection_->is_ready()) connection_->log_out();
}

void FeedLink::connect() {
    connection_ = std::make_unique<client::Connection>(
        services_, options_.connection, static_cast<client::ConnectionHandler&>(*this));
}

void FeedLink::disconnect() {
    watch_->detach();
    orders_.detach("the connection to its server is lost");
    poll_timer_.stop();
    retry_.stop();
    login_retry_.stop();
    is_check_due_ = false;
    connection_.reset();
}

void FeedLink::on_ready() {
    told_failure_.clear();
    log_in();
    orders_.attach(*connection_);
    watch_->attach(*connection_);
    poll_timer_.start(poll_);
}

void FeedLink::log_in() {
    // Servers judge a user and password at LOGIN; before that they take anything.
    if (!options_.line.user.empty())
        connection_->ask(client::command({"USERNAME", options_.line.user}), [](auto) {});
    connection_->ask(client::command({"PASSWORD", options_.line.password}), [](auto) {});
    connection_->ask(client::command({"LOGIN", options_.line.address.name}),
                     [this](const Answer& answer) { take_login(answer); });
}

void FeedLink::take_login(const Answer& answer) {
    if (!answer) {
        if (answer.error().is_fatal()) return;
        return finish_login(login_of(answer.error()), answer.error().text);
    }
    if (options_.line.role == conf::MonitorRole::primary) return ask_rank("PRIMARY");
    finish_login(Login::ok, {});
}

void FeedLink::ask_rank(std::string_view verb) {
    connection_->ask(client::command({verb, options_.line.address.name}),
                     [this, verb](const Answer& answer) { take_rank(verb, answer); });
}

void FeedLink::take_rank(std::string_view verb, const Answer& answer) {
    if (answer) return finish_login(Login::ok, {});
    if (answer.error().is_fatal()) return;
    if (verb == "PRIMARY") return ask_rank("MASTER");
    finish_login(Login::primary_refused, answer.error().text);
}

void FeedLink::finish_login(Login login, std::string_view why) {
    if (login == Login::ok) {
        logger_.info("login", "logged in");
        login_retry_.stop();
    } else {
        logger_.warning("login", "the log-in is refused", {{"why", printable(why)}});
        login_retry_.start(kLoginRetry);
    }
    tell(event::LoginResult{index_, login});
}

void FeedLink::on_event(const client::Event& event) {
    watch_->on_event(event);
}

void FeedLink::on_lost(const client::Failure& failure) {
    disconnect();
    if (has_left_) return;
    retry_.start(poll_);
    if (failure.kind == FailureKind::tls) tell(event::LoginResult{index_, Login::tls_trouble});
    tell_lost(failure);
}

void FeedLink::check() {
    poll_timer_.start(poll_);
    if (!watch_->is_pushed()) return watch_->refresh();
    // Pushed changes arrive by themselves; this is to know that the server still would send them.
    if (std::exchange(is_check_due_, true)) return;
    connection_->ask(client::get({"VAR", options_.line.address.name, "ups.status"}),
                     [this](const Answer& answer) { take_check(answer); });
}

void FeedLink::take_check(const Answer& answer) {
    is_check_due_ = false;
    if (!answer) {
        if (!answer.error().is_fatal()) tell_lost(answer.error());
        return;
    }
    values_.status = answer->word();
    reading_.set("ups.status", values_.status);
    reading_.is_fresh = true;
    tell_reading();
}

std::string* FeedLink::value_of(std::string_view name) {
    if (iequals(name, "ups.status")) return &values_.status;
    if (iequals(name, "ups.alarm")) return &values_.alarm;
    if (iequals(name, "ups.mode.buzzwords")) return &values_.buzzwords;
    if (iequals(name, "experimental.ups.mode.buzzwords")) return &values_.more_buzzwords;
    if (iequals(name, "battery.charge")) return &values_.charge;
    if (iequals(name, "battery.runtime")) return &values_.runtime;
    return nullptr;
}

void FeedLink::on_value(std::string_view name, std::string_view value) {
    reading_.set(name, value);
    if (std::string* known = value_of(name); known != nullptr) *known = value;
    if (reading_.is_fresh && !changed_.armed()) changed_.start(Duration{});
}

void FeedLink::on_removed(std::string_view name) {
    on_value(name, {});
}

void FeedLink::on_trouble(const client::Failure& why) {
    tell_lost(why);
}

void FeedLink::on_good() {
    told_failure_.clear();
    reading_.is_fresh = true;
    tell_reading();
}

void FeedLink::tell_reading() {
    changed_.stop();
    if (!reading_.is_fresh) return;
    const std::string words = values_.buzzwords + " " + values_.more_buzzwords;
    tell(event::Reading{.feed = index_,
                        .status = values_.status,
                        .buzzwords = words,
                        .alarm = values_.alarm,
                        .charge = parse_decimal(values_.charge),
                        .runtime = seconds_of(values_.runtime)});
}

void FeedLink::tell_lost(const client::Failure& why) {
    reading_.is_fresh = false;
    changed_.stop();
    log_lost(why.text);
    tell(event::ContactLost{index_, loss_of(why)});
}

/// Once for each reason, however often it is tried, unless POLLFAIL_LOG_THROTTLE_MAX wants more.
void FeedLink::log_lost(const std::string& why) {
    if (std::exchange(told_failure_, why) != why) {
        repeats_ = 0;
        return logger_.warning("contact.lost", printable(why));
    }
    const int every = options_.poll_fail_log < 0 ? 1 : options_.poll_fail_log;
    if (++repeats_; every > 0 && repeats_ % every == 0)
        logger_.warning("contact.lost", printable(why), {{"repeated", std::to_string(repeats_)}});
}

void FeedLink::tell(const Event& event) {
    if (!has_left_) handler_.on_feed_event(event);
}

void FeedLink::send_order(UpsOrder order, CommandQueue::Done done) {
    orders_.push(std::move(order), std::move(done));
}

void FeedLink::list_clients(std::move_only_function<void(std::vector<std::string>)> done) {
    if (!connection_ || !connection_->is_ready()) return;
    connection_->ask(client::list({"CLIENT", options_.line.address.name}),
                     [done = std::move(done)](const Answer& answer) mutable {
                         if (!answer) return;
                         std::vector<std::string> addresses;
                         for (const auto& row : answer->rows)
                             if (!row.empty()) addresses.push_back(row.back());
                         done(std::move(addresses));
                     });
}

void FeedLink::send_fsd() {
    if (!connection_ || !connection_->is_ready()) return tell(event::FsdResult{index_, false});
    connection_->ask(client::command({"FSD", options_.line.address.name}),
                     [this](const Answer& answer) {
                         if (!answer) logger_.error("fsd.refused", printable(answer.error().text));
                         tell(event::FsdResult{index_, answer.has_value()});
                     });
}

void FeedLink::clear_fsd() {
    if (!connection_ || !connection_->is_ready()) return tell(event::ClearResult{index_, false});
    connection_->ask(
        client::command({"FSD", options_.line.address.name, "CLEAR"}),
        [this](const Answer& answer) { tell(event::ClearResult{index_, answer.has_value()}); });
}

void FeedLink::ask_clients() {
    if (!connection_ || !connection_->is_ready()) return tell(event::Clients{index_, std::nullopt});
    connection_->ask(
        client::get({"NUMLOGINS", options_.line.address.name}), [this](const Answer& answer) {
            event::Clients clients{index_, std::nullopt};
            const auto count = answer ? parse_integer(answer->word()) : std::nullopt;
            if (count && *count >= 0 && *count <= std::numeric_limits<std::int32_t>::max())
                clients.count = static_cast<std::uint32_t>(*count);
            tell(clients);
        });
}

}  // namespace ups::upsmon
